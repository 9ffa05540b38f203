"""A grown tree as arrays, and the walk down from its root.

Idea
    Node i asks whether feature[i] is at most threshold[i]: if so, go to children_left[i], else to children_right[i],
    until there is no child. For the walk (`walk.py`), the nodes' questions are packed into 16 bytes each.
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

from ..core import check_finite, chunks, map_chunks
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray
from .grow import DEPTH, LEAF, N_NODES
from .growth import NODE, Growth
from .walk import ROWS, find_largest, find_leaves, narrow_rows

FACTS = np.dtype(
    [
        ("threshold", np.float64),
        ("impurity", np.float64),
        ("weighted_n_node_samples", np.float64),
        ("n_node_samples", np.int32),
        ("missing_go_to_left", np.uint8),
    ],
    align=True,
)
ROUTE = np.dtype([("feature", np.int32), ("threshold", np.float32), ("left", np.int32), ("right", np.int32)])


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


FIELDS = {"left_child": "children_left", "right_child": "children_right"}  # where a field's name is another


def route_of(facts: Array) -> Array:
    """Return the nodes' questions (nodes,) of ROUTE, for the walk down."""
    route = np.empty(len(facts), dtype=ROUTE)
    with np.errstate(over="ignore"):
        threshold = facts["threshold"].astype(np.float32)
    above = np.flatnonzero(threshold > facts["threshold"])
    threshold[above] = np.nextafter(threshold[above], np.float32(-np.inf))
    route["threshold"], route["feature"] = threshold, facts["feature"]
    route["left"], route["right"] = facts["left_child"], facts["right_child"]
    return route


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
    n_node_samples, weighted_n_node_samples : array (nodes,): how many rows each was grown from, and their weight
    missing_go_to_left : array (nodes,), whether rows without a value go left
    value : array (nodes, t, k): means or medians (k = 1), or the classes' shares
    """

    def __init__(self, facts: Array, value: FloatArray, n_classes: IntArray, n_features: int, max_depth: int) -> None:
        self.value, self.n_classes = value, n_classes
        self.n_features, self.max_depth, self.n_outputs = n_features, max_depth, value.shape[1]
        self.node_count = len(facts)
        self.n_leaves = int(np.count_nonzero(facts["left_child"] == LEAF))
        self.max_n_classes = value.shape[2]
        self.route, self._rest = route_of(facts), np.empty(len(facts), dtype=FACTS)
        for name in FACTS.names or ():
            self._rest[name] = facts[name]

    # Views: a forest has millions of nodes, so nothing is kept twice.

    @property
    def facts(self) -> Array:
        """Return the nodes as `growth.NODE` (nodes,); a copy."""
        found = np.empty(self.node_count, dtype=NODE)
        for name in NODE.names or ():
            found[name] = getattr(self, FIELDS.get(name, name))
        return found

    @property
    def children_left(self) -> IntArray:
        """Return each node's left child (nodes,), -1 for a leaf."""
        found: IntArray = self.route["left"]
        return found

    @property
    def children_right(self) -> IntArray:
        """Return each node's right child (nodes,), -1 for a leaf."""
        found: IntArray = self.route["right"]
        return found

    @property
    def feature(self) -> IntArray:
        """Return the feature each node asks for (nodes,), -2 for a leaf."""
        found: IntArray = self.route["feature"]
        return found

    @property
    def threshold(self) -> FloatArray:
        """Return each node's threshold (nodes,), -2.0 for a leaf."""
        found: FloatArray = self._rest["threshold"]
        return found

    @property
    def impurity(self) -> FloatArray:
        """Return each node's impurity (nodes,)."""
        found: FloatArray = self._rest["impurity"]
        return found

    @property
    def n_node_samples(self) -> IntArray:
        """Return how many rows each node was grown from (nodes,); a copy."""
        return self._rest["n_node_samples"].astype(np.int64)

    @property
    def missing_go_to_left(self) -> Array:
        """Return whether rows without a value go left (nodes,)."""
        found: Array = self._rest["missing_go_to_left"]
        return found

    @property
    def weighted_n_node_samples(self) -> FloatArray:
        """Return the weight of the rows each node was grown from (nodes,)."""
        found: FloatArray = self._rest["weighted_n_node_samples"]
        return found

    def apply(self, X: FloatArray, n_jobs: int | None = None) -> IntArray:
        """Return the leaf (n,) of each row of X (n, d) float64; NaN is a missing value.

        Raises
        ------
        ValueError
            If X holds an infinity; what is beyond float32 counts as infinite and is none.
        """
        leaf = np.empty(len(X), dtype=np.int64)

        def walk(rows: slice) -> bool:
            block = np.empty(X[rows].shape, dtype=np.float32)
            with np.errstate(over="ignore", invalid="ignore"):  # as plain Python would warn
                is_finite = narrow_rows(X[rows], block)
            find_leaves(block, self.route, None if is_finite else self.missing_go_to_left, leaf[rows])
            return is_finite

        n_jobs = 1 if len(X) < 2 * ROWS else n_jobs  # for less than two blocks a second thread costs what it gains
        if not all(map_chunks(walk, chunks(len(X), ROWS), n_jobs)):
            check_finite(X, allow_nan=True)
        return leaf

    def predict(self, X: FloatArray) -> FloatArray:
        """Return the value of each row's leaf: (n, k) for one target with classes, (n, 1) or (n, t, k) otherwise."""
        found = self.value_of(self.apply(X))
        return found[:, 0] if self.n_outputs == 1 else found

    def value_of(self, leaf: IntArray) -> FloatArray:
        """Return the values (n, t, k) of leaves (n,)."""
        # plainly: self.value[leaf]
        flat = self.value.reshape(self.node_count, -1)
        return flat.take(leaf, axis=0).reshape(len(leaf), *self.value.shape[1:])

    def largest_of(self, leaf: IntArray, target: int) -> IntArray:
        """Return the class (n,) with the largest share of a target in leaves (n,); the first of equal ones."""
        return find_largest(self.value[:, target], leaf)

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
    return Tree(growth.nodes.facts[:count], growth.nodes.value[:count].copy(), growth.data.n_classes, n_features, depth)
