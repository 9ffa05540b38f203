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


@kernel
def squared_distances(x: Array, points: Array, start: int, found: Array) -> None:
    """Write |x - p_j|^2 for found.shape[0] points from `start`. x (d,), points (d, m): read. found: overwritten."""
    found[:] = 0.0
    for f in range(x.shape[0]):
        value = x[f]
        for j in range(found.shape[0]):
            difference = value - points[f, start + j]
            found[j] += difference * difference


@kernel
def insert(value: float, largest: Array) -> None:
    """Put a value above the least of `largest`, (k,) ascending: updated, into its place; the least drops out."""
    place = 0
    while place + 1 < largest.shape[0] and largest[place + 1] < value:
        largest[place] = largest[place + 1]
        place += 1
    largest[place] = value


@kernel
def keep_largest(rows: Array, points: Array, largest: Array) -> None:
    """Find each row's k largest squared distances. rows (n, d), points (d, m): read. largest (n, k): overwritten."""
    m = points.shape[1]
    block = np.empty(POINTS)
    for i in range(rows.shape[0]):
        largest[i, :] = -1.0
        for start in range(0, m, POINTS):
            found = block[: min(POINTS, m - start)]
            squared_distances(rows[i], points, start, found)
            for j in range(found.shape[0]):
                if found[j] > largest[i, 0]:
                    insert(found[j], largest[i])


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
