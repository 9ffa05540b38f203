"""A grown tree as arrays, and the walk down from its root.

Idea
    Node i asks whether feature[i] is at most threshold[i]: if so, go to children_left[i], else to children_right[i],
    until there is no child. Rows walk in groups, one step each in turn: a step waits for memory, and while one row
    waits the others walk. The nodes' questions are packed into 16 bytes each for it.
Maths
    A threshold lies between two float32 values, so rounding it down to float32 changes no answer.
    importance_f = sum over nodes split by f of (W impurity - W_l impurity_l - W_r impurity_r), made to add up to 1.
Cost
    depth steps for each row; importances one pass over the nodes.
References
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), section 5.3: importances.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core import chunks, map_chunks
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from .grow import DEPTH, LEAF, N_NODES
from .growth import Growth

GROUP = 32  # rows that walk together
ROWS = 16384  # rows in one thread's chunk
ROUTE = np.dtype([("feature", np.int32), ("threshold", np.float32), ("left", np.int32), ("right", np.int32)])


@lean_kernel
def find_leaves(X: Array, route: Array, missing_left: Array, has_missing: bool, leaf: Array, walking: Array) -> None:
    """Write the leaf that each row of X (n, d) float64 ends in to leaf (n,) int32. route (nodes,): read.

    missing_left (nodes,): where rows without a value go; read if there are any. walking (GROUP,) int32: scratch, the
    rows still under way.
    """
    n = X.shape[0]
    for first in range(0, n, GROUP):
        count = min(GROUP, n - first)
        for k in range(count):
            walking[k] = first + k
            leaf[first + k] = 0
        if route[0]["left"] == 0:  # the root is a leaf; no other node has it as a child
            count = 0
        while count > 0:
            kept = 0
            for k in range(count):
                i = walking[k]
                j = leaf[i]
                node = route[j]
                x = np.float32(X[i, node["feature"]])
                goes_left = np.int64(x <= node["threshold"])
                if has_missing and np.isnan(x):
                    goes_left = np.int64(missing_left[j])
                # plainly: left if goes_left else right; but without a jump, which the processor would have to guess
                j = node["right"] + (node["left"] - node["right"]) * goes_left
                leaf[i] = j
                walking[kept] = i
                kept += int(route[j]["left"] != 0)
            count = kept


@lean_kernel
def walk_path(parent: Array, leaf: Array, start: Array, nodes: Array) -> None:
    """Write the nodes from the root to each row's leaf to nodes, at start[i] to start[i + 1] in ascending order."""
    for i in range(leaf.shape[0]):
        node = leaf[i]
        for p in range(start[i + 1] - 1, start[i] - 1, -1):
            nodes[p] = node
            node = parent[node]


class DecisionPath(NamedTuple):
    """Which nodes each row passes: in the form of SciPy's CSR matrices, without SciPy.

    ``scipy.sparse.csr_matrix((numpy.ones(len(path.indices)), path.indices, path.indptr), path.shape)`` makes one.
    """

    indices: IntArray  # the nodes of row 0, of row 1, ...
    indptr: IntArray  # (n + 1,) where each row's begin
    shape: tuple[int, int]  # (n, nodes)

    def nodes_of(self, row: int) -> IntArray:
        """Return the nodes that a row passes, from the root to its leaf."""
        return self.indices[self.indptr[row] : self.indptr[row + 1]]

    def toarray(self) -> Array:
        """Return an array (n, nodes) of 0 and 1; it may be large."""
        found = np.zeros(self.shape, dtype=np.int64)
        found[np.repeat(np.arange(self.shape[0]), np.diff(self.indptr)), self.indices] = 1
        return found


class Tree:
    """A tree's arrays, as scikit-learn names them; node 0 is the root. They are not meant to be changed.

    Attributes
    ----------
    node_count, n_leaves, max_depth, n_features, n_outputs : int
    n_classes : array (t,), ones for a regressor
    children_left, children_right : array (nodes,), -1 for a leaf
    feature : array (nodes,), -2 for a leaf
    threshold : array (nodes,), -2.0 for a leaf; values at most this go left
    impurity : array (nodes,)
    n_node_samples, weighted_n_node_samples : array (nodes,)
    missing_go_to_left : array (nodes,), whether rows without a value go left
    value : array (nodes, t, k): means or medians (k = 1), or the classes' shares
    """

    def __init__(self, facts: Array, value: FloatArray, n_classes: IntArray, n_features: int, max_depth: int) -> None:
        self.facts, self.value, self.n_classes = facts, value, n_classes
        self.n_features, self.max_depth, self.n_outputs = n_features, max_depth, value.shape[1]
        self.children_left: IntArray = np.ascontiguousarray(facts["left_child"])
        self.children_right: IntArray = np.ascontiguousarray(facts["right_child"])
        self.feature: IntArray = np.ascontiguousarray(facts["feature"])
        self.threshold: FloatArray = np.ascontiguousarray(facts["threshold"])
        self.impurity: FloatArray = np.ascontiguousarray(facts["impurity"])
        self.n_node_samples: IntArray = np.ascontiguousarray(facts["n_node_samples"])
        self.weighted_n_node_samples: FloatArray = np.ascontiguousarray(facts["weighted_n_node_samples"])
        self.missing_go_to_left: Array = facts["missing_go_to_left"].astype(np.uint8)
        self.node_count = len(facts)
        self.n_leaves = int(np.count_nonzero(self.children_left == LEAF))
        self.max_n_classes = value.shape[2]
        self._route = np.zeros(self.node_count, dtype=ROUTE)
        self._route["feature"] = np.maximum(self.feature, 0)
        with np.errstate(over="ignore"):
            threshold = self.threshold.astype(np.float32)
        above = threshold > self.threshold
        threshold[above] = np.nextafter(threshold[above], np.float32(-np.inf))
        self._route["threshold"] = threshold
        self._route["left"], self._route["right"] = (
            np.maximum(self.children_left, 0),
            np.maximum(self.children_right, 0),
        )

    def apply(self, X: FloatArray, n_jobs: int | None = None) -> IntArray:
        """Return the leaf (n,) of each row of X (n, d) float64, C-contiguous; NaN is a missing value."""
        leaf = np.empty(len(X), dtype=np.int32)
        has_missing = bool(np.isnan(X.sum()))

        def walk(rows: slice) -> None:
            find_leaves(
                X[rows], self._route, self.missing_go_to_left, has_missing, leaf[rows], np.empty(GROUP, dtype=np.int32)
            )

        map_chunks(walk, chunks(len(X), ROWS), n_jobs)
        return leaf.astype(np.int64)

    def predict(self, X: FloatArray) -> FloatArray:
        """Return the value of each row's leaf: (n, k) for one target with classes, (n, 1) or (n, t, k) otherwise."""
        found = self.value[self.apply(X)]
        return found[:, 0] if self.n_outputs == 1 else found

    def parents(self) -> IntArray:
        """Return each node's parent (nodes,), -1 for the root."""
        parent = np.full(self.node_count, -1, dtype=np.int64)
        inner = np.flatnonzero(self.children_left != LEAF)
        parent[self.children_left[inner]] = parent[self.children_right[inner]] = inner
        return parent

    def depths(self) -> IntArray:
        """Return each node's depth (nodes,); the root's is 0."""
        depth = np.zeros(self.node_count, dtype=np.int64)
        level = np.array([0])
        while len(level):
            inner = level[self.children_left[level] != LEAF]
            children = np.concatenate([self.children_left[inner], self.children_right[inner]])
            depth[children] = depth[level[0]] + 1
            level = children
        return depth

    def decision_path(self, X: FloatArray) -> DecisionPath:
        """Return which nodes each row of X passes."""
        leaf = self.apply(X)
        start = np.concatenate([[0], np.cumsum(self.depths()[leaf] + 1)])
        nodes = np.empty(start[-1], dtype=np.int64)
        walk_path(self.parents(), leaf, start, nodes)
        return DecisionPath(nodes, start, (len(X), self.node_count))

    def compute_feature_importances(self, normalize: bool = True) -> FloatArray:
        """Return how much each feature's splits lowered the impurity (d,); their sum is 1 unless there is no split."""
        inner = np.flatnonzero(self.children_left != LEAF)
        left, right = self.children_left[inner], self.children_right[inner]
        mass = self.weighted_n_node_samples * self.impurity
        drop = mass[inner] - mass[left] - mass[right]
        found = np.bincount(self.feature[inner], weights=drop, minlength=self.n_features)
        found = found / self.weighted_n_node_samples[0]
        total = found.sum()
        shares: FloatArray = found / total if normalize and total > 0.0 else found
        return shares


def harvest(growth: Growth) -> Tree:
    """Return the tree as far as it has grown."""
    count, depth = int(growth.work.state[N_NODES]), int(growth.work.state[DEPTH])
    n_features = len(growth.data.columns)
    return Tree(
        growth.nodes.facts[:count].copy(), growth.nodes.value[:count].copy(), growth.data.n_classes, n_features, depth
    )
