"""Residuals and gradients of least squares as if worked out with twice as many digits, in ordinary float64.

Idea
----
Near the best fit the gradient ``X'(y - X w)`` is a small difference of large numbers: rounding eats just the digits
that a correction of w would need. The rounding error of one sum or product of two floats is itself a float, and can
be worked out exactly with a few more operations. Here every number is such a pair, value and what rounding left over.

Maths
-----
``two_sum(a, b)`` returns ``s = fl(a + b)`` and e with ``a + b = s + e`` exactly; ``two_product(a, b)`` returns
``p = fl(a b)`` and e with ``a b = p + e`` exactly. A sum of pairs adds the values by `two_sum` and the leftovers
plainly, which is as good as twice the working precision (Ogita, Rump and Oishi, Dot2).

Cost
----
About 25 float operations in place of 2; used only where the data are ill-conditioned. Sums of products, which are
most of it, are compiled: a quarter of the time of the same operations on whole arrays, for 100 rows of 20.

Differences
-----------
The sum is folded in halves rather than run from left to right: the same exact steps, all rows or columns at once.

References
----------
T. Ogita, S. M. Rump, S. Oishi (2005), "Accurate sum and dot product", SIAM J. Sci. Comput. 26(6): algorithms 3.1
(Knuth's two-sum), 3.2 (Veltkamp's splitting), 3.3 (Dekker's product), 5.3 (Dot2).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from ..core import chunks, map_chunks, one_blas_thread
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray

Pair: TypeAlias = tuple[FloatArray, FloatArray]  # value and what rounding left over: their exact sum is meant

SPLITTER = 2.0**27 + 1.0  # cuts the 53 bits of a float64 into 26 and 26
BLOCK_NUMBERS = 32768  # of X at a time, so that the dozen arrays worked with stay in the cache


def two_sum(a: FloatArray, b: FloatArray) -> Pair:
    """Return s and e with a + b = s + e exactly, s the rounded sum."""
    s = a + b
    b_part = s - a
    return s, (a - (s - b_part)) + (b - b_part)


def split(a: FloatArray) -> Pair:
    """Return high and low halves of 26 bits each, a = high + low exactly. For abs(a) below 1e299."""
    c = SPLITTER * a
    high = c - (c - a)
    return high, a - high


def two_product(a: FloatArray, b: FloatArray) -> Pair:
    """Return p and e with a b = p + e exactly, p the rounded product (barring underflow)."""
    p = a * b
    (a_high, a_low), (b_high, b_low) = split(a), split(b)
    return p, a_low * b_low - (((p - a_high * b_high) - a_low * b_high) - a_high * b_low)


def add_up(terms: Pair) -> Pair:
    """Return the sum of pairs over axis 0, by folding the upper half onto the lower until one row is left."""
    high, low = terms
    while len(high) > 1:
        half, odd = divmod(len(high), 2)
        top, bottom = slice(half + odd, None), slice(0, half)
        s, e = two_sum(high[bottom], high[top])
        rest = low[bottom] + low[top] + e
        if odd:  # the middle row waits for the next round
            s, rest = np.concatenate([s, high[half : half + 1]]), np.concatenate([rest, low[half : half + 1]])
        high, low = s, rest
    return high[0], low[0]


@lean_kernel
def sum_error(a: float, b: float, s: float) -> float:
    """Return e of `two_sum` for two numbers and their rounded sum s."""
    part = s - a
    return (a - (s - part)) + (b - part)


@lean_kernel
def product_error(a: float, b: float, p: float) -> float:
    """Return e of `two_product` for two numbers and their rounded product p."""
    c, d = SPLITTER * a, SPLITTER * b
    a_high, b_high = c - (c - a), d - (d - b)
    a_low, b_low = a - a_high, b - b_high
    return a_low * b_low - (((p - a_high * b_high) - a_low * b_high) - a_high * b_low)


@lean_kernel
def multiply_rows(A: Array, b: Array, rest: Array, high: Array, low: Array) -> None:
    """Write row i of A times b[i] + rest[i] as pairs. A (m, k), b, rest (m,): read. high, low (m, k): overwritten."""
    for i in range(A.shape[0]):
        for f in range(A.shape[1]):
            # plainly: high, low = two_product(A, b[:, None]); low += A * rest[:, None]
            p = A[i, f] * b[i]
            high[i, f], low[i, f] = p, product_error(A[i, f], b[i], p) + A[i, f] * rest[i]


@lean_kernel
def fold_rows(high: Array, low: Array) -> None:
    """Do as `add_up` in one call; the sum is left in row 0. high, low (m, k): overwritten."""
    m = high.shape[0]
    while m > 1:
        half, odd = m // 2, m % 2  # the middle row of an odd number waits for the next round
        for i in range(half):
            for f in range(high.shape[1]):
                # plainly: s, e = two_sum(high[i], high[i + half + odd])
                a, b = high[i, f], high[i + half + odd, f]
                high[i, f] = a + b
                low[i, f] = low[i, f] + low[i + half + odd, f] + sum_error(a, b, a + b)
        m = half + odd


@lean_kernel
def subtract_sums(y: Array, intercept: float, extra: Array, high: Array, low: Array, left: Array, lost: Array) -> None:
    """Write y less the sums of pairs, less intercept and extra, as pairs.

    y, extra (m,): read. high, low (d, m), the pairs; left, lost (m,), the result: overwritten.
    """
    fold_rows(high, low)
    for i in range(y.shape[0]):
        # plainly: rest, e1 = two_sum(y, -high[0]); rest, e2 = two_sum(rest, -intercept)
        rest = y[i] - high[0, i]
        e1 = sum_error(y[i], -high[0, i], rest)
        e2 = sum_error(rest, -intercept, rest - intercept)
        rest -= intercept
        # plainly: left, lost = two_sum(rest, (e1 - low[0]) + e2 - extra)
        small = (e1 - low[0, i]) + e2 - extra[i]
        left[i] = rest + small
        lost[i] = sum_error(rest, small, rest + small)


@lean_kernel
def take_off_mean(high: Array, low: Array, weight: Array, total: float, tops: Array, rests: Array) -> float:
    """Make the weighted mean of pairs zero, and return what it was.

    weight (n,), or (0,) for ones: read; they add up to `total`. high, low (n,), tops, rests (n, 1): overwritten.
    """
    mean = 0.0
    for _ in range(2):  # the second time takes off what rounding left of the first
        # plainly: tops, e = two_product(high, weight); part = sum(add_up((tops, low * weight + e))) / total
        for i in range(high.shape[0]):
            v = weight[i] if weight.shape[0] else 1.0
            tops[i, 0] = high[i] * v
            rests[i, 0] = low[i] * v + product_error(high[i], v, high[i] * v)
        fold_rows(tops, rests)
        part = (tops[0, 0] + rests[0, 0]) / total
        for i in range(high.shape[0]):
            # plainly: high, e = two_sum(high, -part); low += e
            a = high[i]
            high[i] = a - part
            low[i] += sum_error(a, -part, a - part)
        mean += part
    return mean


def sum_of_products(A: FloatArray, b: FloatArray, rest: FloatArray) -> Pair:
    """Return the sum over the rows of A (m, k) times b + rest (m,), as pairs (k,)."""
    # plainly: p, e = two_product(A, b[:, None]); return add_up((p, e + A * rest[:, None]))
    high, low = np.empty_like(A), np.empty_like(A)
    multiply_rows(A, b, rest, high, low)
    fold_rows(high, low)
    return high[0], low[0]


def block_residual(
    X: FloatArray, Y: FloatArray, w: Pair, intercept: FloatArray, high: FloatArray, low: FloatArray
) -> None:
    """Write Y - X w - intercept as pairs, for rows X (m, d), Y (m, t), w (d, t) as pairs, intercept (t,).

    high, low (t, m): overwritten.
    """
    columns, nothing = np.ascontiguousarray(X.T), np.zeros(X.shape[1])
    tops, rests = np.empty((2, *columns.shape))
    for k in range(Y.shape[1]):
        # plainly: predicted = sum_of_products(columns, w[0][:, k], nothing); then as in `subtract_sums`
        multiply_rows(columns, w[0][:, k].copy(), nothing, tops, rests)
        subtract_sums(Y[:, k].copy(), float(intercept[k]), X @ w[1][:, k], tops, rests, high[k], low[k])


def transposed_product(X: FloatArray, weight: FloatArray | None, high: FloatArray, low: FloatArray) -> Pair:
    """Return X'(weight r) as pairs (d, t), for X (m, d), weight (m,) or None for ones, r = high + low (m, t)."""
    if weight is not None:
        high, e = two_product(high, weight[:, None])
        low = low * weight[:, None] + e
    total, left = np.empty((2, X.shape[1], high.shape[1]))
    for k in range(high.shape[1]):
        total[:, k], left[:, k] = sum_of_products(np.ascontiguousarray(X), high[:, k].copy(), low[:, k].copy())
    return total, left


def careful_residual(
    X: FloatArray,
    Y: FloatArray,
    weight: FloatArray | None,
    w: Pair,
    intercept: FloatArray,
    centred: bool,
    n_jobs: int | None,
) -> tuple[Pair, FloatArray]:
    """Return the residual Y - X w - intercept - mean as pairs (n, t), and the mean (t,): what the intercept lacks.

    The mean is that of the residual before it is taken off; 0 without `centred`.
    """
    (n, t), mean = Y.shape, np.zeros(Y.shape[1])
    high, low = np.empty((2, t, n))
    with one_blas_thread():
        map_chunks(
            lambda s: block_residual(X[s], Y[s], w, intercept, high[:, s], low[:, s]),
            chunks(n, max(1, BLOCK_NUMBERS // X.shape[1])),
            n_jobs,
        )
    if centred:
        one, total = (np.empty(0), float(n)) if weight is None else (weight, float(weight.sum()))
        tops, rests = np.empty((2, n, 1))
        for k in range(t):
            mean[k] = take_off_mean(high[k], low[k], one, total, tops, rests)
    return (high.T, low.T), mean


def careful_gradient(X: FloatArray, weight: FloatArray | None, residual: Pair, n_jobs: int | None) -> FloatArray:
    """Return X'(weight r), (d, t), right to the last digit or two, for the residual r (n, t) as pairs."""
    high, low = residual
    rows = chunks(len(X), max(1, BLOCK_NUMBERS // X.shape[1]))

    def task(s: slice) -> Pair:
        return transposed_product(X[s], None if weight is None else weight[s], high[s], low[s])

    if len(rows) == 1:  # plainly: as below
        high, low = task(rows[0])
        return high + low
    tops, rests = zip(*map_chunks(task, rows, n_jobs))
    high, low = add_up((np.stack(tops), np.stack(rests)))
    return high + low
