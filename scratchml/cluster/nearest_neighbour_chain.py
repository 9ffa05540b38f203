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

from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from .lance_williams import CODES, SQUARED, first_with, join_rows, least_of, make_table, refresh_row, remove_slot
from .merges import Step, tree_of


@kernel
def nearest_to(previous: int, row: Array, active: Array) -> int:
    """Return the nearest slot; on equal distances `previous` (-1: none), then the lowest.

    row (n,), distances, infinite to the slot itself, active (m,) slots in use: read.
    """
    least = least_of(row, active)
    if previous >= 0 and row[previous] == least:
        return previous
    return first_with(least, row, active)


@kernel
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


def nearest_neighbour_chain(D: FloatArray, method: str) -> Iterator[Step]:
    """Yield a Step after each merge of the clusters on D (n, n), which is overwritten, and the tree at the end.

    D is symmetric and holds squared distances for the linkages of SQUARED; heights are their roots.
    """
    D, active, sizes, born, fresh = make_table(D)
    n, code, squared = len(D), CODES[method], method in SQUARED
    merges, chain, length = np.empty((n - 1, 3)), np.empty(n + 1, dtype=np.int64), 0
    for t in range(n - 1):
        m = n - t
        length = follow_chain(chain, length, D, active[:m], born, fresh, t) - 2
        x, y = sorted(chain[length : length + 2].tolist())
        refresh_row(x, D, active[:m], born, fresh, t)
        refresh_row(y, D, active[:m], born, fresh, t)
        height = float(D[x, y])
        height = sqrt(max(height, 0.0)) if squared else height
        merges[t] = x, y, height
        join_rows(x, y, D, active[:m], sizes, code)
        remove_slot(x, active[:m])
        sizes[y] += sizes[x]
        born[y] = fresh[y] = t + 1
        yield Step("merge", t + 1, x, y, height, merges[: t + 1])
    yield Step("tree", n - 1, -1, -1, float(merges[:, 2].max(initial=0.0)), tree_of(merges))
