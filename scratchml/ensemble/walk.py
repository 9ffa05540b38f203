"""Rows walk down many trees, and what their leaves say is added up.

Idea
    As in `tree/walk.py`; where a part of the rows has come to a leaf, its value is added to their sums at once.
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
from typing import Any

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from ..tree import Tree
from ..tree.walk import GROUP, LEAF, ROWS, part_rows, scratch, walk_on

NONE = np.empty(0, dtype=np.uint8)


@lean_kernel
def add_leaf_values(
    X: Array,
    route: Array,
    missing: tuple[Array, bool],
    value: Array,
    factor: float,
    total: Array,
    work: tuple[Any, ...],
) -> None:
    """Add factor * value[leaf] to total (n, w) for each row of X (n, d) float32. value (nodes, w): read.

    route, missing: as in `part_rows`. work = (rows (2, n), walk (2, GROUP), stack (64, 3)), int32: scratch.
    """
    rows, walk, stack = work
    for i in range(X.shape[0]):
        rows[0, i] = i
    stack[0, 0], stack[0, 1], stack[0, 2], waiting = 0, 0, X.shape[0], 1
    while waiting > 0:
        waiting -= 1
        node, start, end = stack[waiting, 0], stack[waiting, 1], stack[waiting, 2]
        while route[node]["left"] != LEAF and end - start > GROUP:
            p = part_rows(X, route, node, missing, rows, (start, end))
            left, right = route[node]["left"], route[node]["right"]
            small = p - start < end - p  # the smaller part at once, so that few wait
            stack[waiting, 0] = right if small else left
            stack[waiting, 1], stack[waiting, 2] = (p, end) if small else (start, p)
            node, start, end = (left, start, p) if small else (right, p, end)
            waiting += 1
        if route[node]["left"] == LEAF:
            for k in range(start, end):
                for c in range(value.shape[1]):
                    total[rows[0, k], c] += factor * value[node, c]
            continue
        walk_on(X, route, node, missing, rows, (start, end), walk)
        for k in range(end - start):
            for c in range(value.shape[1]):
                total[rows[0, start + k], c] += factor * value[walk[1, k], c]


def add_tree(
    tree: Tree, X: Array, has_missing: bool, total: FloatArray, factor: float = 1.0, value: FloatArray | None = None
) -> None:
    """Add factor times what a tree says of the rows of X (n, d) float32 to total (n, w).

    value (nodes, w): what it says; None for its own, w = outputs * classes.
    """
    said = tree.value.reshape(tree.node_count, -1) if value is None else value
    missing = (tree.missing_go_to_left if has_missing else NONE, has_missing)
    add_leaf_values(X, tree.route, missing, said, factor, total, scratch(len(X)))


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

    map_chunks(add_block, chunks(len(X), ROWS), n_jobs)
