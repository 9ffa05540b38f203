"""Who is within a radius, by matrix products: a rough ruler rules almost all pairs out, an exact one decides.

Idea
    With many features no grid helps. A product in single precision gives every squared distance up to a known error.
    Pairs that it cannot rule out, and only these, are measured exactly.
Maths
    rough(i, j) = -2 x_i.x_j + (1 - margin) ||x_j||^2 <= eps^2 - (1 - margin) ||x_i||^2 is true of each pair within eps,
    rough(i, j) <= eps^2 - (1 + margin) ||x_i||^2 - 2 margin max_j ||x_j||^2 of no other pair.
Cost
    n^2 d multiplications in products, n^2 comparisons, and d operations for each neighbour. Memory: the neighbours.
Differences
    scikit-learn decides by products in double precision, without measuring again.
References
    Higham, Accuracy and Stability of Numerical Algorithms, section 3.1 (error of an inner product).
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks, one_blas_thread
from ..core.typing import Array, IntArray
from ..maths import Reference
from ..maths.distances import finish_distances
from ..maths.within import generous_limit
from .fixed_grid import list_all

ROWS, COLUMNS = 128, 512  # a block of single-precision numbers takes 256 KB and stays in the cache
PIECE = 64  # numbers asked about at once


@kernel
def screen_block(
    block: Array, most: Array, sure: Array, corner: tuple[int, int], points: Array, limit: float, found: Array
) -> int:
    """List the pairs of a block that are within the limit; return how many there are.

    block (a, b), rough squares, most (a,), the largest of them that may count, sure (a,), below which they do, points
    (n, d): read. corner: the points that the first row and the first column stand for. found (a (b + 1), 2), point and
    distance squared (0 where sure): overwritten. The pairs of row i are followed by (-1, i).
    """
    count, d = 0, points.shape[1]
    for i in range(block.shape[0]):
        x = points[corner[0] + i]
        for first in range(0, block.shape[1], PIECE):
            last, near = min(first + PIECE, block.shape[1]), 0
            for j in range(first, last):
                near += 1 if block[i, j] <= most[i] else 0
            if near == 0:
                continue
            for j in range(first, last):
                if block[i, j] <= most[i]:
                    y, square = points[corner[1] + j], 0.0
                    for f in range(d if block[i, j] > sure[i] else 0):
                        square += (x[f] - y[f]) * (x[f] - y[f])
                    found[count, 0], found[count, 1] = corner[1] + j, square
                    count += 1 if square <= limit else 0
        found[count, 0], found[count, 1] = -1.0, i
        count += 1
    return count


@kernel
def sort_by_rows(found: Array, rows: Array, columns: Array, squares: Array) -> int:
    """Put the pairs in the order of their rows; return how many there are.

    found (z, 2), as `screen_block` leaves it, block after block: read. rows (a + 1,), where each row begins, columns
    (z,), squares (z,): overwritten.
    """
    rows[:] = 0
    since = 0
    for t in range(found.shape[0]):
        if found[t, 0] < 0:
            rows[int(found[t, 1]) + 1] += t - since
            since = t + 1
    for i in range(rows.shape[0] - 1):
        rows[i + 1] += rows[i]
    total, places, since = rows[-1], rows.copy(), 0
    for t in range(found.shape[0]):
        if found[t, 0] < 0:
            i = int(found[t, 1])
            for s in range(since, t):
                columns[places[i]], squares[places[i]] = int(found[s, 0]), found[s, 1]
                places[i] += 1
            since = t + 1
    return int(total)


def near_by_products(reference: Reference, eps: float) -> tuple[IntArray, IntArray]:
    """Return (starts, members): which rows of a prepared reference are within eps of each, ascending.

    The metric must be, up to `finish_distances`, the squared Euclidean.
    """
    points, n, d = reference.points, len(reference.points), reference.points.shape[1]
    limit, ruler = generous_limit(eps, reference), reference.ruler
    precision: type = np.float32 if ruler.norms.max() < 1e30 else np.float64
    margin = 4.0 * float(np.finfo(precision).eps) * (d + 8)  # as in maths/ruler.py
    vanished = 16.0 * float(np.finfo(precision).tiny) * (d + 8)
    right = np.empty((n, d + 1), precision)
    centered = ruler.centered(slice(None))
    right[:, :d], right[:, d] = centered, ruler.norms * (1.0 - margin)
    left = np.ones((n, d + 1), precision)
    left[:, :d] = -2.0 * centered
    del centered
    with np.errstate(over="ignore"):
        target = limit * ruler.scale**2
        above = target - (ruler.norms * (1.0 - margin) - vanished)
        below = target * (1.0 - 1e-11) - ruler.norms * (1.0 + margin) - 2.0 * margin * ruler.norms.max() - vanished
        most = np.nextafter(above.astype(precision), precision(np.inf))
        sure = np.nextafter(below.astype(precision), precision(-np.inf))

    def work(rows: slice) -> tuple[IntArray, IntArray]:
        own, parts = left[rows], []
        scratch = np.empty(((rows.stop - rows.start) * (COLUMNS + 1), 2))
        for piece in chunks(n, COLUMNS):
            block = own @ right[piece].T
            count = screen_block(block, most[rows], sure[rows], (rows.start, piece.start), points, limit, scratch)
            parts.append(scratch[:count].copy())
        found = np.concatenate(parts)
        begins = np.empty(rows.stop - rows.start + 1, dtype=np.int64)
        columns, squares = np.empty(len(found), dtype=np.int64), np.empty(len(found))
        total = sort_by_rows(found, begins, columns, squares)
        near = finish_distances(squares[:total], reference) <= eps
        if near.all():
            return np.diff(begins), columns[:total].copy()
        return np.add.reduceat(np.append(near, False), begins[:-1]) * (np.diff(begins) > 0), columns[:total][near]

    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        return list_all(n, map_chunks(work, chunks(n, ROWS)))
