"""Rows walk down a tree, eight side by side.

Idea
    A row's walk is a chain: which node comes next is known only when this node's question was answered, and each
    answer waits for memory. A processor that has eight chains to work on goes on with the others meanwhile. So eight
    rows take one step each in turn, without a jump that would have to be guessed; those that have arrived stay where
    they are until the last one has.
Maths
    Children are numbered after their parent and a leaf's children are -1, so max(node, child) stays at a leaf.
Cost
    (mean depth of the deepest of eight rows) steps for each row. Measured against walking row by row: a fifth of the
    time, for trees of 1 000 to 600 000 nodes.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, IntArray, Whole

ROWS = 1024  # rows in a block, which a processor holds near beside the nodes
LANES = 8  # rows that walk side by side
LEAF = -1  # as a child


@lean_kernel
def next_node(X: Array, row: int, route: Array, node: Whole, missing_left: Array | None) -> Whole:
    """Return the child of a node that a row of X (n, d) float32 goes to; a leaf itself. route (nodes,): read.

    missing_left (nodes,): where rows without a value go; None where no row lacks one.
    """
    x = X[row, max(route[node]["feature"], 0)]  # a leaf's feature is negative
    left = x <= route[node]["threshold"]
    if missing_left is not None and np.isnan(x):
        left = missing_left[node] != 0
    child: Whole = route[node]["left"] if left else route[node]["right"]
    return max(node, child)


@lean_kernel
def find_leaves(X: Array, route: Array, missing_left: Array | None, leaf: Array) -> None:
    """Write the leaf that each row of X (n, d) float32 ends in to leaf (n,) int64; arguments as of `next_node`."""
    last, root = X.shape[0] - 1, np.int32(0)  # as wide as the children's numbers
    for i in range(0, X.shape[0], LANES):
        i1, i2, i3 = min(i + 1, last), min(i + 2, last), min(i + 3, last)
        i4, i5, i6, i7 = min(i + 4, last), min(i + 5, last), min(i + 6, last), min(i + 7, last)
        j: Whole = root
        j1 = j2 = j3 = j4 = j5 = j6 = j7 = j
        before: Whole = -1
        now: Whole = 0  # the sum of the eight nodes: it rises as long as a row walks on
        while before != now:
            before = now
            j = next_node(X, i, route, j, missing_left)
            j1 = next_node(X, i1, route, j1, missing_left)
            j2 = next_node(X, i2, route, j2, missing_left)
            j3 = next_node(X, i3, route, j3, missing_left)
            j4 = next_node(X, i4, route, j4, missing_left)
            j5 = next_node(X, i5, route, j5, missing_left)
            j6 = next_node(X, i6, route, j6, missing_left)
            j7 = next_node(X, i7, route, j7, missing_left)
            now = np.int64(j) + j1 + j2 + j3 + j4 + j5 + j6 + j7
        leaf[i], leaf[i1], leaf[i2], leaf[i3] = j, j1, j2, j3
        leaf[i4], leaf[i5], leaf[i6], leaf[i7] = j4, j5, j6, j7


def find_largest(value: Array, leaf: IntArray) -> IntArray:
    """Return the column (n,) of the largest of value[leaf], the first of equal ones. value (nodes, k), leaf (n,).

    Looks at the nodes or at the rows, whichever are fewer. Without a kernel, so that first calls need not compile it.
    """
    # plainly: value[leaf].argmax(axis=1)
    shares = value if len(value) <= len(leaf) else value.take(leaf, axis=0)
    two = shares.shape[1] == 2
    best: IntArray = (shares[:, 1] > shares[:, 0]).astype(np.int64) if two else shares.argmax(axis=1)
    return best.take(leaf) if shares is value else best


def narrow_rows(X: Array, block: Array) -> bool:
    """Write X (n, d) float64 to block (n, d) float32; say whether all of it is finite there."""
    block[:] = X
    return bool(np.isfinite(block).all())


def as_float32(X: Array) -> Array:
    """Return X (n, d) as trees compare it; values beyond float32 become infinite."""
    with np.errstate(over="ignore"):
        return X.astype(np.float32)
