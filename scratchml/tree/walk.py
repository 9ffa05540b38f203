"""Rows walk down a tree, together as long as there are many.

Idea
    All rows of a block start at the root and are parted there as when the tree was grown: those that go left first.
    So each part needs one node at a time, and a node is read once for many rows. A part of few rows walks on row by
    row, one step each in turn: by then all of them are in one small branch, whose nodes lie close together in memory.
Cost
    depth steps for each row. Measured against walking from the root row by row: a third of the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array

ROWS = 10240  # rows in a block: each block reads all nodes once, from far memory
GROUP = 32  # rows that walk together
LEAF = -1  # as a child


@lean_kernel
def goes_left(x: float, route: Array, node: int, missing_left: Array, has_missing: bool) -> Any:
    """Return 1 if a row whose value is x goes left at a node, else 0; no jump that would have to be guessed."""
    if has_missing and np.isnan(x):
        return np.int64(missing_left[node])
    return np.int64(x <= route[node]["threshold"])


@lean_kernel
def part_rows(
    X: Array, route: Array, node: int, missing: tuple[Array, bool], rows: Array, span: tuple[int, int]
) -> int:
    """Put those of rows[0, start:end] that go left at a node first; return where they end. rows (2, n): overwritten.

    X (n, d) float32, route (nodes,): read. missing = (where rows without a value go (nodes,), whether there are any).
    """
    start, end = span
    missing_left, has_missing = missing
    p, q, f = start, 0, route[node]["feature"]
    for k in range(start, end):
        i = rows[0, k]
        rows[0, p] = rows[1, q] = i  # plainly: if goes_left ... else ...; both are written, one will stay
        left = goes_left(X[i, f], route, node, missing_left, has_missing)
        p += left
        q += 1 - left
    for k in range(q):
        rows[0, p + k] = rows[1, k]
    return p


@lean_kernel
def walk_on(
    X: Array, route: Array, node: int, missing: tuple[Array, bool], rows: Array, span: tuple[int, int], walk: Array
) -> None:
    """Walk rows[0, start:end], GROUP at most, from a node to their leaves: walk[1]. walk (2, GROUP): overwritten."""
    start, end = span
    missing_left, has_missing = missing
    for k in range(end - start):
        walk[0, k] = k
        walk[1, k] = node
    count = end - start if route[node]["left"] != LEAF else 0
    while count > 0:
        kept = 0
        for k in range(count):
            at = walk[0, k]
            j = walk[1, at]
            left = goes_left(X[rows[0, start + at], route[j]["feature"]], route, j, missing_left, has_missing)
            j = route[j]["right"] + (route[j]["left"] - route[j]["right"]) * left
            walk[1, at] = j
            walk[0, kept] = at
            kept += int(route[j]["left"] != LEAF)
        count = kept


@lean_kernel
def find_leaves(X: Array, route: Array, missing: tuple[Array, bool], leaf: Array, work: tuple[Any, ...]) -> None:
    """Write the leaf that each row of X (n, d) float32 ends in to leaf (n,) int64. route (nodes,): read.

    missing: as in `part_rows`. work = (rows (2, n), walk (2, GROUP), stack (64, 3)), int32: scratch.
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
                leaf[rows[0, k]] = node
            continue
        walk_on(X, route, node, missing, rows, (start, end), walk)
        for k in range(end - start):
            leaf[rows[0, start + k]] = walk[1, k]


def scratch(n: int) -> tuple[Array, Array, Array]:
    """Return the scratch space for a walk of n rows."""
    return (
        np.empty((2, n), dtype=np.int32),
        np.empty((2, GROUP), dtype=np.int32),
        np.empty((64, 3), dtype=np.int32),
    )


def as_float32(X: Array) -> Array:
    """Return X (n, d) as trees compare it; values beyond float32 become infinite."""
    with np.errstate(over="ignore"):
        return X.astype(np.float32)
