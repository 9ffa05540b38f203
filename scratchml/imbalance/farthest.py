"""The k farthest of m points, for each of n rows: what a partition answers and a full sort need not.

Idea
    NearMiss-2 asks for the points farthest away. Keep the k largest distances seen so far, in order; most points are no
    farther than the least of them, and one comparison settles it.
Maths
    distance(i, j)^2 = sum_f (x_if - p_jf)^2, summed column by column for many points at a time: the points are stored
    column by column, so that neighbours in memory are added to independent sums.
Cost
    n m d operations, n m comparisons and about n k log(m / k) insertions of up to k moves; memory n k.
References
    Knuth, The Art of Computer Programming, volume 3 (1998), section 5.3.3: selection.
"""

from __future__ import annotations

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import kernel
from ..core.typing import Array, FloatArray

ROWS = 256  # one thread's portion
POINTS = 512  # distances worked out at a time: they stay in the cache
LANES = 16  # of them looked at with one comparison


@kernel
def squared_distances(x: Array, points: Array, start: int, found: Array) -> None:
    """Write |x - p_j|^2 for found.shape[0] points from `start`. x (d,), points (d, m): read. found: overwritten.

    Plainly: found[j] = sum over f of (x[f] - points[f, start + j])^2, in this order. Four columns at a time, so that
    each found[j] is read and written a quarter as often: twice as fast.
    """
    d = x.shape[0]
    found[:] = 0.0
    for f in range(0, d - d % 4, 4):
        x0, x1, x2, x3 = x[f], x[f + 1], x[f + 2], x[f + 3]
        p0, p1, p2, p3 = points[f, start:], points[f + 1, start:], points[f + 2, start:], points[f + 3, start:]
        for j in range(found.shape[0]):
            a, b, c, e = x0 - p0[j], x1 - p1[j], x2 - p2[j], x3 - p3[j]
            found[j] = (((found[j] + a * a) + b * b) + c * c) + e * e
    for f in range(d - d % 4, d):
        for j in range(found.shape[0]):
            a = x[f] - points[f, start + j]
            found[j] += a * a


@kernel
def insert(value: float, largest: Array) -> None:
    """Put a value above the least of `largest`, (k,) ascending: updated, into its place; the least drops out."""
    place = 0
    while place + 1 < largest.shape[0] and largest[place + 1] < value:
        largest[place] = largest[place + 1]
        place += 1
    largest[place] = value


@kernel
def any_above(bar: float, found: Array, start: int) -> bool:
    """Say whether one of `LANES` numbers from `start` is above the bar, without a branch for each."""
    above = 0
    for j in range(LANES):
        above += found[start + j] > bar
    return above > 0


@kernel
def keep_largest(rows: Array, points: Array, largest: Array) -> None:
    """Find each row's k largest squared distances. rows (n, d), points (d, m): read. largest (n, k): overwritten."""
    m = points.shape[1]
    block = np.empty(POINTS)
    for i in range(rows.shape[0]):
        mine = largest[i]
        mine[:] = -1.0
        for start in range(0, m, POINTS):
            block[m - start :] = -1.0  # what lies beyond the last point is never above the bar
            squared_distances(rows[i], points, start, block[: m - start])
            for lane in range(0, POINTS, LANES):
                if any_above(mine[0], block, lane):
                    for j in range(lane, lane + LANES):
                        if block[j] > mine[0]:
                            insert(block[j], mine)


def k_farthest(rows: FloatArray, points: FloatArray, k: int, n_jobs: int | None = None) -> FloatArray:
    """Return the distances from each row (n, d) to the k farthest of the points (m, d), ascending, shape (n, k).

    Raises
    ------
    ValueError
        If k is above m, or a distance overflows.
    """
    if k > len(points):
        raise ValueError(f"k={k} farthest were asked for, but there are only {len(points)} points; lower k.")
    columns = np.ascontiguousarray(points.T)
    found = np.empty((len(rows), k))
    map_chunks(lambda piece: keep_largest(rows[piece], columns, found[piece]), chunks(len(rows), ROWS), n_jobs)
    if not np.isfinite(found).all():
        raise ValueError("X spreads so widely that squared distances overflow float64; divide X by a constant first.")
    return np.sqrt(found)
