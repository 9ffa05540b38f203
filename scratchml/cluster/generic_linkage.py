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
from math import sqrt

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from .lance_williams import (
    CODES,
    MONOTONE,
    SQUARED,
    Table,
    first_with,
    join_rows,
    least_of,
    make_table,
    place_of,
    refresh_row,
    remove_slot,
)
from .merges import Step, in_stretches


@lean_kernel
def remember_nearest(i: int, row: Array, active: Array, nearest: Array, least: Array) -> None:
    """Find the nearest cluster behind i. row (n,) of distances, active (m,): read. nearest, least (n,): element i."""
    behind = active[place_of(i, active) + 1 :]
    least[i] = least_of(row, behind)
    nearest[i] = first_with(least[i], row, behind)


@lean_kernel
def remember_all(D: Array, active: Array, nearest: Array, least: Array) -> None:
    """Find every cluster's nearest behind it. D (n, n), active (n,): read. nearest (n,), least (n,): overwritten."""
    for i in range(D.shape[0]):
        remember_nearest(i, D[i], active, nearest, least)


@lean_kernel
def closest_pair(D: Array, active: Array, born: Array, fresh: Array, now: int, nearest: Array, least: Array) -> int:
    """Return the slot x of the closest pair x, nearest[x], after looking up anew whatever is out of date.

    D (n, n), fresh (n,), nearest (n,), least (n,): overwritten where looked up. active (m,), born (n,): read.
    """
    while True:
        closest = least_of(least, active)
        x = first_with(closest, least, active)
        y = nearest[x]
        if y >= 0 and (D[y, x] if born[y] > fresh[x] else D[x, y]) == closest:
            return int(x)
        refresh_row(x, D, active, born, fresh, now)
        remember_nearest(x, D[x], active, nearest, least)


@lean_kernel
def tell_others(x: int, y: int, row: Array, active: Array, nearest: Array, least: Array) -> None:
    """Let the clusters before y know that x and y are one, now in slot y.

    row (n,), the distances from y, active (m,): read. nearest (n,), least (n,): overwritten where y is nearer.
    """
    for k in range(active.shape[0]):
        z = active[k]
        if z >= y:
            break
        if nearest[z] == x:
            nearest[z] = y
        if row[z] < least[z]:
            nearest[z], least[z] = y, row[z]


@lean_kernel
def merge_in_order(
    first: int, last: int, table: Table, nearest: Array, least: Array, method: int, squared: bool, merges: Array
) -> None:
    """Make the merges first ... last - 1.

    table: overwritten, see `Table`. nearest (n,), least (n,): overwritten. method: as in CODES. squared: whether
    heights are roots of what the table holds. merges (n - 1, 3): rows first to last overwritten.
    """
    D, active, sizes, born, fresh = table
    n = D.shape[0]
    for t in range(first, last):
        used = active[: n - t]
        x = closest_pair(D, used, born, fresh, t, nearest, least)
        y = nearest[x]
        refresh_row(x, D, used, born, fresh, t)
        refresh_row(y, D, used, born, fresh, t)
        merges[t, 0], merges[t, 1] = x, y
        merges[t, 2] = sqrt(max(D[x, y], 0.0)) if squared else D[x, y]
        join_rows(x, y, D, used, sizes, method)
        remove_slot(x, used)
        used = active[: n - t - 1]
        sizes[y] += sizes[x]
        born[y] = fresh[y] = t + 1
        least[x] = np.inf
        remember_nearest(y, D[y], used, nearest, least)
        tell_others(x, y, D[y], used, nearest, least)


def generic_linkage(D: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges of the clusters on D (n, n), which is overwritten, and of the tree.

    D is symmetric and holds squared distances for the linkages of SQUARED; heights are their roots.
    """
    table, n = make_table(D), len(D)
    nearest, least = np.empty(n, dtype=np.int64), np.empty(n)
    remember_all(D, table.active, nearest, least)

    def make(first: int, stop: int, merges: FloatArray) -> None:
        merge_in_order(first, stop, table, nearest, least, CODES[method], method in SQUARED, merges)

    return in_stretches(n, make, method in MONOTONE)
