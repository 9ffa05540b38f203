"""Partial dependence of trees in one walk, without any rows.

Idea
----
Averaging over rows asks the same questions again and again. The tree knows already how many training rows went each
way. So: where a feature is asked whose value is given, follow the answer; elsewhere go both ways, and let each count as
much as its share of the training rows. All points of the grid walk together and part only where they answer
differently. Below a node where none of the features in question is asked any more, all that is left is a mean, which
does not depend on the point: it is worked out once.

Maths
-----
f(x_S) = sum over leaves of value * product over the nodes above that ask other features of cover(child) / cover(node),
for the leaves whose questions about S are answered by x_S that way. It is what TreeSHAP expects if S is known.

Cost
----
Each node of a tree twice, and an addition for each point and each branch it reaches that asks no more about S. Memory:
one tree at a time.

Differences
-----------
From scikit-learn, where each point walks by itself and down to the leaves: sums come in another order. Missing values
and categories follow their branches, where scikit-learn compares them as numbers.

References
----------
Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29 (2001), section 8.2.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from .grove import LEAF, Grove, goes_left


@lean_kernel
def part_points(x: Array, points: Array, span: tuple[int, int], i: int, questions: tuple[Array, ...]) -> int:
    """Put those of points[start:end] that go left at node i first; return where they end. x (m,): the values asked."""
    p, q = span
    while p < q:
        if goes_left(x[points[p]], i, questions):
            p += 1
        else:
            q -= 1
            points[p], points[q] = points[q], points[p]
    return p


@lean_kernel
def expect_below(place: Array, nodes: tuple[Array, ...], mean: Array, asks: Array) -> None:
    """Overwrite mean (nodes, v), the leaves' values, with what is expected below each node, by cover, and asks (nodes,)
    with whether a feature is asked there that has a place (d,), not -1. Children come after their parents, so the nodes
    are read backwards."""
    feature, right, _depth, cover = nodes
    for i in range(right.shape[0] - 1, -1, -1):
        if right[i] == LEAF:
            asks[i] = False  # and the mean is the leaf's value
            continue
        r = right[i]
        asks[i] = place[feature[i]] >= 0 or asks[i + 1] or asks[r]
        for c in range(mean.shape[1]):
            mean[i, c] = mean[i + 1, c] * (cover[i + 1] / cover[i]) + mean[r, c] * (cover[r] / cover[i])


@lean_kernel
def add_tree_dependence(
    grid: Array,
    place: Array,
    tree: tuple[int, int],
    nodes: tuple[Array, ...],
    questions: tuple[Array, ...],
    below: tuple[Array, Array],
    work: tuple[Array, Array, Array],
    out: Array,
) -> None:
    """Add what a tree expects at each point of the grid to out (m, K).

    grid (s, m): read. place (d,): which line of the grid a feature is, -1 for none. tree = (root, first output). nodes,
    questions: of the grove; below = (mean, asks): of `expect_below`; all read. work = (points (m,), a permutation;
    stack (2 levels, 3); share (2 levels,)): overwritten.
    """
    feature, right, _depth, cover = nodes
    points, stack, share = work
    mean, asks = below
    root, first = tree
    stack[0, 0], stack[0, 1], stack[0, 2], share[0], waiting = root, 0, points.shape[0], 1.0, 1
    while waiting > 0:
        waiting -= 1
        i, start, end, weight = stack[waiting, 0], stack[waiting, 1], stack[waiting, 2], share[waiting]
        if not asks[i]:
            for k in range(start, end):
                for c in range(mean.shape[1]):
                    out[points[k], first + c] += weight * mean[i, c]
            continue
        line = place[feature[i]]
        middle = part_points(grid[line], points, (start, end), i, questions) if line >= 0 else start
        for child in (i + 1, np.int64(right[i])):
            left = child == i + 1
            a, b = (start, end) if line < 0 else (start, middle) if left else (middle, end)
            if a < b:
                stack[waiting, 0], stack[waiting, 1], stack[waiting, 2] = child, a, b
                share[waiting] = weight if line >= 0 else weight * (cover[child] / cover[i])
                waiting += 1


def add_expected(tree: Grove, lines: FloatArray, features: IntArray, out: FloatArray) -> None:
    """Add what a tree expects at each point of a grid, lines (s, m), of some features (s,) to out (m, K).

    Overwrites the tree's values.
    """
    levels, place = int(tree.depth.max(initial=0)) + 1, np.full(tree.n_features, -1, dtype=np.int64)
    place[features] = np.arange(len(features))
    work = (np.arange(lines.shape[1]), np.empty((2 * levels, 3), dtype=np.int64), np.empty(2 * levels))
    below = (tree.value, np.empty(len(tree.right), dtype=bool))
    expect_below(place, tree.nodes, *below)
    add_tree_dependence(lines, place, (0, int(tree.output[0])), tree.nodes, tree.questions, below, work, out)


def expect_at(trees: Iterable[Grove], n_outputs: int, grid: FloatArray, features: IntArray) -> FloatArray:
    """Return what trees, one by one, expect at each point of a grid (m, s) of some features (s,): (m, K), no base.

    Overwrites the trees' values.
    """
    lines, out = np.ascontiguousarray(grid.T), np.zeros((len(grid), n_outputs))
    for tree in trees:
        add_expected(tree, lines, features, out)
        del tree  # before the next is made
    return out
