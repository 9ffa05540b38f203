"""The minimum spanning tree by Prim's algorithm, which is single linkage: its edges, sorted, are the merges.

Idea
    Grow a tree from one point: always add the point that is nearest to any point of the tree. Cutting the longest
    edges of the finished tree leaves the clusters of single linkage, whatever the height of the cut.
Maths
    reach[j] = min over i in the tree of d(i, j); the next point is argmin_j reach[j], and joins at that height.
Cost
    n^2 / 2 distances, each measured once, when the tree reaches one of its ends: O(n^2 d) time and O(n d) memory,
    because no distance is kept.
Differences
    None from SciPy; on equal distances the lowest row joins first, reached from whoever reached it first.
References
    Prim, Shortest connection networks and some generalizations, Bell System Technical Journal 36 (1957) 1389-1401.
    Gower, Ross, Minimum spanning trees and single linkage cluster analysis, Applied Statistics 18 (1969) 54-64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from ..maths import Reference
from ..maths.distances import finish_distances, measure_columns
from .merges import Step, tree_of

SHRINK = 0.8  # share of points yet to join below which those that joined are dropped from the arrays


@kernel
def extend_reach(new: int, away: Array, reach: Array, via: Array) -> int:
    """Let the tree reach out from its new point; return the position of the point nearest to the tree.

    away (m,), the distances from the new point: read. reach (m,), via (m,), the tree's point each is reached from:
    overwritten where the new point is nearer. A reach below 0 marks a point of the tree.
    """
    best, least = -1, np.inf
    for j in range(away.shape[0]):
        if away[j] < reach[j]:
            reach[j], via[j] = away[j], new
        if reach[j] < least and reach[j] >= 0.0:
            best, least = j, reach[j]
    return best


def prim(
    n: int, distances_from: Callable[[int], FloatArray], drop: Callable[[Array], None], ascending: bool = True
) -> Iterator[Step]:
    """Yield a Step after each edge of the tree on n points, and the sorted tree at the end; heights are left as found.

    `distances_from(i)` gives the distances of point i to the points left, (m,); `drop(kept)` says which positions are
    left from now on. `ascending` as in `tree_of`.
    """
    merges, left = np.empty((n - 1, 3)), np.arange(n)
    reach, via = np.full(n, np.inf), np.zeros(n, dtype=np.int64)
    reach[0], new, waiting = -1.0, 0, n - 1
    for t in range(n - 1):
        j = extend_reach(new, distances_from(new), reach, via)
        merges[t] = via[j], left[j], reach[j]
        yield Step("merge", t + 1, int(via[j]), int(left[j]), float(reach[j]), merges[: t + 1])
        reach[j], new, waiting = -1.0, int(left[j]), waiting - 1
        if waiting < SHRINK * len(left):
            kept = np.flatnonzero(reach >= 0.0)
            left, reach, via = left[kept], reach[kept], via[kept]
            drop(kept)
    yield Step("tree", n - 1, -1, -1, float(merges[:, 2].max(initial=0.0)), tree_of(merges, True, ascending))


def prim_on_rows(reference: Reference, ascending: bool = True) -> Iterator[Step]:
    """Yield the steps of `prim` on the rows of a prepared reference; distances are measured as they are needed."""
    points = reference.points
    columns = np.ascontiguousarray(points.T)
    away = np.empty((1, len(points)))

    def distances_from(i: int) -> FloatArray:
        measure_columns(points[i : i + 1], columns, reference, 0, away)
        row: FloatArray = away[0]
        return row

    def drop(kept: Array) -> None:
        nonlocal columns, away
        columns, away = np.take(columns, kept, axis=1), np.empty((1, len(kept)))

    for step in prim(len(points), distances_from, drop, ascending):
        if step.name == "merge":  # the kernel leaves squares, say, which order the points as distances do
            last = finish_distances(step.merges[-1, 2:], reference)
            yield step._replace(height=float(last[0]))
        else:
            finished = step.merges
            yield step._replace(height=float(finished[-1, 2]) if len(finished) else 0.0)


def prim_on_matrix(D: FloatArray) -> Iterator[Step]:
    """Yield the steps of `prim` on a symmetric matrix of distances D (n, n), which is read."""
    left: Array | None = None

    def distances_from(i: int) -> FloatArray:
        row: FloatArray = D[i] if left is None else D[i, left]
        return row

    def drop(kept: Array) -> None:
        nonlocal left
        left = kept if left is None else left[kept]

    return prim(len(D), distances_from, drop)
