"""Small trees: of few rows, measured, merged and numbered with hardly a step of Python between.

Idea
    A tree of a hundred rows takes some thirty microseconds, less than it takes Python to go from step to step and tell
    of each. Where nobody looks on, the inner kernels of the textbook's files are called by the shortest way: once for
    all distances, once for all merges, once to number them.
Maths
    D[i, j] = ||x_i - x_j|| or its square: each pair is measured once, eight pairs at a time. The rows of D are whole
    eights long; what is behind the last column counts as merged away, infinitely far from everything.
Cost
    n^2 d / 2 operations for the distances and n^2 numbers of memory, and then what the algorithm takes. Single linkage
    measures as it goes and keeps no distance.
Differences
    None but of rounding: of many features larger data's distances come from a product, these from the direct formula,
    whether somebody looks on or not. A product's rounding breaks ties.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from math import sqrt

import numpy as np

from ..core.jit import kernel
from ..core.lanes import squares_within
from ..core.typing import Array, FloatArray
from ..maths.by_product import mirror
from .generic_linkage import merge_in_order, remember_all
from .lance_williams import CODES, MONOTONE, SQUARED, Table
from .merges import Merging, Step, tree_of
from .minimum_spanning_tree import drop_joined, grow_on_rows
from .nearest_neighbour_chain import merge_along_chain

FEW_ROWS = 1024  # above, distances by several threads are sooner there
LANES = 8
SHARE = 0.3  # of the points yet to join: when so many have, they are dropped from the arrays
ORDINARY = 2.0**-300, 2.0**300  # sums of squares from which no merge makes a number that overflows or vanishes


@kernel
def in_columns(X: Array, m: int) -> Array:
    """Return the rows X (n, d) as columns (d, m), those behind the n-th 0."""
    columns = np.zeros((X.shape[1], m))
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            columns[f, i] = X[i, f]
    return columns


@kernel
def measure_pairs(X: Array, squared: bool, D: Array) -> None:
    """Measure the distances of rows, or their squares. X (n, d): read. D (n, m), m of whole LANES: overwritten."""
    (n, d), m = X.shape, D.shape[1]
    columns = in_columns(X, m).reshape(d * m)
    for i in range(n):
        first = (i + 1) // LANES * LANES
        # plainly: D[i, first:] = ((X[i] - X[first:]) ** 2).sum(axis=1)
        for j in range(first, m, LANES):
            squares_within(X[i], columns, j, m, 0.0, D[i], j)
        row = D[i, first:]
        if not squared:
            for j in range(row.shape[0]):
                row[j] = sqrt(row[j])
    mirror(D)


def distances_of(X: FloatArray, squared: bool) -> FloatArray:
    """Return what `measure_pairs` finds of X (n, d), shape (n, n), 0 on the diagonal."""
    n = len(X)
    D = np.empty((n, -(-n // LANES) * LANES))
    measure_pairs(X, squared, D)
    found = np.ascontiguousarray(D[:, :n])
    np.fill_diagonal(found, 0.0)
    return found


@kernel
def table_of(D: Array) -> Table:
    """Return the table of n single rows on D (n, m), where slots behind the n-th are nobody's. D: overwritten."""
    n, m = D.shape
    for i in range(n):
        D[i, i], D[i, n:] = np.inf, np.inf
    table = Table(D, np.ones(m), np.zeros(m, dtype=np.int64), np.zeros(m, dtype=np.int64))
    table.sizes[n:] = 0.0
    return table


@kernel
def merge_chain(D: Array, method: int, squared: bool, merges: Array) -> None:
    """Make all merges by the nearest-neighbour chain. method: as in CODES. squared: whether heights are roots of D's.

    D (n, m), merges (n - 1, 3): overwritten.
    """
    n = D.shape[0]
    merge_along_chain(0, n - 1, table_of(D), np.empty(n + 1, dtype=np.int64), 0, method, squared, merges)


@kernel
def merge_generic(D: Array, method: int, squared: bool, merges: Array) -> None:
    """The same by the generic algorithm."""
    n, table = D.shape[0], table_of(D)
    nearest, least = np.empty(n, dtype=np.int64), np.empty(n)
    remember_all(D, nearest, least)
    merge_in_order(0, n - 1, table, nearest, least, method, squared, merges)


@kernel
def merge_prim(X: Array, merges: Array) -> None:
    """Make all merges of single linkage by Prim's algorithm. X (n, d): read. merges (n - 1, 3): overwritten."""
    n, d = X.shape
    columns, left, reach, via = in_columns(X, n), np.arange(n), np.full(n, np.inf), np.zeros(n, dtype=np.int64)
    via[0] = -1
    new, made = 0, 0
    while made < n - 1:
        last = min(made + int(SHARE * left.shape[0]) + 1, n - 1)
        new = grow_on_rows(new, X, columns, left, reach, via, merges[made:last])
        made = last
        kept = drop_joined(left, reach, via)
        left, reach, via = left[:kept], reach[:kept], via[:kept]
        columns = np.empty((d, kept))
        for f in range(d):
            for j in range(kept):
                columns[f, j] = X[left[j], f]
    for t in range(n - 1):
        merges[t, 2] = sqrt(merges[t, 2])


def is_small(X: FloatArray) -> bool:
    """Say whether these are few rows X (n, d), and no square of a difference overflows, nor all of them vanish."""
    return len(X) <= FEW_ROWS and ORDINARY[0] < float(np.vdot(X, X)) < ORDINARY[1]


class SmallTree(Merging):
    """The merges of small rows: at once, or one by one as the file of the textbook's algorithm makes them."""

    def __init__(self, X: FloatArray, method: str, ascending: bool, one_by_one: Callable[[], Iterator[Step]]) -> None:
        """Take rows X (n, d) for which `is_small` holds, and how else to merge them. `ascending`: see `merge_rows`."""
        self.X, self.method, self.ascending, self.one_by_one = X, method, ascending, one_by_one

    @cached_property
    def steps(self) -> Iterator[Step]:
        """The generator of the merges one by one."""
        return iter(self.one_by_one())

    def hurried(self) -> Iterator[Step]:
        """Return the generator that yields some of the merges only."""
        whole = self.one_by_one()
        return whole.hurried() if isinstance(whole, Merging) else whole

    def at_once(self) -> FloatArray:
        """Make all merges and return the tree Z (n - 1, 4)."""
        n, method, squared = len(self.X), self.method, self.method in SQUARED
        merges: FloatArray = np.empty((n - 1, 3))
        if method == "single":
            merge_prim(self.X, merges)
            return tree_of(merges, ascending=self.ascending)
        D = np.empty((n, -(-n // LANES) * LANES))
        measure_pairs(self.X, squared, D)
        (merge_chain if method in MONOTONE else merge_generic)(D, CODES[method], squared, merges)
        return tree_of(merges, method in MONOTONE)
