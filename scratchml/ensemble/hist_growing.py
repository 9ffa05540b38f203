"""Growing one tree from histograms: the leaf that gains most is split next, and half of all histograms come free.

Idea
----
The rows of a node are summed up once: gradients, hessians and counts, for each bin of each column. That is the only
work over rows. When a node is split, only the smaller child's rows are summed; the larger child's histograms are the
parent's minus the smaller's. The tree grows where it gains most, until it has enough leaves.

Maths
-----
A node's gain and value: `hist_splitting.py`. Its sums: `hist_histograms.py`.

Monotone columns: once a node is split by one, all values below its left child stay on one side of the middle of both
children's values, and all below its right child on the other.

Cost
----
n d for the root; for a split at most half the node's rows times d, and d times 256 for subtraction and scan.

Differences
-----------
None from scikit-learn 1.9.1 but these: columns that `interaction_cst` leaves out at a node take part in sums, though
not in splits; the columns allowed are drawn from in ascending order.

References
----------
G. Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree", NIPS, section 2.1. H. Shi (2007),
"Best-first decision tree learning", University of Waikato.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, NamedTuple

import numpy as np

from ..core import chunks, map_chunks, worker_count
from ..core.typing import Array, FloatArray, IntArray
from .hist_binning import Bins
from .hist_histograms import WIDTH, add_leaf_values, build_histogram, split_rows, subtract_histogram, take_rows
from .hist_splitting import (
    BIN,
    CATEGORICAL,
    FOUND_COLUMNS,
    GAIN,
    HAS_MISSING,
    LEFT_GRADIENT,
    LEFT_HESSIAN,
    MIN_HESSIAN,
    MISSING_LEFT,
    MONOTONIC,
    NO_BOUND,
    best_grouping,
    best_split,
    value_of,
)
from .hist_trees import LEAF, NUMBERS, Tree

WORK_FOR_THREADS = 2**18  # numbers to sum up, below which one thread is faster
ROWS_FOR_THREADS = 2**15  # to do one thing to each row, below which one thread is faster


def shares(n: int, n_jobs: int | None) -> list[slice]:
    """Cut range(n) into as many equal parts as threads: for work on each row by itself, which no border changes."""
    return chunks(n, n if n < ROWS_FOR_THREADS else -(-n // worker_count(n_jobs)))


class Limits(NamedTuple):
    """What a tree may become."""

    max_leaf_nodes: int | None
    max_depth: int | None
    min_samples_leaf: int
    l2: float
    max_features: float  # share of the columns that a split may choose from
    interactions: list[set[int]] | None  # columns that may occur together on the way to a leaf


@dataclass(slots=True, eq=False)
class Node:
    """A node while its tree grows; its rows are rows[start:stop]."""

    start: int
    stop: int
    depth: int
    gradient: float
    hessian: float
    value: float
    lower: float = -NO_BOUND  # of the children's values
    upper: float = NO_BOUND
    gain: float = -1.0
    feature: int = 0
    found: Sequence[float] = ()  # (6,) the best split
    goes_left: Any = None  # (256,) uint8 by bin: read only
    histograms: FloatArray | None = None
    groups: list[set[int]] | None = None  # of columns that may still occur together
    left: Node | None = None
    right: Node | None = None

    def __lt__(self, other: Node) -> bool:
        """The heap pops the least: the one that gains most."""
        return self.gain > other.gain

    @property
    def n(self) -> int:
        """How many rows."""
        return self.stop - self.start


class TreeGrower:
    """Grows trees on the same binned rows; its work space is kept from tree to tree."""

    def __init__(
        self,
        binned: Array,
        bins: Bins,
        monotonic: IntArray,
        limits: Limits,
        rng: Any,
        n_jobs: int | None,
    ) -> None:
        blocks, n, _ = binned.shape
        self.d = d = len(bins.counts)
        self.binned, self.bins, self.limits, self.rng, self.n_jobs = binned, bins, limits, rng, n_jobs
        has_missing = (binned == bins.missing).any(axis=1).reshape(-1)[:d]
        self.columns = np.column_stack([bins.counts, has_missing, bins.categorical, monotonic]).astype(np.int64)
        self.constrained, self.grouped = bool(monotonic.any()), bool(bins.categorical.any())
        # none behind the last used, unless there may be missing values, which have the last of all
        self.n_bins = bins.missing + 1 if has_missing.any() or self.grouped else int(bins.counts.max())
        self.numbers = np.array([limits.min_samples_leaf, limits.l2], dtype=np.float64)
        self.rows = np.empty(n, dtype=np.uint32)
        self.aside = np.empty(n, dtype=np.uint32)
        self.some_gradient, self.some_hessian = np.empty(n, dtype=np.float32), np.empty(n, dtype=np.float32)
        self.found, self.goes_left = np.empty((2, d, FOUND_COLUMNS)), np.zeros((2, d, bins.missing + 1), dtype=np.uint8)
        # which bins go left of a split of numbers, by what missing values do and by the last bin
        self.up_to = np.tri(bins.missing + 1, dtype=np.uint8)[None].repeat(2, axis=0)
        self.up_to[0, :, -1], self.up_to[1, :, -1] = 0, 1
        self.free: list[FloatArray] = []  # histograms of nodes that are done
        # as many parts as threads: each hand-over costs as much as some thousand rows; a column's sums stay whole
        self.blocks = chunks(blocks, -(-blocks // min(blocks, worker_count(n_jobs))))
        self.all_columns = np.ones(d, dtype=bool)

    def grow(self, gradient: Array, hessian: Array) -> list[Node]:
        """Grow a tree on gradient (n,) and hessian (n,), or (0,) for ones; return its nodes, a parent first."""
        self.gradient, self.hessian = gradient, hessian
        root = self._root()
        nodes, heap = [root], [root] if root.gain > 0 else []
        leaves = 1
        while heap:
            node = heappop(heap)
            left, right = self._split(node)
            nodes += [left, right]
            leaves += 1
            if leaves == self.limits.max_leaf_nodes:
                break
            self._look_for_splits(node, left, right)
            for child in (left, right):
                if child.gain > 0:
                    heappush(heap, child)
        for node in nodes:
            self._release(node)
        return nodes

    def _root(self) -> Node:
        n = len(self.rows)
        self.rows[:] = np.arange(n, dtype=np.uint32)
        histograms = self._histograms()
        self._build(self.rows, self.gradient, self.hessian, histograms, None, [])
        groups = self.limits.interactions
        first = 0 if groups is None else min(set().union(*groups))
        # every column's bins sum to the same; NumPy's sum is by pairs, as scikit-learn's, of as many bins
        sums = np.zeros((2, self.bins.missing + 1))
        sums[:, : self.n_bins] = histograms[first, :, :2].T
        G, H = float(sums[0].sum()), float(sums[1].sum())
        root = Node(0, n, 0, G, H, 0.0, histograms=histograms, groups=groups)
        if n >= 2 * self.limits.min_samples_leaf and H >= MIN_HESSIAN:
            self._scan([root], self._allowed([root]), slice(0, self.d))
            self._choose([root])
        return root

    def _split(self, node: Node) -> tuple[Node, Node]:
        """Give the node's rows to two children."""
        f, found, l2 = node.feature, node.found, self.limits.l2
        rows = self.rows[node.start : node.stop]
        middle = node.start + split_rows(rows, self.binned[f // WIDTH], f % WIDTH, node.goes_left, self.aside)
        G, H = found[LEFT_GRADIENT], found[LEFT_HESSIAN]
        G_right, H_right = node.gradient - G, node.hessian - H
        bounds = (node.lower, node.upper)
        groups = None if node.groups is None else [group for group in node.groups if f in group]
        left = Node(node.start, middle, node.depth + 1, G, H, value_of(G, H, l2, *bounds), *bounds, groups=groups)
        value = value_of(G_right, H_right, l2, *bounds)
        right = Node(middle, node.stop, node.depth + 1, G_right, H_right, value, *bounds, groups=groups)
        if self.constrained and self.columns[f, MONOTONIC]:
            between = (left.value + right.value) / 2
            if self.columns[f, MONOTONIC] > 0:
                left.upper = right.lower = between
            else:
                left.lower = right.upper = between
        node.left, node.right = left, right
        return left, right

    def _look_for_splits(self, node: Node, left: Node, right: Node) -> None:
        """Find the best splits of two children, those that may be split."""
        if self.limits.max_depth is not None and left.depth == self.limits.max_depth:
            return
        asked = [child for child in (left, right) if child.n >= 2 * self.limits.min_samples_leaf]
        if not asked or node.histograms is None:
            return
        small, large = (left, right) if left.n < right.n else (right, left)
        rows = self.rows[small.start : small.stop]
        take_rows(rows, self.gradient, self.hessian, self.some_gradient, self.some_hessian)
        small.histograms, large.histograms, node.histograms = self._histograms(), node.histograms, None
        hessian = self.some_hessian[: len(rows) if len(self.hessian) else 0]
        allowed = self._allowed(asked)
        self._build(rows, self.some_gradient[: len(rows)], hessian, small.histograms, large.histograms, asked, allowed)
        self._choose(asked)
        for child in (left, right):
            if child.gain <= 0:
                self._release(child)

    def _build(
        self,
        rows: Array,
        gradient: Array,
        hessian: Array,
        histograms: FloatArray,
        parent: FloatArray | None,
        asked: list[Node],
        allowed: list[Array] | None = None,
    ) -> None:
        """Sum up rows, subtract the sums from the parent's, and scan: some columns at a time, maybe on threads."""

        def task(blocks: slice) -> None:
            part = slice(WIDTH * blocks.start, min(WIDTH * blocks.stop, self.d))
            build_histogram(self.binned[blocks], rows, gradient, hessian, histograms[part])
            if parent is not None:
                subtract_histogram(parent[part], histograms[part])
            if allowed is not None:
                self._scan(asked, allowed, part)

        if len(rows) * self.d < WORK_FOR_THREADS:
            task(slice(0, len(self.binned)))
        else:
            map_chunks(task, self.blocks, self.n_jobs)

    def _scan(self, asked: list[Node], allowed: list[Array], part: slice) -> None:
        for k, node in enumerate(asked):
            told = np.array((node.n, node.gradient, node.hessian, node.value, node.lower, node.upper))
            sums: Any = node.histograms
            given = (
                sums[part], self.columns[part], allowed[k][part], told, self.numbers,
                self.found[k, part], self.goes_left[k, part],
            )  # fmt: skip
            best_split(*given)
            if self.grouped:
                best_grouping(*given)

    def _choose(self, asked: list[Node]) -> None:
        """Keep of each node the best of all columns' splits; of equal ones, the first column's."""
        for k, node in enumerate(asked):
            f = int(self.found[k, :, GAIN].argmax())
            found = node.found = self.found[k, f].tolist()
            node.gain, node.feature = found[GAIN], f
            if node.gain <= 0:
                continue
            if self.grouped and self.columns[f, CATEGORICAL]:
                node.goes_left = self.goes_left[k, f].copy()
            else:
                node.goes_left = self.up_to[int(found[MISSING_LEFT]), int(found[BIN])]

    def _allowed(self, asked: list[Node]) -> list[Array]:
        """Return, for each node, which columns a split may use: (d,) bool. Draws for one node after the other."""
        d, found = self.d, []
        if self.limits.max_features >= 1.0 and self.limits.interactions is None:
            return [self.all_columns] * len(asked)
        for node in asked:
            columns = (
                np.arange(d) if node.groups is None else np.array(sorted(set().union(*node.groups)), dtype=np.intp)
            )
            drawn = np.ones(len(columns), dtype=bool)
            if self.limits.max_features < 1.0:
                drawn[max(1, math.ceil(self.limits.max_features * len(columns))) :] = False
                self.rng.shuffle(drawn)
            mask = np.zeros(d, dtype=bool)
            mask[columns[drawn]] = True
            found.append(mask)
        return found

    def _histograms(self) -> FloatArray:
        if self.free:
            return self.free.pop()
        return np.empty((self.d, self.n_bins, 4 if len(self.hessian) else 2))

    def _release(self, node: Node) -> None:
        if node.histograms is not None:
            self.free.append(node.histograms)
            node.histograms = None

    def add_to(self, scores: FloatArray, nodes: list[Node]) -> None:
        """Add the leaves' values to the scores (n,), overwritten, of the rows the tree was grown on."""
        leaves = sorted((node for node in nodes if node.left is None), key=lambda node: node.start)
        stops, values = np.array([leaf.stop for leaf in leaves]), np.array([leaf.value for leaf in leaves])

        def task(part: slice) -> None:
            add_leaf_values(self.rows[part], np.clip(stops - part.start, 0, part.stop - part.start), values, scores)

        map_chunks(task, shares(len(self.rows), self.n_jobs), self.n_jobs)

    def tree_of(self, root: Node) -> Tree:
        """Return the grown tree in arrays, a left child right behind its parent."""
        order: list[Node] = []
        place: dict[int, int] = {}
        waiting = [root]
        while waiting:
            node = waiting.pop()
            place[id(node)] = len(order)
            order.append(node)
            if node.left is not None and node.right is not None:
                waiting += [node.right, node.left]
        m = len(order)
        feature, right = np.zeros(m, dtype=np.int64), np.full(m, LEAF, dtype=np.int64)
        threshold, categories = np.zeros(m), np.full(m, NUMBERS, dtype=np.int64)
        missing_left, last_bin = np.zeros(m, dtype=np.uint8), np.zeros(m, dtype=np.int64)
        sets: list[Array] = []
        for j, node in enumerate(order):
            if node.left is None or node.right is None:
                continue
            f, b = node.feature, int(node.found[BIN])
            feature[j], right[j], last_bin[j] = f, place[id(node.right)], b
            # a column without missing values: those of new rows go where most rows went
            met = self.columns[f, HAS_MISSING]
            missing_left[j] = node.goes_left[-1] if met else node.left.n > node.right.n
            if self.columns[f, CATEGORICAL]:
                categories[j] = len(sets)
                sets.append(node.goes_left)
            else:
                threshold[j] = self.bins.thresholds[f][b] if b < len(self.bins.thresholds[f]) else math.inf
        goes_left = np.array(sets, dtype=np.uint8).reshape(len(sets), self.bins.missing + 1)
        gains, values = np.array([node.gain for node in order]), np.array([node.value for node in order])
        counts, depths = np.array([node.n for node in order]), np.array([node.depth for node in order])
        return Tree(
            feature, threshold, right, missing_left, values, categories, goes_left, last_bin, gains, counts, depths
        )
