"""Inner products, and squared distances from them: blocks of a result, each finished while it is in the cache.

Idea
    A matrix product is the fastest way to compare all rows with all. Its result is large: to change it afterwards is to
    read and write memory once more, which takes as long as the product. So a block of it is worked out and, before the
    next, turned into what is wanted.
Maths
    ||x - y||^2 = ||x||^2 - 2 x.y + ||y||^2 of rows that are centred, measured directly where that would lose digits:
    see `distances.py`.
Cost
    n m d operations, one pass over the n m results.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import Array, FloatArray
from .ruler import Ruler
from .scales import squared_norms

ROWS, COLUMNS = 128, 512  # a block of 128 rows against 512: its results (512 KB) stay in the cache
LONGEST = 16  # times as many rows in a narrow block: of 50 columns, all take a third less time so (measured)
NEAR = 0.01  # share of the norms below which a squared distance is measured directly


@kernel
def complete_square(
    products: Array, first: int, x_norms: Array, y_norms: Array, X: Array, Y: Array, scale: float, root: bool
) -> None:
    """Turn products of centred rows into ||x - y||^2, measuring directly where the subtraction would lose digits.

    products (a, m): its b columns from `first` on overwritten, with ||x - y|| if `root`. x_norms (a,), y_norms (b,):
    squared norms of the centred rows, which were multiplied by `scale`, a power of two: read. X (a, d), Y (b, d): the
    rows themselves, read.
    """
    unscale = 1.0 / (scale * scale)  # exact; a product with it is what the slower division would give
    for i in range(X.shape[0]):
        row = products[i, first : first + Y.shape[0]]
        near = 0
        for j in range(Y.shape[0]):
            norms = x_norms[i] + y_norms[j]
            square = norms - 2.0 * row[j]
            near += 0 if square >= NEAR * norms else 1  # near, or no number because a square overflowed
            row[j] = square
        if near == 0:  # plainly: as below; a loop without a jump takes eight at once
            for j in range(Y.shape[0]):
                row[j] *= unscale
        else:
            for j in range(Y.shape[0]):
                if row[j] >= NEAR * (x_norms[i] + y_norms[j]):
                    row[j] *= unscale
                else:
                    row[j] = 0.0
                    for f in range(X.shape[1]):
                        difference = X[i, f] - Y[j, f]
                        row[j] += difference * difference
        if root:
            for j in range(Y.shape[0]):
                row[j] = math.sqrt(row[j])


@kernel
def mirror(D: Array) -> None:
    """Copy the upper triangle of D (n, n) onto the lower one, by stripes of eight rows. D: overwritten."""
    n = D.shape[0]
    for top in range(0, n, 8):
        for j in range(top + 8, n):
            for i in range(8):  # a number known beforehand: the compiler writes eight at once
                D[j, top + i] = D[top + i, j]
        for j in range(top + 1, min(top + 8, n)):
            for i in range(top, j):
                D[j, i] = D[i, j]


def rows_of_block(m: int, d: int) -> int:
    """Return how many rows (of d numbers) to take at once against m: of few columns more, about as many numbers."""
    return ROWS * max(1, min(LONGEST, COLUMNS // max(m, d, 1)))


def measure_by_product(X: FloatArray, ruler: Ruler, columns: list[slice], out: FloatArray, root: bool) -> None:
    """Overwrite the `columns` of out (a, m) with the squared distances of X (a, d), or if `root` with the distances."""
    left = (X - ruler.center) * ruler.scale
    norms = squared_norms(left)
    for some in columns:
        np.matmul(left, ruler.centered(some).T, out=out[:, some])
        complete_square(out, some.start, norms, ruler.norms[some], X, ruler.points[some], ruler.scale, root)


def inner_products(
    X: FloatArray,
    Y: FloatArray,
    n_jobs: int | None = None,
    *,
    same: bool = False,
    finish: Callable[[FloatArray], object] | None = None,
) -> FloatArray:
    """Return X @ Y.T, shape (n, m), with the same bits for any number of threads; exactly symmetric if `same`.

    `finish` may change them in place: it is given some rows of the result while they are in the cache.
    """
    out: FloatArray = np.empty((len(X), len(Y)))

    def multiply(rows: slice) -> None:
        start = rows.start if same else 0
        np.matmul(X[rows], Y[start:].T, out=out[rows, start:])
        if finish is not None:
            finish(out[rows, start:])

    with one_blas_thread():
        map_chunks(multiply, chunks(len(X), ROWS), n_jobs)
    if same:
        mirror(out)
    return out
