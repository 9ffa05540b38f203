"""Merges: the record that every agglomerative algorithm leaves, put in order and numbered.

Idea
    However the pairs were found, the result is a list of n - 1 merges. Each names one row of either cluster and the
    height. Put in order of height, they are numbered as SciPy does: rows are 0 ... n - 1, the t-th merge makes n + t.
Maths
    Z[t] = (a, b, height, size), a < b the numbers of the two clusters that the t-th merge joins. Where heights are
    monotone (a later merge of the same rows is never lower), sorting them keeps every cluster before its parent.
Cost
    A sort of n - 1 heights, and union-find with path halving: almost n operations.
Differences
    None from SciPy: the sort is stable, so equal heights stay in the order in which they were found.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), section 3.1 and figure 5.
    Tarjan, Efficiency of a good but not linear set union algorithm, Journal of the ACM 22 (1975) 215-225.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import repeat
from typing import NamedTuple

import numpy as np

from ..core import pace
from ..core.jit import kernel
from ..core.steps import sealed
from ..core.typing import Array, FinalFloats, FloatArray

STRETCH = 128  # merges that one call of a kernel makes: a call costs as much as a merge of a few hundred clusters
TOLD = 64  # merges of a large tree that a fit tells of, at least: telling of one takes as long as making it


class Step(NamedTuple):
    """What is known after a merge; the clusters are named by a row that belongs to them."""

    name: str  # "merge" after each merge in the order in which they are found, "tree" at the end
    iteration: int  # how many merges there are so far
    first: int  # a row of the one cluster
    second: int  # a row of the other
    height: float  # the distance at which they merge
    merges: FinalFloats  # (iteration, 3) first, second, height of all merges so far; in "tree": Z (n - 1, 4)


@kernel
def root_of(parents: Array, node: int) -> int:
    """Return the cluster that a node belongs to. parents (2 n - 1,), -1 at a root: paths in it are halved."""
    while parents[node] >= 0:
        above = parents[node]
        if parents[above] >= 0:
            parents[node] = parents[above]
        node = above
    return node


@kernel
def number_clusters(merges: Array, order: Array, ascending: bool, parents: Array, Z: Array) -> None:
    """Turn merges named by rows into merges of numbered clusters.

    merges (n - 1, 3), order (n - 1,), which puts children first: read. ascending: whether the lower number of a pair
    comes first, or the order is that of the rows. parents (2 n - 1,): scratch. Z (n - 1, 4): overwritten.
    """
    n = merges.shape[0] + 1
    parents[:] = -1
    for t in range(n - 1):
        merge = merges[order[t]]
        a, b = root_of(parents, int(merge[0])), root_of(parents, int(merge[1]))
        parents[a], parents[b] = n + t, n + t
        if ascending and a > b:
            a, b = b, a
        Z[t, 0], Z[t, 1], Z[t, 2] = a, b, merge[2]
        Z[t, 3] = (1.0 if a < n else Z[a - n, 3]) + (1.0 if b < n else Z[b - n, 3])


def tree_of(merges: FloatArray, monotone: bool = True, ascending: bool = True) -> FloatArray:
    """Return SciPy's linkage matrix Z (n - 1, 4) of merges (n - 1, 3), sorted by height where `monotone`.

    `ascending` says that the lower number of a pair comes first; otherwise that of the first row of the merge does.
    """
    order = merges[:, 2].argsort(kind="stable") if monotone else np.arange(len(merges))
    Z, parents = np.empty((len(merges), 4)), np.empty(2 * len(merges) + 1, dtype=np.int64)
    number_clusters(np.ascontiguousarray(merges), order, ascending, parents, Z)
    return Z


class Merging(Iterator[Step]):
    """The generator of `in_stretches`, which may also be run to its end without a look at any step."""

    def __init__(self, n: int, make: Callable[[int, int, FloatArray], None], monotone: bool, ascending: bool) -> None:
        self.n, self.make, self.order, self.stride = n, make, (monotone, ascending), 1

    @cached_property
    def steps(self) -> Iterator[Step]:
        """The generator, made when first asked for: one that never runs would keep this object, and its table."""
        return self._walk()

    def __next__(self) -> Step:
        return next(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return self.steps

    def hurried(self) -> Iterator[Step]:
        """Return the generator, which yields TOLD merges, or up to twice as many, unless a listener wants all."""
        self.stride = pace(max(1, self.n // TOLD))
        return self.steps

    def at_once(self) -> FloatArray:
        """Make all merges and return the tree Z (n - 1, 4): where nobody looks on, telling is time lost."""
        merges: FloatArray = np.empty((self.n - 1, 3))
        stretch = max(STRETCH, self.n // 16)
        for first in range(0, self.n - 1, stretch):
            self.make(first, min(first + stretch, self.n - 1), merges)
        return tree_of(merges, *self.order)

    def _walk(self) -> Iterator[Step]:
        merges: FloatArray = np.empty((self.n - 1, 3))
        settled = merges.view()
        settled.flags.writeable = False  # rows that have been yielded are final, so a recorder need not copy them
        for first in range(0, self.n - 1, STRETCH):
            stop = min(first + STRETCH, self.n - 1)
            self.make(first, stop, merges)
            iterations = range(first + self.stride - first % self.stride, stop + 1, self.stride)
            told = merges[first:stop][iterations.start - 1 - first :: self.stride].tolist()
            # plainly: for ...: yield Step("merge", t, a, b, height, merges[:t]), as slow as a small fit itself
            fields = [("merge", t, int(a), int(b), height, settled[:t]) for t, (a, b, height) in zip(iterations, told)]
            yield from map(tuple.__new__, repeat(Step), fields)
        highest = float(merges[:, 2].max(initial=0.0))
        yield Step("tree", self.n - 1, -1, -1, highest, sealed(tree_of(merges, *self.order)))


def in_stretches(
    n: int, make: Callable[[int, int, FloatArray], None], monotone: bool = True, ascending: bool = True
) -> Merging:
    """Yield a Step after each of the n - 1 merges, and the tree at the end; the last two arguments as in `tree_of`.

    `make(first, last, merges)` overwrites merges[first:last]. A stretch is made when its first Step is asked for.
    """
    return Merging(n, make, monotone, ascending)
