"""Trees that have been grown, and what they add up to for new rows.

Idea
----
A row walks from the root: to the left where its number is at most the node's threshold, or its category is among the
node's; the leaf where it ends adds its value to the row's score. All trees lie in one set of arrays, a node's left
child right behind it, so that a walk stays in the cache; a block of rows passes through all trees before the next.

Maths
-----
score(x) = start + sum over trees of value(leaf of x), in the order in which the trees were grown.

Cost
----
The depth of a tree, for each row and tree.

Differences
-----------
A category never seen goes where missing values go, as in scikit-learn.

References
----------
J. H. Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray

BLOCK = 1024  # rows that pass through all trees together
LEAF, NUMBERS = -1, -1


class Tree(NamedTuple):
    """One tree; node 0 is the root, node j's left child is node j + 1."""

    feature: IntArray  # (nodes,) column asked about
    threshold: FloatArray  # (nodes,) at most this goes left; inf: all but missing values
    right: IntArray  # (nodes,) number of the right child, -1 for a leaf
    missing_left: Array  # (nodes,) uint8: missing values go left
    value: FloatArray  # (nodes,) what a leaf adds, the learning rate included
    categories: IntArray  # (nodes,) row of goes_left, -1 for a node that asks about a number
    goes_left: Array  # (category nodes, bins) uint8: the categories that go left
    bin: IntArray  # (nodes,) the last bin that goes left
    gain: FloatArray  # (nodes,) of the best split found there, -1 where there is none
    n_rows: IntArray  # (nodes,)
    depth: IntArray  # (nodes,)

    @property
    def n_leaves(self) -> int:
        """How many leaves."""
        return int((self.right == LEAF).sum())


class Wood(NamedTuple):
    """Many trees in one set of arrays, as `Tree` has them; all numbers of nodes count from the first tree's root."""

    feature: IntArray
    threshold: FloatArray
    right: IntArray
    missing_left: Array
    value: FloatArray
    categories: IntArray
    goes_left: Array
    roots: IntArray  # (rounds, scores)


@kernel
def next_node(x: float, node: int, wood: tuple[Array, ...]) -> int:
    """Return the child that a value x of the node's column goes to. wood: read."""
    _, threshold, right, missing_left, _, categories, goes_left = wood
    if np.isnan(x):
        left = missing_left[node] == 1
    elif categories[node] >= 0:
        left = goes_left[categories[node], int(x)] == 1
    else:
        left = x <= threshold[node]
    return node + 1 if left else right[node]


@kernel
def add_tree_values(
    X: Array,
    feature: Array,
    threshold: Array,
    right: Array,
    missing_left: Array,
    value: Array,
    roots: Array,
    out: Array,
) -> None:
    """Add to each row's score what trees without categories say. X (m, d), nodes, roots (trees,): read. out (m,)."""
    for t in range(roots.shape[0]):
        root = roots[t]
        for i in range(X.shape[0]):
            node = root
            while right[node] >= 0:
                x = X[i, feature[node]]
                if x <= threshold[node] or (missing_left[node] == 1 and np.isnan(x)):
                    node += 1
                else:
                    node = right[node]
            out[i] += value[node]


@kernel
def add_category_tree_values(X: Array, wood: tuple[Array, ...], roots: Array, out: Array) -> None:
    """Add to each row's score what trees say, some of whose nodes ask about categories. X (m, d), wood, roots: read."""
    feature, right, value = wood[0], wood[2], wood[4]
    for t in range(roots.shape[0]):
        for i in range(X.shape[0]):
            node = roots[t]
            while right[node] >= 0:
                node = next_node(X[i, feature[node]], node, wood)
            out[i] += value[node]


def pile(rounds: Sequence[Sequence[Tree]]) -> Wood:
    """Return the trees of all rounds, each with one tree for each score, in one set of arrays."""
    trees = [tree for trees in rounds for tree in trees]
    sizes = np.array([len(tree.feature) for tree in trees], dtype=np.int64)
    roots = np.cumsum(sizes) - sizes
    groups = np.array([len(tree.goes_left) for tree in trees], dtype=np.int64)
    first_groups = np.cumsum(groups) - groups

    def joined(name: str, shift: IntArray | None = None) -> Array:
        parts = [getattr(tree, name) for tree in trees]
        if shift is not None:
            parts = [np.where(part >= 0, part + by, part) for part, by in zip(parts, shift)]
        return np.concatenate(parts)

    return Wood(
        joined("feature"),
        joined("threshold"),
        joined("right", roots),
        joined("missing_left"),
        joined("value"),
        joined("categories", first_groups),
        joined("goes_left"),
        np.ascontiguousarray(roots.reshape(len(rounds), -1)),
    )


def add_scores(X: FloatArray, wood: Wood, scores: FloatArray, n_jobs: int | None = None) -> None:
    """Add to scores (k, n), overwritten, what the trees say of the rows of X (n, d): read."""
    plain = not len(wood.goes_left)

    def task(rows: slice) -> None:
        for c in range(scores.shape[0]):
            roots, out = np.ascontiguousarray(wood.roots[:, c]), scores[c, rows]
            if plain:
                add_tree_values(X[rows], *wood[:5], roots, out)
            else:
                add_category_tree_values(X[rows], tuple(wood[:7]), roots, out)

    map_chunks(task, chunks(len(X), BLOCK), n_jobs if len(X) * wood.roots.size > 2**17 else 1)
