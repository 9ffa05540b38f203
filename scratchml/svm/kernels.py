"""Kernels: how alike two rows are, as the inner product of their images in a space that is never visited.

Idea
    A support vector machine meets its data in inner products only. Put another similarity in their place, one that is
    an inner product in some larger space, and the same algorithm draws a curved border.
Maths
    linear x.y, poly (gamma x.y + coef0)^degree, rbf exp(-gamma ||x - y||^2), sigmoid tanh(gamma x.y + coef0).
    ||x - y||^2 = ||x||^2 + ||y||^2 - 2 x.y, so that every kernel is a function of inner products, which BLAS multiplies
    in blocks. For rbf the rows are shifted to their mean first, which changes no distance and cancels fewer digits.
    gamma "scale" is 1 / (d var(X)), "auto" is 1 / d.
Cost
    A block of m x k values: m k d multiplications, and m k exponentials for rbf. One row inside a solver: the same.
Differences
    From libsvm: float64 throughout (its rows are float32). The data are divided by a power of two, exactly, so that
    squares neither overflow nor vanish; gamma makes up for it. The sigmoid kernel is no inner product; it is there
    because scikit-learn has it.
References
    Schölkopf, Smola, Learning with Kernels (2002), section 2.3.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..core import chunks, one_blas_thread
from ..core.jit import lean_kernel
from ..core.scratch import LINE, aligned
from ..core.typing import Array, FloatArray, IntArray
from ..optim.exponentials import exp_of_minus

LINEAR, POLY, RBF, SIGMOID, GIVEN = range(5)  # GIVEN: the values are there already, as a matrix
CODES = {"linear": LINEAR, "poly": POLY, "rbf": RBF, "sigmoid": SIGMOID, "precomputed": GIVEN}
COLUMNS = 512  # of a row that are worked on at a time: they stay in the cache
BLOCK_VALUES = 1 << 16  # kernel values in a block of products: 512 KB
PREPARED = 1 << 12  # numbers that are prepared at a time, 64 KB
LARGEST = 1e300  # gamma at most, so that gamma * 0 is 0


class Similarity(NamedTuple):
    """A kernel with its numbers, for rows that `prepare_rows` has shifted and scaled."""

    code: int
    gamma: float
    coef0: float
    degree: int
    factor: float  # what an inner product of scaled rows is multiplied by to be that of the caller's; linear only


class Scaling(NamedTuple):
    """How rows are prepared: (x - shift) / 2^exponent."""

    shift: FloatArray  # (d,)
    exponent: int


# ---------------------------------------------------------------------------------------------------------------
# One value after the other


@lean_kernel
def power(x: float, degree: int) -> float:
    """Return x^degree by repeated squaring, degree >= 0."""
    found = 1.0
    while degree > 0:
        if degree % 2 == 1:
            found *= x
        x *= x
        degree //= 2
    return found


@lean_kernel
def products_to_similarities(s: Similarity, square: float, squares: Array, row: Array) -> None:
    """Turn inner products of one row with m others into kernel values.

    square: ||x||^2 of the row; squares (m,): ||y||^2 of the others; row (m,): overwritten.
    """
    m = row.shape[0]
    if s.code == RBF:
        for k in range(m):
            distance = (square + squares[k]) - 2.0 * row[k]  # may dip below 0 by rounding
            row[k] = s.gamma * distance if distance > 0.0 else 0.0
        for k in range(m):  # a loop of its own, which the compiler turns into vector instructions
            row[k] = exp_of_minus(row[k])
    elif s.code == LINEAR:
        for k in range(m):
            row[k] *= s.factor
    elif s.code == POLY:
        for k in range(m):
            row[k] = power(s.gamma * row[k] + s.coef0, s.degree)
    elif s.code == SIGMOID:
        for k in range(m):
            row[k] = math.tanh(s.gamma * row[k] + s.coef0)


@lean_kernel
def rows_to_similarities(s: Similarity, first_squares: Array, squares: Array, block: Array) -> None:
    """Do the same for each row of block (a, m): overwritten. first_squares (a,), squares (m,): read."""
    for i in range(block.shape[0]):
        products_to_similarities(s, first_squares[i], squares, block[i])


@lean_kernel
def similarity_row(s: Similarity, columns: Array, squares: Array, i: int, row: Array) -> None:
    """Put K(x_i, x_k) for m points into row (m,): overwritten. squares (n,): read, n >= m.

    columns (d, n): the rows, `stand_upright`, read. Eight features are added at a time: the row is read and written
    d / 8 times.
    """
    for first in range(0, row.shape[0], COLUMNS):
        last = min(first + COLUMNS, row.shape[0])
        part = row[first:last]
        part[:] = 0.0
        for f in range(0, columns.shape[0], 8):
            x0, x1, x2, x3 = columns[f, i], columns[f + 1, i], columns[f + 2, i], columns[f + 3, i]
            x4, x5, x6, x7 = columns[f + 4, i], columns[f + 5, i], columns[f + 6, i], columns[f + 7, i]
            c0, c1 = columns[f, first:last], columns[f + 1, first:last]
            c2, c3 = columns[f + 2, first:last], columns[f + 3, first:last]
            c4, c5 = columns[f + 4, first:last], columns[f + 5, first:last]
            c6, c7 = columns[f + 6, first:last], columns[f + 7, first:last]
            for k in range(part.shape[0]):
                four = (x0 * c0[k] + x1 * c1[k]) + (x2 * c2[k] + x3 * c3[k])
                part[k] += four + ((x4 * c4[k] + x5 * c5[k]) + (x6 * c6[k] + x7 * c7[k]))
        products_to_similarities(s, squares[i], squares[first:last], part)


# ---------------------------------------------------------------------------------------------------------------
# Blocks, by BLAS


def choose_scaling(X: FloatArray, code: int) -> Scaling:
    """Return how X (n, d) is to be prepared: centred for rbf, largest value about 1."""
    with np.errstate(over="ignore", invalid="ignore"), one_blas_thread():
        shift = np.full(len(X), 1.0 / len(X)) @ X if code == RBF else np.zeros(X.shape[1])
        above, below = X.max(axis=0) - shift, shift - X.min(axis=0)  # rounding keeps the order: those of the rows
        largest = float(max(above.max(initial=0.0), below.max(initial=0.0)))
    if not np.isfinite(largest):
        raise ValueError("X spans more than the range of float64; scale it down (a StandardScaler, perhaps).")
    return Scaling(shift, int(np.frexp(largest)[1]) if largest > 0.0 else 0)


def prepare_rows(X: FloatArray, scaling: Scaling, found: FloatArray | None = None) -> FloatArray:
    """Return (X - shift) / 2^exponent, in `found` (n, d), where that is given: overwritten; it may be X."""
    with np.errstate(over="ignore"):  # far rows, of a later X, may overflow: their similarity is judged then
        found = np.subtract(X, scaling.shift, out=found)
        if abs(scaling.exponent) < 1000:
            found *= 2.0**-scaling.exponent
        else:  # two factors, as one would be out of range
            half = -scaling.exponent // 2
            found *= 2.0**half
            found *= 2.0 ** (-scaling.exponent - half)
    return found


def squares_of(X: FloatArray) -> FloatArray:
    """Return ||x_i||^2, shape (n,)."""
    found: FloatArray = np.einsum("if,if->i", X, X)
    return found


def lined_up(height: int, width: int) -> FloatArray:
    """Return zeros of shape (height, width or a little more), each row of which begins with a line of memory.

    A processor reads eight numbers that share a line of 64 bytes at once, and those of two lines in two turns. An odd
    number of lines in a row keeps the rows from competing for the same places in its cache.
    """
    width = (-(-width // LINE) | 1) * LINE
    return aligned(height, width, memory=np.zeros)


def room_upright(n: int, d: int) -> FloatArray:
    """Return zeros (d, n), and more below, to a multiple of eight features, and to the right (see `lined_up`)."""
    return lined_up(-(-d // 8) * 8, n)


def stand_upright(X: FloatArray) -> FloatArray:
    """Return X' (d, n), and zeros beside it."""
    columns = room_upright(*X.shape)
    columns[: X.shape[1], : len(X)] = X.T
    return columns


def squares_upright(columns: FloatArray) -> FloatArray:
    """Return ||x_i||^2 of columns (d, n), shape (n,), in the order of `similarity_row`: so equal rows are 0 apart."""
    found = np.zeros(columns.shape[1])
    for f in range(0, len(columns), 8):
        c = columns[f : f + 4] * columns[f : f + 4]
        four = (c[0] + c[1]) + (c[2] + c[3])
        np.multiply(columns[f + 4 : f + 8], columns[f + 4 : f + 8], out=c)
        found += four + ((c[0] + c[1]) + (c[2] + c[3]))
    return found


def prepared_blocks(X: FloatArray, scaling: Scaling) -> Iterator[FloatArray]:
    """Yield the prepared rows of X (n, d), some at a time, which the next ones overwrite."""
    size = max(1, PREPARED // X.shape[1])
    room = np.empty((min(size, len(X)), X.shape[1]))
    for piece in chunks(len(X), size):
        some = X[piece]
        yield prepare_rows(some, scaling, room[: len(some)])


def prepare_upright(X: FloatArray, rows: IntArray, scaling: Scaling) -> FloatArray:
    """Return the prepared rows X[rows] upright, and zeros beside them."""
    d = X.shape[1]
    columns = room_upright(len(rows), d)
    for piece in chunks(len(rows), max(1, PREPARED // d)):
        some = X.take(rows[piece], axis=0)
        columns[:d, piece] = prepare_rows(some, scaling, some).T
    return columns


def variance_of(X: FloatArray, scaling: Scaling, code: int) -> float:
    """Return the variance of all values of X (n, d) / 2^exponent; for rbf the shift is the columns' means."""
    if code != RBF:
        return float(prepare_rows(X, scaling).var())
    within = sum(float(np.einsum("if,if->", some, some)) for some in prepared_blocks(X, scaling))
    return within / X.size + float(np.ldexp(scaling.shift, -scaling.exponent).var())


def similarity_for(
    code: int, gamma: float | str, coef0: float, degree: int, X: FloatArray, scaling: Scaling
) -> tuple[Similarity, float]:
    """Return the kernel for rows of X (n, d) as `scaling` prepares them, and gamma in the caller's units."""
    scale = 2.0 * scaling.exponent * math.log(2.0)
    if gamma == "scale":
        variance = variance_of(X, scaling, code)
        inner = 1.0 / (X.shape[1] * variance) if variance > 0.0 else math.exp(min(scale, 690.0))
    else:
        given = 1.0 / X.shape[1] if gamma == "auto" else float(gamma)
        inner = math.exp(min(math.log(given) + scale, 700.0)) if given > 0.0 and scaling.exponent else given
        if given > 0.0 and abs(scaling.exponent) < 500:
            inner = min(given * 4.0**scaling.exponent, LARGEST)  # exact
    inner = min(inner, LARGEST)
    outer = math.exp(min(max(math.log(inner) - scale, -745.0), 709.0)) if inner > 0.0 else 0.0
    if abs(scaling.exponent) < 500:
        outer = inner / 4.0**scaling.exponent
    factor = 4.0**scaling.exponent if abs(scaling.exponent) < 510 else (math.inf if scaling.exponent > 0 else 0.0)
    return Similarity(code, inner, float(coef0), int(degree), factor), outer


def similarities(
    s: Similarity, A: FloatArray, a_squares: FloatArray, B: FloatArray, b_squares: FloatArray
) -> FloatArray:
    """Return K(a_i, b_k), shape (len(A), len(B)), for prepared rows. It holds all of them: call it with blocks."""
    with one_blas_thread(), np.errstate(all="ignore"):
        block: FloatArray = np.dot(A, B.T)
        if s.code == LINEAR:  # as the kernel would, which need not be compiled for it
            block *= s.factor
            return block
    rows_to_similarities(s, a_squares, b_squares, block)
    return block


def block_rows(k: int) -> int:
    """Return how many rows a block of products with k others has."""
    return max(16, BLOCK_VALUES // max(k, 1))
