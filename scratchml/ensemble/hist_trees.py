"""Trees that have been grown, and what they add up to for new rows.

Idea
----
A row walks from the root: to the left where its number is at most the node's threshold, or its category is among the
node's; the leaf where it ends adds its value to the row's score. All trees lie in one set of arrays, so that a walk
stays in the cache; a block of rows passes through all trees before the next. Small trees are not walked at all,
but asked (`leaf_bits.py`), which gives the same numbers.

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
from typing import Any, NamedTuple

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray
from .leaf_bits import Questions, add_asked_values, list_questions

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
    """Many trees in one set of arrays; all numbers of nodes count from the first tree's root."""

    feature: IntArray  # (nodes,)
    threshold: FloatArray  # (nodes,)
    children: IntArray  # (nodes, 2) left and right; a leaf's are itself
    missing_right: Array  # (nodes,) bool
    value: FloatArray  # (nodes,)
    categories: IntArray  # (nodes,) row of goes_left, -1 for a node that asks about a number
    goes_left: Array  # (category nodes, bins) uint8
    roots: IntArray  # (rounds, scores)
    depths: IntArray  # (rounds, scores)
    questions: tuple[Questions, ...]  # of each score; none if a tree asks about categories or has too many leaves


@kernel
def next_node(x: float, node: int, threshold: Array, children: Array, missing_right: Array) -> Any:
    """Return the child that a value x of the node's column goes to; without a branch. nodes' arrays: read."""
    return children[node, int((x > threshold[node]) | (np.isnan(x) & missing_right[node]))]


@kernel
def add_tree_values(
    X: Array, feature: Array, nodes: tuple[Array, Array, Array], value: Array, roots: Array, depths: Array, out: Array
) -> None:
    """Add to each row's score what trees without categories say. X (m, d), nodes, roots, depths (trees,): read.
    out (m,): added to. Four rows walk side by side, so that none waits for the other's numbers."""
    threshold, children, missing_right = nodes
    m = X.shape[0]
    for t in range(roots.shape[0]):
        for i in range(0, m, 4):
            j, k, l = min(i + 1, m - 1), min(i + 2, m - 1), min(i + 3, m - 1)
            a = b = c = e = roots[t]
            for step in range(depths[t]):
                a = next_node(X[i, feature[a]], a, threshold, children, missing_right)
                b = next_node(X[j, feature[b]], b, threshold, children, missing_right)
                c = next_node(X[k, feature[c]], c, threshold, children, missing_right)
                e = next_node(X[l, feature[e]], e, threshold, children, missing_right)
                if step % 8 == 7 and (
                    children[a, 0] == a and children[b, 0] == b and children[c, 0] == c and children[e, 0] == e
                ):
                    break  # one path may be far longer than the others
            out[i] += value[a]
            if i + 1 < m:
                out[j] += value[b]
            if i + 2 < m:
                out[k] += value[c]
            if i + 3 < m:
                out[l] += value[e]


@kernel
def add_category_tree_values(
    X: Array, feature: Array, nodes: tuple[Array, Array, Array, Array, Array], value: Array, roots: Array, out: Array
) -> None:
    """Add to each row's score what trees say, some of whose nodes ask about categories. X (m, d), nodes, roots: read.
    out (m,): added to."""
    threshold, children, missing_right, categories, goes_left = nodes
    for t in range(roots.shape[0]):
        for i in range(X.shape[0]):
            node = roots[t]
            while children[node, 0] != node:
                x, asked = X[i, feature[node]], categories[node]
                if asked >= 0 and not np.isnan(x):
                    node = children[node, 1 - goes_left[asked, int(x)]]
                else:
                    node = next_node(x, node, threshold, children, missing_right)
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

    right = joined("right", roots)
    number, leaf = np.arange(len(right)), right == LEAF
    children = np.column_stack([number + ~leaf, np.where(leaf, number, right)])
    nodes = (joined("feature"), joined("threshold"), children, joined("missing_left") == 0, joined("value"))
    in_rounds = roots.reshape(len(rounds), -1)
    return Wood(
        *nodes,
        joined("categories", first_groups),
        joined("goes_left"),
        in_rounds,
        np.array([tree.depth.max() for tree in trees], dtype=np.int64).reshape(len(rounds), -1),
        () if groups.any() else list_questions(*nodes, in_rounds),
    )


def add_scores(X: FloatArray, wood: Wood, scores: FloatArray, n_jobs: int | None = None) -> None:
    """Add to scores (k, n), overwritten, what the trees say of the rows of X (n, d): read."""
    plain = not len(wood.goes_left)

    def task(rows: slice) -> None:
        for c in range(scores.shape[0]):
            out = scores[c, rows]
            if wood.questions:
                add_asked_values(X[rows], wood.questions[c], out)
                continue
            roots = np.ascontiguousarray(wood.roots[:, c])
            nodes = (wood.threshold, wood.children, wood.missing_right)
            if plain:
                depths = np.ascontiguousarray(wood.depths[:, c])
                add_tree_values(X[rows], wood.feature, nodes, wood.value, roots, depths, out)
            else:
                nodes_asked = (*nodes, wood.categories, wood.goes_left)
                add_category_tree_values(X[rows], wood.feature, nodes_asked, wood.value, roots, out)

    map_chunks(task, chunks(len(X), BLOCK), n_jobs if len(X) * wood.roots.size > 2**17 else 1)
