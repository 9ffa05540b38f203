"""Rounds of passes for a lasso with many weights: over all columns, over those with weights, and a guess at the end.

Idea
----
Where most columns get a weight there is nothing to leave out, and with hundreds of weights the equations of
`active_columns.py` cost as much as hundreds of passes. Passes alone are slow for another reason: near the end each one
leaves about the same share of what the one before left, so the weights creep along a line towards a point that can be
seen from afar. Look at the last few steps, guess that point, and go there if it is lower.

Maths
-----
A round: one pass over all columns, K passes over those that have weights now. Let w_0 ... w_K be these weights. If each
pass multiplies what is missing by the same matrix, ``w* - w_k`` obeys ``U = [w_1 - w_0, ..., w_K - w_K-1]`` and the
guess is the mixture of the last K whose own step would be the shortest::

    minimise |U z|  over  sum z = 1,   so   z ~ (U'U)^-1 1,         guess = sum_k z_k w_k

What is mixed for w is mixed for c = X'r, which is linear in w; so a guess costs no pass. The round ends with the
duality gap of all columns.

Cost
----
A round over m columns, s of them with weights: m (m + K s). Memory: K + 1 copies of w and c.

Products are the larger part of it, n m^2 / 2; of columns rounded to float32 they take half the time and are right to
six digits. They only show the way: r and c are worked out from X itself when the rounds end, and the gap that counts
is made of these.

Differences
-----------
From skglm: the passes of a round run over the columns with weights only. Where passes alone took 300 to 1000, rounds
took a third to a half as many, two thirds of them over the columns with weights.

References
----------
Q. Bertrand, M. Massias (2021), "Anderson acceleration of coordinate descent", AISTATS, algorithm 2 (the guess). J.
Friedman, T. Hastie, R. Tibshirani (2010), "Regularization paths for generalized linear models via coordinate descent",
J. Stat. Software 33(1), section 2.6 (passes over the columns with weights).
"""

from __future__ import annotations

import numpy as np

from ..core import chunks, one_blas_thread, sum_of_squares
from ..core.jit import kernel
from ..core.scratch import copy_of
from ..core.typing import Array, FloatArray
from ..maths.sums import inner_product
from .columns import Columns, Target
from .coordinate_passes import duality_gap, pass_by_gram
from .few_signs import solve_by_cholesky

PASSES = 5  # K of a round
MANY_PRODUCTS = 5e6  # multiplications: from so many on, single precision saves time
ROUNDED_NUMBERS = 2**19  # of X that are rounded and multiplied at a time
READ_TWICE = 2**17  # of X that stay in the cache from one product to the next
RIDGE = 1e-12  # of the diagonal's sum, added to U'U, so that steps that are alike do not end it


@kernel
def places_with_weight(w: Array) -> Array:
    """Return the places where w (m,), read, is not 0. plainly: np.flatnonzero(w), of another quarter of a second."""
    count = 0
    for f in range(w.shape[0]):
        count += w[f] != 0.0
    places, count = np.empty(count, np.int64), 0
    for f in range(w.shape[0]):
        if w[f] != 0.0:
            places[count] = f
            count += 1
    return places


@kernel
def mix(W: Array, z: Array, guess: Array) -> None:
    """Write sum_k z_k W_k+1 to guess (s,), overwritten. W (K + 1, s), z (K,): read."""
    guess[:] = 0.0
    for k in range(z.shape[0]):
        for f in range(guess.shape[0]):
            guess[f] += z[k] * W[k + 1, f]


@kernel
def find_shares(W: Array, z: Array) -> bool:
    """Find the shares z (K,), overwritten, of the mixture with the shortest step; say if there is one.

    W (K + 1, s), the weights before the first pass and after each: read.
    """
    K = z.shape[0]
    trace, H, U = 0.0, np.empty((K, K)), np.empty((K, W.shape[1]))
    for i in range(K):
        z[i] = 1.0
        for f in range(W.shape[1]):
            U[i, f] = W[i + 1, f] - W[i, f]
    for i in range(K):
        for k in range(i, K):
            H[i, k] = inner_product(U[i], U[k])
        trace += H[i, i]
    for i in range(K):
        H[i, i] += RIDGE * trace
    if not solve_by_cholesky(H, z):
        return False
    total = 0.0
    for i in range(K):
        total += z[i]
    for i in range(K):
        z[i] /= total
    return bool(np.isfinite(total))


@kernel
def penalty_of(w: Array, l1: Array, l2: Array) -> float:
    """Return sum_f l1_f |w_f| + l2_f w_f^2 / 2. All (m,): read."""
    total = 0.0
    for f in range(w.shape[0]):
        total += l1[f] * abs(w[f]) + 0.5 * l2[f] * w[f] * w[f]
    return total


@kernel
def guess_end(
    W: Array, V: Array, w: Array, support: Array, z: Array, guess: Array, left: Array, positive: bool
) -> bool:
    """Write the guess at where passes lead to guess (m,), and what goes with it to left; say if it may be looked at.

    W (K + 1, s), the weights on the support (s,) before and after each pass, V, what is linear in them, w (m,): read. z
    (K,), guess (m,), left: overwritten.
    """
    if not find_shares(W, z):
        return False
    mixed = np.empty(support.shape[0])
    mix(W, z, mixed)
    mix(V, z, left)
    copy_of(w, guess)
    for i in range(support.shape[0]):
        if not abs(mixed[i]) < np.inf or (positive and mixed[i] < 0.0):
            return False
        guess[support[i]] = mixed[i]
    return True


@kernel
def square_left(w: Array, c: Array, moment: Array, total: float) -> float:
    """Return r'r from c = X'r, moment = X'y, w (m,): read; total = y'y."""
    return max(total - inner_product(w, moment) - inner_product(w, c), 0.0)


@kernel
def rounds_by_gram(
    G: Array, moment: Array, total: float, w: Array, c: Array, l1: Array, l2: Array, noise: Array, order: Array,
    goal: float, most: int, positive: bool,
) -> tuple[int, float, float]:  # fmt: skip
    """Take rounds until the gap is at most `goal`, `most` of them at most; return (how many, F, gap).

    G (m, m), moment = X'y, l1, l2, noise (m,), order (k,), the places that may have weights: read; total = y'y. w, c =
    X'r (m,): overwritten.
    """
    rounds, z = 0, np.empty(PASSES)
    m = w.shape[0]
    guess, left, C = np.empty(m), np.empty(m), np.empty((PASSES + 1, m))
    while True:
        pass_by_gram(G, w, c, l1, l2, order, positive)
        support = places_with_weight(w)
        W = np.empty((PASSES + 1, support.shape[0]))
        for k in range(PASSES + 1):
            if k > 0:
                pass_by_gram(G, w, c, l1, l2, support, positive)
            copy_of(c, C[k])
            for i in range(support.shape[0]):
                W[k, i] = w[support[i]]
        rounds += 1
        if guess_end(W, C, w, support, z, guess, left, positive):
            before = 0.5 * square_left(w, c, moment, total) + penalty_of(w, l1, l2)
            if 0.5 * square_left(guess, left, moment, total) + penalty_of(guess, l1, l2) < before:
                copy_of(guess, w)
                copy_of(left, c)
        F, gap, _ = duality_gap(w, c, l1, l2, noise, order, square_left(w, c, moment, total), positive)
        if gap <= goal or rounds >= most:
            return rounds, F, gap


# ---------------------------------------------------------------------------------------------------------------
# Products in half the time


@kernel
def round_rows(X: Array, mean_x: Array, A: Array) -> None:
    """Write X - mean to A (m, d), float32, overwritten. X (m, d), mean_x (d,): read."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            A[i, f] = X[i, f] - mean_x[f]


def may_be_rounded(columns: Columns) -> bool:
    """Say whether `rounded_products` save time and stay in range."""
    spread = columns.a[~columns.flat] / columns.weight_total
    usual = bool(((spread > 1e-20) & (spread < 1e20)).all())
    many = columns.n * columns.d * columns.d >= MANY_PRODUCTS and columns.Y.shape[1] == 1  # exact ones serve all
    return many and usual and columns.p.root is None and columns.may_stand()


def rounded_products(columns: Columns) -> FloatArray:
    """Return all products (d, d) of the centred columns rounded to float32: six digits, in half the time."""
    size = max(ROUNDED_NUMBERS // columns.d, columns.d)
    gram, A = np.zeros((columns.d, columns.d)), np.empty((min(size, columns.n), columns.d), np.float32)
    with one_blas_thread():
        for rows in chunks(columns.n, size):
            block = A[: rows.stop - rows.start]
            round_rows(columns.X[rows], columns.inner_mean, block)
            gram += block.T @ block
    gram[columns.flat], gram[:, columns.flat] = 0.0, 0.0
    return gram


def look_at_all(columns: Columns, w: FloatArray, target: Target) -> tuple[FloatArray, float, FloatArray]:
    """Return what `Columns.look` does, (c = X'r, r'r, r), where no column has been taken in."""
    # plainly: r = y - (X - mean) w, c = (X - mean)' r; rows that fit the cache are read once for both
    r, c = target.y + columns.inner_mean @ w, np.zeros(columns.d)
    with one_blas_thread():
        for rows in chunks(columns.n, max(1, READ_TWICE // columns.d)):
            X = columns.X[rows]
            r[rows] -= X @ w
            c += r[rows] @ X
    c -= columns.inner_mean * r.sum()
    c[columns.flat] = 0.0
    return c, sum_of_squares(r), r
