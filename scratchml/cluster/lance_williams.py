"""Lance and Williams' formula: how far a merged cluster is from each of the others, from what was known before.

Idea
    Every common linkage needs no look at the points again: the distance from x and y joined to any z follows from the
    three distances among x, y and z, and the sizes. So a matrix of distances is all that an algorithm needs.
Maths
    on distances:    complete max(d_xz, d_yz), single min(d_xz, d_yz)
    average          (n_x d_xz + n_y d_yz) / (n_x + n_y), weighted (d_xz + d_yz) / 2
    on squares:      ward ((n_x + n_z) d_xz + (n_y + n_z) d_yz - n_z d_xy) / (n_x + n_y + n_z)
                     centroid (n_x d_xz + n_y d_yz) / (n_x + n_y) - n_x n_y d_xy / (n_x + n_y)^2
                     median (d_xz + d_yz) / 2 - d_xy / 4
Cost
    A merge reads two rows of the matrix and writes one. It does not write the column, whose numbers lie far apart in
    memory: a row that is old looks its newer neighbours up (`refresh_row`) when it is next scanned, if it ever is.
References
    Lance, Williams, A general theory of classificatory sorting strategies, Computer Journal 9 (1967) 373-380.
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), figure 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray

CODES = {"single": 0, "complete": 1, "average": 2, "weighted": 3, "ward": 4, "centroid": 5, "median": 6}
SQUARED = ("ward", "centroid", "median")  # linkages whose formula is one of squared Euclidean distances
MONOTONE = ("single", "complete", "average", "weighted", "ward")  # no merge is lower than the merges inside it


class Table(NamedTuple):
    """A matrix of distances on which clusters merge. A cluster is named by one of its rows, its slot."""

    D: FloatArray  # (n, n) overwritten; row i is right for the clusters that were not born after fresh[i]
    active: IntArray  # (n,) the slots in use, ascending, then leftovers
    sizes: FloatArray  # (n,) rows in each cluster
    born: IntArray  # (n,) number of the merge that made the cluster, 0 for a single row
    fresh: IntArray  # (n,) number of merges that row i of D knows of


def make_table(D: FloatArray) -> Table:
    """Return the table of n single rows on D (n, n), which is symmetric and will be overwritten."""
    n = len(D)
    zeros = np.zeros(n, dtype=np.int64)
    np.fill_diagonal(D, np.inf)  # nobody's nearest neighbour is itself
    return Table(D, np.arange(n), np.ones(n), zeros, zeros.copy())


@lean_kernel
def joined_distance(method: int, xz: float, yz: float, xy: float, sizes: tuple[float, float, float]) -> float:
    """Return the distance from x and y joined to z. `method` as in CODES; sizes: of x, y and z."""
    nx, ny, nz = sizes
    if method == 0:
        return min(xz, yz)
    if method == 1:
        return max(xz, yz)
    if method == 2:
        return (nx * xz + ny * yz) / (nx + ny)
    if method == 3:
        return 0.5 * (xz + yz)
    if method == 4:
        return ((nx + nz) * xz + (ny + nz) * yz - nz * xy) / (nx + ny + nz)
    if method == 5:
        return (nx * xz + ny * yz - nx * ny * xy / (nx + ny)) / (nx + ny)
    return 0.5 * (xz + yz) - 0.25 * xy


@lean_kernel
def refresh_row(i: int, D: Array, active: Array, born: Array, fresh: Array, now: int) -> None:
    """Look up in row i what the rows of younger clusters know.

    D (n, n): row i overwritten. active (m,) slots in use, born (n,): read. fresh (n,): element i overwritten by `now`.
    """
    since = fresh[i]
    if since < now:
        for k in range(active.shape[0]):
            j = active[k]
            if born[j] > since:
                D[i, j] = D[j, i]
        fresh[i] = now


@lean_kernel
def join_rows(x: int, y: int, D: Array, active: Array, sizes: Array, method: int) -> None:
    """Overwrite row y of D with the distances of x and y joined; both rows are up to date.

    D (n, n): row y overwritten. active (m,) slots in use, sizes (n,): read.
    """
    row_x, row_y, nx, ny = D[x], D[y], sizes[x], sizes[y]
    xy = row_x[y]
    for k in range(active.shape[0]):
        z = active[k]
        row_y[z] = joined_distance(method, row_x[z], row_y[z], xy, (nx, ny, sizes[z]))
    row_y[y] = np.inf


@lean_kernel
def least_of(values: Array, active: Array) -> float:
    """Return the least of the values of the slots in use. values (n,), active (m,): read."""
    m = active.shape[0]
    a = b = c = d = np.inf  # plainly: min(values[active]); four minima, because each waits for the one before it
    for k in range(0, m - m % 4, 4):
        p, q, r, s = values[active[k]], values[active[k + 1]], values[active[k + 2]], values[active[k + 3]]
        a = p if p < a else a
        b = q if q < b else b
        c = r if r < c else c
        d = s if s < d else d
    for k in range(m - m % 4, m):
        a = min(a, values[active[k]])
    return min(min(a, b), min(c, d))


@lean_kernel
def first_with(value: float, values: Array, active: Array) -> int:
    """Return the first slot in use that has the value, -1 if none has. values (n,), active (m,): read."""
    for k in range(active.shape[0]):
        if values[active[k]] == value:
            return int(active[k])
    return -1


@lean_kernel
def place_of(x: int, active: Array) -> int:
    """Return where slot x stands in the ascending slots active (m,)."""
    low, high = 0, active.shape[0] - 1
    while low < high:
        middle = (low + high) // 2
        if active[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low


@lean_kernel
def remove_slot(x: int, active: Array) -> None:
    """Take x out of the ascending slots active (m,), by moving up those behind it: the last element is left over."""
    for k in range(place_of(x, active), active.shape[0] - 1):
        active[k] = active[k + 1]
