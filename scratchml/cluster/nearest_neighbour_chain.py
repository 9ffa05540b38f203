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
from math import sqrt

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from .lance_williams import (
    CODES,
    SQUARED,
    Table,
    first_with,
    join_rows,
    least_of,
    make_table,
    refresh_row,
    remove_slot,
)
from .merges import Step, in_stretches


@lean_kernel
def nearest_to(previous: int, row: Array, active: Array) -> int:
    """Return the nearest slot; on equal distances `previous` (-1: none), then the lowest.

    row (n,), distances, infinite to the slot itself, active (m,) slots in use: read.
    """
    least = least_of(row, active)
    if previous >= 0 and row[previous] == least:
        return previous
    return first_with(least, row, active)


@lean_kernel
def follow_chain(chain: Array, length: int, D: Array, active: Array, born: Array, fresh: Array, now: int) -> int:
    """Lengthen the chain until its last two clusters are each other's nearest; return its length.

    chain (n,): overwritten from `length` on. D (n, n), fresh (n,): scanned rows are refreshed. active (m,) slots in
    use, born (n,): read. now: number of merges so far.
    """
    if length == 0:
        chain[0] = active[0]
        length = 1
    while True:
        i = chain[length - 1]
        previous = chain[length - 2] if length > 1 else -1
        refresh_row(i, D, active, born, fresh, now)
        j = nearest_to(previous, D[i], active)
        if j == previous:
            return length
        chain[length] = j
        length += 1


@lean_kernel
def merge_along_chain(
    first: int, last: int, table: Table, chain: Array, length: int, method: int, squared: bool, merges: Array
) -> int:
    """Make the merges first ... last - 1; return how long the chain is afterwards.

    table: overwritten, see `Table`. chain (n,), of which `length` are in use: overwritten. method: as in CODES.
    squared: whether heights are roots of what the table holds. merges (n - 1, 3): rows first to last overwritten.
    """
    D, active, sizes, born, fresh = table
    n = D.shape[0]
    for t in range(first, last):
        used = active[: n - t]
        length = follow_chain(chain, length, D, used, born, fresh, t) - 2
        x, y = min(chain[length], chain[length + 1]), max(chain[length], chain[length + 1])
        refresh_row(x, D, used, born, fresh, t)
        refresh_row(y, D, used, born, fresh, t)
        merges[t, 0], merges[t, 1] = x, y
        merges[t, 2] = sqrt(max(D[x, y], 0.0)) if squared else D[x, y]
        join_rows(x, y, D, used, sizes, method)
        remove_slot(x, used)
        sizes[y] += sizes[x]
        born[y] = fresh[y] = t + 1
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
