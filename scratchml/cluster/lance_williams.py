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
    Clusters that are no more stay where they are, infinitely far away: to scan neighbours in memory takes a fraction
    of the time that it takes to pick those still there.
References
    Lance, Williams, A general theory of classificatory sorting strategies, Computer Journal 9 (1967) 373-380.
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), figure 2.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray

CODES = {"single": 0, "complete": 1, "average": 2, "weighted": 3, "ward": 4, "centroid": 5, "median": 6}
SQUARED = ("ward", "centroid", "median")  # linkages whose formula is one of squared Euclidean distances
MONOTONE = ("single", "complete", "average", "weighted", "ward")  # no merge is lower than the merges inside it


class Table(NamedTuple):
    """A matrix of distances on which clusters merge. A cluster is named by one of its rows, its slot."""

    D: FloatArray  # (n, n) overwritten; row i is right for the first fresh[i] merges; infinite to itself and the dead
    sizes: FloatArray  # (n,) rows in each cluster, 0 where there is none any more
    born: IntArray  # (n,) number of the merge that made the cluster, 0 for a single row, -1 where there is none
    fresh: IntArray  # (n,) number of merges that row i of D knows of


def make_table(D: FloatArray) -> Table:
    """Return the table of n single rows on D (n, n), which is symmetric and will be overwritten."""
    n = len(D)
    D.reshape(-1)[:: n + 1] = np.inf  # nobody's nearest neighbour is itself
    return Table(D, np.ones(n), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64))


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
def refresh_row(i: int, D: Array, merges: Array, fresh: Array, now: int) -> None:
    """Learn in row i of the merges since it was last looked at: what is gone, and how far away the new clusters are.

    D (n, n): row i overwritten. merges (n - 1, 3), of which `now` were made: read. fresh (n,): element i overwritten by
    `now`.
    """
    row, place = D[i], np.uint64(i)  # without a sign: of one that has it Numba asks whether it counts from the end
    for t in range(np.uint64(fresh[i]), np.uint64(now)):
        x, y = np.uint64(merges[t, 0]), np.uint64(merges[t, 1])
        row[x], row[y] = np.inf, D[y, place]  # if y has merged again since, one of the next turns overwrites this
    fresh[i] = now


@lean_kernel
def join_rows(x: int, y: int, D: Array, sizes: Array, method: int) -> None:
    """Overwrite row y of D with the distances of x and y joined; both rows are up to date.

    D (n, n): row y overwritten. sizes (n,): read. method: as in CODES.
    """
    row_x, row_y, nx, ny = D[x], D[y], sizes[x], sizes[y]
    xy = row_x[y]
    for z in range(row_y.shape[0]):
        row_y[z] = joined_distance(method, row_x[z], row_y[z], xy, (nx, ny, sizes[z]))
    row_y[x], row_y[y] = np.inf, np.inf


@lean_kernel
def join_clusters(x: int, y: int, t: int, table: Table, method: int, squared: bool, merges: Array) -> None:
    """Make merge t, of x and y, whose rows are up to date; slot y is that of both together from now on.

    table: overwritten, see `Table`. method: as in CODES. squared: whether the height is the root of what the table
    holds. merges (n - 1, 3): row t overwritten.
    """
    D, sizes, born, fresh = table
    merges[t, 0], merges[t, 1] = x, y
    merges[t, 2] = sqrt(max(D[x, y], 0.0)) if squared else D[x, y]
    join_rows(x, y, D, sizes, method)
    sizes[y] += sizes[x]
    sizes[x] = 0.0
    born[x], born[y], fresh[y] = -1, t + 1, t + 1
