"""The generic algorithm: merge the closest two clusters, again and again, for linkages whose heights may fall.

Idea
    A merge by centroids can bring the new cluster nearer to a third than either half was, so merges must be made in
    order. Each cluster remembers its nearest among those behind it. What it remembers may be out of date, but never
    too large: so the least remembered distance is either right, and the next merge, or it is looked up anew.
Maths
    least[i] <= min over j > i of d(i, j), with equality where d(i, nearest[i]) == least[i].
Cost
    O(n^3) at worst, in practice about n^2: few clusters are looked up anew. A matrix of n^2 distances.
Differences
    From the paper: the least of the remembered distances is found by a scan, not by a heap; a scan of n numbers costs
    no more than the merge itself.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), figure 3.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core.jit import lean_kernel
from ..core.lanes import place_of_least
from ..core.typing import Array, FloatArray
from .lance_williams import CODES, MONOTONE, SQUARED, Table, join_clusters, make_table, refresh_row
from .merges import Step, in_stretches


@lean_kernel
def remember_nearest(i: int, row: Array, nearest: Array, least: Array) -> None:
    """Find the nearest cluster behind i. row (n,), distances: read. nearest (n,), least (n,): element i overwritten."""
    j = place_of_least(row[i + 1 :])
    nearest[i] = i + 1 + j if j >= 0 else -1
    least[i] = row[nearest[i]] if j >= 0 else np.inf


@lean_kernel
def remember_all(D: Array, nearest: Array, least: Array) -> None:
    """Find every cluster's nearest behind it. D (n, n): read. nearest (n,), least (n,): overwritten."""
    for i in range(D.shape[0]):
        remember_nearest(i, D[i], nearest, least)


@lean_kernel
def closest_pair(table: Table, merges: Array, now: int, nearest: Array, least: Array) -> int:
    """Return the slot x of the closest pair x, nearest[x], after looking up anew whatever is out of date.

    table: rows looked up are refreshed. merges (n - 1, 3), of which `now` were made: read. nearest (n,), least (n,):
    overwritten where looked up.
    """
    D, _, born, fresh = table
    while True:
        x = place_of_least(least)
        y = nearest[x]
        if (D[y, x] if born[y] > fresh[x] else D[x, y]) == least[x]:
            return x
        refresh_row(x, D, merges, fresh, now)
        remember_nearest(x, D[x], nearest, least)


@lean_kernel
def tell_others(x: int, y: int, row: Array, nearest: Array, least: Array) -> None:
    """Let the clusters before y know that x and y are one, now in slot y.

    row (n,), the distances from y: read. nearest (n,), least (n,): overwritten where y is nearer.
    """
    for z in range(y):
        j = nearest[z]
        j = y if j == x else j
        nearer = row[z] < least[z]
        nearest[z] = y if nearer else j
        least[z] = row[z] if nearer else least[z]


@lean_kernel
def merge_in_order(
    first: int, last: int, table: Table, nearest: Array, least: Array, method: int, squared: bool, merges: Array
) -> None:
    """Make the merges first ... last - 1.

    table: overwritten, see `Table`. nearest (n,), least (n,): overwritten. method: as in CODES. squared: whether
    heights are roots of what the table holds. merges (n - 1, 3): rows first to last overwritten.
    """
    D, _, _, fresh = table
    for t in range(first, last):
        x = closest_pair(table, merges, t, nearest, least)
        y = nearest[x]
        refresh_row(x, D, merges, fresh, t)
        refresh_row(y, D, merges, fresh, t)
        join_clusters(x, y, t, table, method, squared, merges)
        least[x] = np.inf
        remember_nearest(y, D[y], nearest, least)
        tell_others(x, y, D[y], nearest, least)


def generic_linkage(D: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges of the clusters on D (n, n), which is overwritten, and of the tree.

    D is symmetric and holds squared distances for the linkages of SQUARED; heights are their roots.
    """
    table, n = make_table(D), len(D)
    nearest, least = np.empty(n, dtype=np.int64), np.empty(n)
    remember_all(D, nearest, least)

    def make(first: int, stop: int, merges: FloatArray) -> None:
        merge_in_order(first, stop, table, nearest, least, CODES[method], method in SQUARED, merges)

    return in_stretches(n, make, method in MONOTONE)
