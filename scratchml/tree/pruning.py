"""Minimal cost-complexity pruning: cut the weakest link, again and again.

Idea
    A large tree learns the noise. Its branches are worth what they lower the impurity of the leaves, and cost a price
    alpha for each leaf. Raise the price from 0: each branch has a price at which it no longer pays. The one with the
    lowest is the weakest link; it is cut first. So the subtrees come out nested, one for each range of prices.
Maths
    R(i) = W_i / W impurity_i of node i as a leaf, R(T_i) the sum over the leaves below it, |T_i| their number:
    alpha_i = (R(i) - R(T_i)) / (|T_i| - 1), the price at which branch i is not worth its leaves.
Cost
    Each cut changes alpha of the ancestors only; a tournament of all nodes tells the least in log n. So
    cuts * depth * log n, where scanning all nodes for each cut takes cuts * n.
Differences
    None from scikit-learn, which scans; sums are added in the same order. Of equal alphas the lowest node goes first.
References
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), section 3.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from .arrays import Tree
from .grow import LEAF, UNDEFINED


class Link(NamedTuple):
    """One cut: at this price, branch `node` becomes a leaf."""

    alpha: float
    node: int  # -1 before the first cut
    impurity: float  # of the leaves, after it
    n_leaves: int  # after it


@lean_kernel
def add_up_branches(left: Array, parent: Array, risk: Array, branch: Array, n_leaves: Array) -> None:
    """Add each leaf's risk (nodes,) to branch, and 1 to n_leaves, of all its ancestors; both are overwritten."""
    for i in range(left.shape[0]):
        branch[i] = 0.0
        n_leaves[i] = 0
    for i in range(left.shape[0]):
        if left[i] != LEAF:
            continue
        branch[i] = risk[i]
        j = parent[i]
        while j >= 0:
            branch[j] += risk[i]
            n_leaves[j] += 1
            j = parent[j]


@lean_kernel
def play(alpha: Array, winner: Array, node: int) -> None:
    """Play the tournament anew along the path from a node to the top; winner (2 size,): overwritten.

    Leaves of the tournament are winner[size:]; the lower alpha wins, the lower node where they are equal.
    """
    p = (winner.shape[0] // 2 + node) // 2
    while p > 0:
        a, b = winner[2 * p], winner[2 * p + 1]
        winner[p] = a if alpha[a] <= alpha[b] else b
        p //= 2


@lean_kernel
def cut(
    node: int,
    children: tuple[Any, ...],
    parent: Array,
    risks: tuple[Any, ...],
    counts: Array,
    alpha: Array,
    winner: Array,
    stack: Array,
) -> None:
    """Make a leaf of `node`; bring its ancestors up to date. risks = (risk, branch), counts = n_leaves (nodes,).

    alpha (size,), winner (2 size,): overwritten. stack (nodes,): scratch.
    """
    left, right = children
    risk, branch = risks
    waiting = 1
    stack[0] = node
    while waiting > 0:
        waiting -= 1
        i = stack[waiting]
        if left[i] != LEAF and (i == node or alpha[i] < np.inf):
            stack[waiting], stack[waiting + 1] = left[i], right[i]
            waiting += 2
        if alpha[i] < np.inf:
            alpha[i] = np.inf
            play(alpha, winner, i)
    removed, rise = counts[node] - 1, risk[node] - branch[node]
    branch[node] = risk[node]
    i = parent[node]
    while i >= 0:
        counts[i] -= removed
        branch[i] += rise
        alpha[i] = (risk[i] - branch[i]) / (counts[i] - 1)
        play(alpha, winner, i)
        i = parent[i]


def weakest_links(tree: Tree) -> Iterator[Link]:
    """Yield the cuts in their order, the first one being none at price 0; the last leaves the root alone."""
    left, right, parent = tree.children_left, tree.children_right, tree.parents()
    risk = tree.weighted_n_node_samples * tree.impurity / tree.weighted_n_node_samples[0]
    branch, counts = np.empty_like(risk), np.empty(tree.node_count, dtype=np.int64)
    add_up_branches(left, parent, risk, branch, counts)
    size = 1 << max(1, (tree.node_count - 1).bit_length())
    alpha, winner = np.full(size, np.inf), np.zeros(2 * size, dtype=np.int64)
    inner = left != LEAF
    alpha[: tree.node_count][inner] = (risk[inner] - branch[inner]) / (counts[inner] - 1)
    winner[size:] = np.arange(size)
    level = winner[size:]
    while len(level) > 1:
        a, b = level[::2], level[1::2]
        level = np.where(alpha[a] <= alpha[b], a, b)
        winner[len(level) : 2 * len(level)] = level
    stack = np.empty(tree.node_count + 2, dtype=np.int64)
    n_leaves = tree.n_leaves
    yield Link(0.0, -1, float(branch[0]), n_leaves)
    while alpha[winner[1]] < np.inf:
        node = int(winner[1])
        price = float(alpha[node])
        n_leaves -= int(counts[node]) - 1
        cut(node, (left, right), parent, (risk, branch), counts, alpha, winner, stack)
        yield Link(price, node, float(branch[0]), n_leaves)


def subtree(tree: Tree, cuts: list[int]) -> Tree:
    """Return the tree with the branches at `cuts` made leaves; its nodes are numbered anew, left before right."""
    is_cut = np.zeros(tree.node_count, dtype=bool)
    is_cut[cuts] = True
    kept: list[int] = []
    new_left, new_right, depths = [], [], []
    stack = [(0, -1, True, 0)]
    while stack:
        node, parent, is_left, depth = stack.pop()
        place = len(kept)
        kept.append(node)
        depths.append(depth)
        new_left.append(LEAF)
        new_right.append(LEAF)
        if parent >= 0:
            (new_left if is_left else new_right)[parent] = place
        if tree.children_left[node] != LEAF and not is_cut[node]:
            stack.append((int(tree.children_right[node]), place, False, depth + 1))
            stack.append((int(tree.children_left[node]), place, True, depth + 1))
    facts: Array = tree.facts[kept]
    facts["left_child"], facts["right_child"] = new_left, new_right
    leaf = facts["left_child"] == LEAF
    facts["feature"][leaf] = UNDEFINED
    facts["threshold"][leaf] = UNDEFINED
    return Tree(facts, tree.value[kept], tree.n_classes, tree.n_features, max(depths))


def pruning_path(tree: Tree) -> tuple[FloatArray, FloatArray]:
    """Return (alphas, impurities of the leaves), one for each subtree, the whole tree first."""
    links = list(weakest_links(tree))
    return np.array([link.alpha for link in links]), np.array([link.impurity for link in links])
