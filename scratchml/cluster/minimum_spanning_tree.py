"""The minimum spanning tree by Prim's algorithm, which is single linkage: its edges, sorted, are the merges.

Idea
    Grow a tree from one point: always add the point that is nearest to any point of the tree. Cutting the longest
    edges of the finished tree leaves the clusters of single linkage, whatever the height of the cut.
Maths
    reach[j] = min over i in the tree of d(i, j); the next point is argmin_j reach[j], and joins at that height.
Cost
    n^2 / 2 distances, each measured once, when the tree reaches one of its ends: O(n^2 d) time and, from rows,
    O(n d) memory, because no distance is kept. Distances listed by pairs are read where they stand, without a matrix.
Differences
    None from SciPy; on equal distances the lowest row joins first, reached from whoever reached it first.
References
    Prim, Shortest connection networks and some generalizations, Bell System Technical Journal 36 (1957) 1389-1401.
    Gower, Ross, Minimum spanning trees and single linkage cluster analysis, Applied Statistics 18 (1969) 54-64.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.lanes import place_of_least
from ..core.typing import Array, FloatArray, IntArray
from ..maths import Reference
from ..maths.distances import FORMULAS, finish_distances, measure_columns
from .merges import Step, in_stretches
from .scans import BLOCK, square_block

SHRINK = 0.8  # share of points yet to join below which those that joined are dropped from the arrays


@lean_kernel
def reach_out(new: int, away: Array, reach: Array, via: Array) -> int:
    """Let the tree reach out from its new point to some points; return which of them is nearest to the tree.

    away (b,), the distances from the new point: read. reach (b,), via (b,), the tree's point each is reached from:
    overwritten where the new point is nearer. A point of the tree has via -1 and an infinite reach. Where nothing is
    in finite reach, the result is -1.
    """
    for j in range(away.shape[0]):
        nearer = (away[j] < reach[j]) & (via[j] >= 0)
        via[j] = new if nearer else via[j]
        reach[j] = away[j] if nearer else reach[j]
    return int(place_of_least(reach))


@lean_kernel
def join_tree(place: int, left: Array, reach: Array, via: Array, merge: Array) -> int:
    """Let the point at a place join the tree, the first that may where the place is -1; return its name.

    left (m,), the points' names: read. reach (m,), via (m,): overwritten for that point. merge (3,): overwritten.
    """
    if place < 0:  # all that are left are infinitely far away
        place = 0
        while via[place] < 0:
            place += 1
    merge[0], merge[1], merge[2] = via[place], left[place], reach[place]
    via[place], reach[place] = -1, np.inf
    return int(left[place])


@kernel
def grow_on_rows(new: int, points: Array, columns: Array, left: Array, reach: Array, via: Array, merges: Array) -> int:
    """Let as many points join as `merges` has rows, by squared Euclidean distances; return the last one.

    points (n, d), left (m,), columns (d, m), the points of `left`: read. reach (m,), via (m,), merges (s, 3):
    overwritten. new: the point that joined last.
    """
    m, block = reach.shape[0], np.empty(BLOCK)
    for t in range(merges.shape[0]):
        least, place = np.inf, -1
        for first in range(0, m, BLOCK):
            last = min(first + BLOCK, m)
            square_block(points[new], columns, first, block[: last - first])
            j = reach_out(new, block[: last - first], reach[first:last], via[first:last])
            if j >= 0 and reach[first + j] < least:
                least, place = reach[first + j], first + j
        new = join_tree(place, left, reach, via, merges[t])
    return new


@kernel
def grow_on_matrix(new: int, D: Array, left: Array, reach: Array, via: Array, merges: Array) -> int:
    """The same on distances D (n, n); left is 0 ... n - 1."""
    for t in range(merges.shape[0]):
        new = join_tree(reach_out(new, D[new], reach, via), left, reach, via, merges[t])
    return new


@lean_kernel
def start_of_pairs(i: int, n: int) -> int:
    """Return s such that the distance of i and j > i stands at s + j where those of n points are listed by pairs."""
    return (i * (2 * n - 3 - i) >> 1) - 1


@lean_kernel
def look_up_pairs(new: int, n: int, condensed: Array, left: Array, away: Array) -> None:
    """Look up how far one of n points is from those left.

    condensed (n (n - 1) / 2,), left (m,), names that ascend: read. away (m,): overwritten; 0 from `new` itself.
    """
    m, place, start = left.shape[0], 0, start_of_pairs(new, n)
    while place < m and left[place] < new:
        away[place] = condensed[start_of_pairs(left[place], n) + new]
        place += 1
    if place < m and left[place] == new:
        away[place] = 0.0
        place += 1
    for p in range(place, m):
        away[p] = condensed[start + left[p]]


@lean_kernel
def drop_joined(left: Array, reach: Array, via: Array) -> int:
    """Move the points yet to join to the front of the arrays, all (m,): overwritten. Return how many they are."""
    kept = 0
    for p in range(left.shape[0]):
        if via[p] >= 0:
            left[kept], reach[kept], via[kept] = left[p], reach[p], via[p]
            kept += 1
    return kept


@lean_kernel
def grow_on_pairs(
    new: int, n: int, condensed: Array, left: Array, away: Array, reach: Array, via: Array, merges: Array
) -> int:
    """The same on distances by pairs. left (m,), reach, via: at the end, first those of points that have not joined."""
    m, dropped = left.shape[0], 0
    for t in range(merges.shape[0]):
        if t - dropped > (1.0 - SHRINK) * m:
            m, dropped = drop_joined(left[:m], reach[:m], via[:m]), t
        look_up_pairs(new, n, condensed, left[:m], away)
        new = join_tree(reach_out(new, away[:m], reach[:m], via[:m]), left, reach, via, merges[t])
    drop_joined(left[:m], reach[:m], via[:m])
    return new


def grow_by_metric(
    new: int, reference: Reference, columns: Array, left: Array, reach: Array, via: Array, merges: Array
) -> int:
    """The same by any metric, whose kernel is called for each point."""
    away = np.empty((1, len(left)))
    for merge in merges:
        measure_columns(reference.points[new : new + 1], columns, reference, 0, away)
        new = join_tree(reach_out(new, away[0], reach, via), left, reach, via, merge)
    return new


def start_tree(n: int) -> tuple[IntArray, FloatArray, IntArray]:
    """Return the names, reach and via of n points, of which the first makes a tree."""
    via: IntArray = np.zeros(n, dtype=np.int64)
    via[0] = -1
    return np.arange(n), np.full(n, np.inf), via


def prim_on_rows(reference: Reference, ascending: bool = True) -> Iterator[Step]:
    """Return the generator of merges of the rows of a prepared reference, and of the tree, by single linkage.

    Distances are measured as they are needed. `ascending` as in `tree_of`.
    """
    points, new = reference.points, 0
    columns = np.ascontiguousarray(points.T)
    left, reach, via = start_tree(len(points))
    squares = FORMULAS[reference.metric][0] == "squared_euclidean"

    def make(first: int, last: int, merges: FloatArray) -> None:
        nonlocal columns, left, reach, via, new
        made = merges[first:last]
        if squares:
            new = grow_on_rows(new, points, columns, left, reach, via, made)
        else:
            new = grow_by_metric(new, reference, columns, left, reach, via, made)
        made[:, 2] = finish_distances(made[:, 2].copy(), reference)  # kernels leave squares, say, that order alike
        if len(points) - last < SHRINK * len(left):
            kept = np.flatnonzero(via >= 0)
            columns, left, reach, via = np.take(columns, kept, axis=1), left[kept], reach[kept], via[kept]

    return in_stretches(len(points), make, True, ascending)


def prim_on_matrix(D: FloatArray) -> Iterator[Step]:
    """Return the generator of merges on a symmetric matrix of distances D (n, n), which is read, and of the tree."""
    new, tree = 0, start_tree(len(D))

    def make(first: int, last: int, merges: FloatArray) -> None:
        nonlocal new
        new = grow_on_matrix(new, D, *tree, merges[first:last])

    return in_stretches(len(D), make)


def prim_on_pairs(condensed: FloatArray, n: int) -> Iterator[Step]:
    """Return the generator of merges on distances of n points by pairs, (n (n - 1) / 2,), which are read."""
    new, away = 0, np.empty(n)
    tree = [column[1:] for column in start_tree(n)]  # the first point has joined already

    def make(first: int, last: int, merges: FloatArray) -> None:
        nonlocal new
        left, reach, via = (column[: n - 1 - first] for column in tree)
        new = grow_on_pairs(new, n, condensed, left, away, reach, via, merges[first:last])

    return in_stretches(n, make)
