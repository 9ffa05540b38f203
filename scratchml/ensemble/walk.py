"""Rows walk down many trees, and what their leaves say is added up.

Idea
    As in `tree/walk.py`; then the value of each row's leaf is added to its sum. Each block of rows walks down all
    trees, and each tree has to be fetched anew for it: so blocks are as large as the cache allows, and of equal size.
    Trees of a few nodes are piled up when they have been grown: then one call asks all of them, which a single row
    feels (measured on 100 trees of 8 leaves: a sixth of the time for a row, two thirds for a thousand).
Maths
    total[i] += factor * value[leaf of row i], tree after tree: the order of the sum is that of the trees, for any
    number of threads.
Cost
    depth steps for each row and tree.
References
    Breiman, Random forests, Machine Learning 45 (2001), section 2: the forest is the mean of its trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..core import chunks, map_chunks, worker_count
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from ..tree import Tree
from ..tree.walk import find_leaves

NUMBERS = 2**18  # of a block of rows: a megabyte, which stays in the cache beside a tree
FEWEST, MOST = 1024, 8192  # rows in a block


@lean_kernel
def add_leaf_values(leaf: Array, value: Array, factor: float, total: Array) -> None:
    """Add factor * value[leaf] to total (n, w) for each row. leaf (n,) int64, value (nodes, w): read."""
    for i in range(leaf.shape[0]):
        for c in range(value.shape[1]):
            total[i, c] += factor * value[leaf[i], c]


def add_tree(
    tree: Tree, X: Array, has_missing: bool, total: FloatArray, factor: float = 1.0, value: FloatArray | None = None
) -> None:
    """Add factor times what a tree says of the rows of X (n, d) float32 to total (n, w).

    value (nodes, w): what it says; None for its own, w = outputs * classes.
    """
    said = tree.value.reshape(tree.node_count, -1) if value is None else value
    leaf = np.empty(len(X), dtype=np.int64)
    find_leaves(X, tree.route, tree.missing_go_to_left if has_missing else None, leaf)
    add_leaf_values(leaf, said, factor, total)


def equal_blocks(n: int, d: int, workers: int) -> list[slice]:
    """Return blocks of n rows of d columns, as many for each worker. A row's sum is the same in any block."""
    most = min(MOST, max(FEWEST, NUMBERS // max(d, 1)))
    workers = min(workers, max(1, n // FEWEST))
    each = -(-n // (most * workers))  # blocks for a worker
    return chunks(n, max(1, -(-n // max(1, each * workers))))


def add_trees(
    trees: Sequence[Tree],
    X: Array,
    total: FloatArray,
    factor: float,
    n_jobs: int | None,
    values: Sequence[FloatArray] | None = None,
) -> None:
    """Add factor times what each tree says of X (n, d) float32 to total (n, w), by blocks of rows in threads."""
    has_missing = bool(np.isnan(X.sum()))

    def add_block(rows: slice) -> None:
        block = X[rows]
        for b, tree in enumerate(trees):
            add_tree(tree, block, has_missing, total[rows], factor, None if values is None else values[b])

    map_chunks(add_block, equal_blocks(len(X), X.shape[1], worker_count(n_jobs)), n_jobs)


class Pile(NamedTuple):
    """Many small trees of numbers in one set of arrays, one tree after the other."""

    trees: tuple[Tree, ...]  # what was piled up
    first: IntArray  # (trees + 1,) where each tree's nodes begin
    route: Array  # (nodes,) of `tree.arrays.ROUTE`, children counted from the tree's root
    value: FloatArray  # (nodes, w)


def pile_up(trees: Sequence[Tree]) -> Pile:
    """Return trees, which are not to change from now on, in one set of arrays."""
    first = np.cumsum([0, *(tree.node_count for tree in trees)])
    value = np.concatenate([tree.value.reshape(tree.node_count, -1) for tree in trees])
    return Pile(tuple(trees), first, np.concatenate([tree.route for tree in trees]), value)


@lean_kernel
def add_piled_values(
    X: Array, first: Array, route: Array, value: Array, factor: float, leaf: Array, out: Array
) -> None:
    """Add factor times what each tree says of the rows of X (n, d) float32 to out (n, w). leaf (n,): overwritten.

    The others are read: those of a `Pile`.
    """
    for t in range(first.shape[0] - 1):
        nodes = slice(first[t], first[t + 1])
        find_leaves(X, route[nodes], None, leaf)
        add_leaf_values(leaf, value[nodes], factor, out)


def add_pile(pile: Pile, X: Array, total: FloatArray, factor: float) -> None:
    """Do as `add_trees`, for piled trees and X (n, d) without missing values."""
    leaf = np.empty(len(X), dtype=np.int64)

    def add_block(rows: slice) -> None:
        add_piled_values(X[rows], pile.first, pile.route, pile.value, factor, leaf[rows], total[rows])

    map_chunks(add_block, equal_blocks(len(X), X.shape[1], worker_count(None)), None)
