"""Small trees without a walk: every question is asked of many rows at once, and strikes out leaves.

Idea
----
A walk asks few questions, but each must wait for the answer before it. Here a row asks all questions of a tree, in any
order: one that sends it to the right strikes out the leaves under the node's left child. The leftmost leaf that is
left over is the one where a walk ends. No question waits for another, and a processor asks eight rows at a time.

Maths
-----
Leaves are bits, numbered from left to right. With inner node q's left child above leaves a..b-1::

    kept[q] = all bits but a..b-1
    leaf of x = lowest bit of the AND of kept[q] over all q that send x to the right

A row walks left at a node only if it is not sent right there, so its own leaf stays; every leaf further left hangs
under the left child of a node where the row went right.

Cost
----
All inner nodes of a tree for each row, not its depth; but eight rows a step. For trees of at most 64 leaves: measured
on 100 trees of 31 leaves, a sixth of the walk's time (`hist_trees.py`, whose numbers these are to the last bit).

Differences
-----------
From the paper: questions stay in the order of the trees, and rows are asked side by side, so that the sum over the
trees is that of the walk.

References
----------
C. Lucchese, F. M. Nardini, S. Orlando, R. Perego, N. Tonellotto, R. Venturini (2015), "QuickScorer: a fast algorithm
to rank documents with additive ensembles of regression trees", SIGIR, section 3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.jit import kernel, lowest_bit
from ..core.typing import Array, FloatArray, IntArray

MOST_LEAVES = 64  # bits of a word
SIDE_BY_SIDE = 128  # rows that are asked together, which the nearest cache holds
ALL = np.uint64(2**64 - 1)  # leaves


class Questions(NamedTuple):
    """The inner nodes of many trees, one tree after the other."""

    first: IntArray  # (trees + 1,) where each tree's begin
    feature: IntArray  # (questions,)
    threshold: FloatArray  # (questions,) more than this goes right
    missing_right: Array  # (questions,) bool
    kept: Array  # (questions,) uint64: the leaves that a row sent to the right may still end in
    value: FloatArray  # (trees, leaves) of each leaf from left to right


def list_questions(
    feature: IntArray,
    threshold: FloatArray,
    children: IntArray,
    missing_right: Array,
    value: FloatArray,
    roots: IntArray,
) -> tuple[Questions, ...]:
    """Return the questions of trees of numbers that lie in one set of arrays, one `Questions` for each score.

    Read: arrays (nodes,) as of `hist_trees.Wood`, roots (rounds, scores). Nothing if a tree has more than 64 leaves.
    """
    node = np.arange(len(feature))
    is_leaf = children[:, 0] == node
    tree = np.repeat(np.arange(roots.size), np.diff(np.append(roots.ravel(), len(node))))
    before = np.cumsum(is_leaf) - is_leaf
    number = before - before[roots.ravel()][tree]  # how many leaves of its tree lie to the left of a node
    width = int(number.max(initial=0)) + 1
    if width > MOST_LEAVES:
        return ()
    asked, leaves = np.flatnonzero(~is_leaf), np.flatnonzero(is_leaf)
    a, b = (number[places].astype(np.uint64) for places in (asked, children[asked, 1]))
    one = np.uint64(1)
    kept = ~(((one << (b - a)) - one) << a)
    values = np.zeros((roots.size, width))
    values[tree[leaves], number[leaves]] = value[leaves]
    rounds, scores = np.divmod(tree[asked], roots.shape[1])
    found = []
    for c in range(roots.shape[1]):
        mine = scores == c
        count = np.bincount(rounds[mine], minlength=len(roots))
        of_nodes = (feature[asked][mine], threshold[asked][mine], missing_right[asked][mine], kept[mine])
        first = np.concatenate([[0], np.cumsum(count)])
        found.append(Questions(first, *of_nodes, values[c :: roots.shape[1]].copy()))
    return tuple(found)


@kernel
def add_asked_values(X: Array, asked: Questions, out: Array) -> None:
    """Add to each row's score what the trees say. X (m, d), asked: read. out (m,): added to."""
    first, feature, threshold, missing_right, kept, value = asked
    d = X.shape[1]
    columns, bits = np.zeros((d, SIDE_BY_SIDE)), np.empty(SIDE_BY_SIDE, dtype=np.uint64)
    for begin in range(0, X.shape[0], SIDE_BY_SIDE):
        m = min(SIDE_BY_SIDE, X.shape[0] - begin)
        for i in range(m):
            for f in range(d):
                columns[f, i] = X[begin + i, f]
        for t in range(value.shape[0]):
            bits[:] = ALL
            for q in range(first[t], first[t + 1]):
                x, at, keep = columns[feature[q]], threshold[q], kept[q]
                # plainly: if x[i] goes to the right: bits[i] &= keep; but so that no loop has a branch inside
                if missing_right[q]:
                    for i in range(m):
                        bits[i] &= ALL if x[i] <= at else keep
                else:
                    for i in range(m):
                        bits[i] &= keep if x[i] > at else ALL
            for i in range(m):
                out[begin + i] += value[t, lowest_bit(bits[i])]
