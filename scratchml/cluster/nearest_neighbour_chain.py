"""The nearest-neighbour chain: follow nearest neighbours until two clusters are each other's, then merge these.

Idea
    Start anywhere and go to the nearest cluster, from there to its nearest, and so on. Distances along the chain only
    shrink, so it ends, at two clusters that are each other's nearest. They may be merged at once: by `reducible`
    linkages the merge makes nobody else's neighbour farther than it was, so the rest of the chain stays right.
Maths
    reducible: d(x + y, z) >= min(d(x, z), d(y, z)) whenever x and y are nearest to each other. Single, complete,
    average, weighted and ward linkage are; centroid and median are not (see `generic_linkage`).
Cost
    Each merge takes two clusters off the chain, and each was put there by one scan of at most n distances: at most
    3 n scans, so O(n^2) time, on a matrix of n^2 distances.
Differences
    From the paper: merges are found out of order and sorted at the end, as SciPy does. On equal distances the chain
    goes back to where it came from, otherwise to the lowest slot, as SciPy does.
References
    Benzecri, Construction d'une classification ascendante hierarchique par la recherche en chaine des voisins
    reciproques, Cahiers de l'Analyse des Donnees 7 (1982) 209-218. Mullner, arXiv:1109.2378 (2011), figure 4.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..core.jit import lean_kernel
from ..core.lanes import place_of_least
from ..core.typing import Array, FloatArray
from .lance_williams import CODES, SQUARED, Table, join_clusters, make_table, refresh_row
from .merges import Step, in_stretches


@lean_kernel
def nearest_to(previous: int, row: Array) -> int:
    """Return the nearest slot; on equal distances `previous` (-1: none), then the lowest; -1 if all are infinitely far.

    row (n,), distances, infinite to the slot itself: read.
    """
    nearest = place_of_least(row)
    if previous >= 0 and nearest >= 0 and row[previous] == row[nearest]:
        return previous
    return nearest


@lean_kernel
def follow_chain(chain: Array, length: int, table: Table, merges: Array, now: int) -> int:
    """Lengthen the chain until its last two clusters are each other's nearest; return its length, 0 if that overflows.

    chain (n + 1,): overwritten from `length` on. table: scanned rows are refreshed. merges (n - 1, 3), of which `now`
    were made: read.
    """
    D, sizes, _, fresh = table
    if length == 0:
        chain[0] = 0
        while sizes[chain[0]] == 0.0:
            chain[0] += 1
        length = 1
    while True:
        i = chain[length - 1]
        previous = chain[length - 2] if length > 1 else -1
        refresh_row(i, D, merges, fresh, now)
        j = nearest_to(previous, D[i])
        if j == previous:
            return length if j >= 0 else 0
        if j < 0:
            return 0
        chain[length] = j
        length += 1


@lean_kernel
def merge_along_chain(
    first: int, last: int, table: Table, chain: Array, length: int, method: int, squared: bool, merges: Array
) -> int:
    """Make the merges first ... last - 1; return how long the chain is afterwards.

    table: overwritten, see `Table`. chain (n + 1,), of which `length` are in use: overwritten. method: as in CODES.
    squared: whether heights are roots of what the table holds. merges (n - 1, 3): rows first to last overwritten, by
    infinite heights from where distances overflow.
    """
    D, _, _, fresh = table
    for t in range(first, last):
        length = follow_chain(chain, length, table, merges, t)
        if length == 0:
            merges[t:last, 0], merges[t:last, 1], merges[t:last, 2] = 0, 0, np.inf
            break
        length -= 2
        x, y = min(chain[length], chain[length + 1]), max(chain[length], chain[length + 1])
        refresh_row(x, D, merges, fresh, t)
        refresh_row(y, D, merges, fresh, t)
        join_clusters(x, y, t, table, method, squared, merges)
    return length


def nearest_neighbour_chain(D: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges of the clusters on D (n, n), which is overwritten, and of the tree.

    D is symmetric and holds squared distances for the linkages of SQUARED; heights are their roots.
    """
    table, chain, length = make_table(D), np.empty(len(D) + 1, dtype=np.int64), 0

    def make(first: int, stop: int, merges: FloatArray) -> None:
        nonlocal length
        length = merge_along_chain(first, stop, table, chain, length, CODES[method], method in SQUARED, merges)

    return in_stretches(len(D), make)
