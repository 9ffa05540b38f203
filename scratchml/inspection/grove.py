"""The trees of any model in one form: for whoever wants to walk through them all and not know how they were grown.

Idea
----
A decision tree, a forest, and both kinds of gradient boosting predict by the same thing: a constant plus what the
leaves say. They differ in names only. Here all trees lie in one set of arrays, each numbered depth first, so that a
node's left child is the next node, and a plain loop over the nodes is a walk through the tree.

Maths
-----
score_k(x) = base_k + sum over trees of value(leaf of x): for a forest, values are divided by the number of trees; for
boosting, multiplied by the learning rate. cover is the weight of the training rows that came to a node.

Cost
----
One pass over the nodes; a copy of them, or of one tree after the other (`one_by_one`).

Differences
-----------
Scores are what each model adds up: means and shares of classes for trees and forests, raw scores (log-odds, logarithms
of counts) for boosting. Trees of histogram boosting count their rows; weights that they were fitted with are not known.

References
----------
Lundberg et al., From local explanations to global understanding with explainable AI for trees, Nature Machine
Intelligence 2 (2020), section "Methods".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..core import check_is_fitted
from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray, MatrixLike
from ..tree import Tree

LEAF = -1
FAMILIES = {
    "BaseDecisionTree": "tree",
    "BaseForest": "forest",
    "BaseGradientBoosting": "boosting",
    "HistGradientBoosting": "histogram",
}  # by the base class that says it; rooms on this floor do not import each other


class Grove(NamedTuple):
    """All trees of a model; nodes' numbers count from the first tree's root."""

    feature: Array  # (nodes,) int32: the caller's column that a node asks about; 0 for a leaf
    threshold: FloatArray  # (nodes,) values at most this go left
    right: Array  # (nodes,) int32: right child, -1 for a leaf; the left child is the next node
    missing_left: Array  # (nodes,) uint8: where missing values go
    cover: FloatArray  # (nodes,) weight of the training rows that came here
    depth: Array  # (nodes,) int32
    categories: Array  # (nodes,) int32: row of goes_left, -1 for a node that asks about a number
    goes_left: Array  # (category nodes, bins) uint8
    value: FloatArray  # (nodes, v) what a leaf adds to v outputs
    output: IntArray  # (trees,) the first of these outputs
    roots: IntArray  # (trees + 1,) where each tree begins; the number of nodes at the end
    base: FloatArray  # (K,) the constant
    n_features: int
    shape: tuple[int, ...]  # of one row's scores: () for one number, (K,), or (targets, classes)
    n_classes: IntArray | None  # of each target, where there are several; None otherwise

    @property
    def nodes(self) -> tuple[Array, ...]:
        """The shape of the trees, for kernels: feature, right, depth, cover."""
        return self.feature, self.right, self.depth, self.cover

    @property
    def questions(self) -> tuple[Array, ...]:
        """What the nodes ask, for kernels: threshold, missing_left, categories, goes_left."""
        return self.threshold, self.missing_left, self.categories, self.goes_left


@lean_kernel
def are_depth_first(left: Array, right: Array, waiting: Array) -> bool:
    """Return whether the nodes are numbered in the order of a walk, left before right. left, right (nodes,): read, -1
    for a leaf. waiting (depth,): scratch, the right children that the walk has still to come to."""
    n, n_waiting = left.shape[0], 0
    for i in range(n):
        if left[i] != LEAF:
            if left[i] != i + 1:
                return False
            waiting[n_waiting] = right[i]
            n_waiting += 1
        elif i + 1 < n:
            n_waiting -= 1
            if waiting[n_waiting] != i + 1:
                return False
    return True


@lean_kernel
def number_depth_first(left: Array, right: Array, order: Array, new_right: Array, stack: Array) -> None:
    """Write the nodes in the order of a walk, left before right: order (nodes,); and where right children come in it:
    new_right, -1 for a leaf. left, right (nodes,): read, -1 for a leaf. stack (depth + 2, 2): scratch."""
    place, waiting = 0, 1
    stack[0, 0], stack[0, 1] = 0, -1
    while waiting > 0:
        waiting -= 1
        node, parent = stack[waiting, 0], stack[waiting, 1]
        order[place], new_right[place] = node, LEAF
        if parent >= 0:  # a right child: its parent has waited to know its place
            new_right[parent] = place
        if left[node] != LEAF:
            stack[waiting, 0], stack[waiting, 1] = right[node], place
            stack[waiting + 1, 0], stack[waiting + 1, 1] = left[node], -1
            waiting += 2
        place += 1


@lean_kernel
def measure_depths(right: Array, depth: Array) -> None:
    """Overwrite depth (nodes,). right (nodes,): right children, -1 for a leaf; the left child is the next node."""
    depth[:] = 0  # the roots keep it
    for i in range(right.shape[0]):
        if right[i] != LEAF:
            depth[i + 1] = depth[right[i]] = depth[i] + 1


@lean_kernel
def goes_left(x: float, i: int, questions: tuple[Array, ...]) -> Any:
    """Return whether a row whose value is x goes left at node i. questions: of a grove, read."""
    threshold, missing_left, categories, left_sets = questions
    if np.isnan(x):
        return missing_left[i] != 0
    if categories[i] >= 0:
        return left_sets[categories[i], int(x)] != 0
    return x <= threshold[i]


def family_of(model: Any) -> str | None:
    """Return "tree", "forest", "boosting", "histogram", or None for a model that is none of them."""
    return next((FAMILIES[cls.__name__] for cls in type(model).__mro__ if cls.__name__ in FAMILIES), None)


class Parts(NamedTuple):
    """What a grove is piled up from, tree by tree."""

    trees: Iterator[dict[str, Array]]  # each as a grove's arrays of nodes, made when asked for; depth is its deepest's
    output: Sequence[int]
    base: FloatArray
    facts: dict[str, Any]  # the grove's n_features, shape, n_classes


def _pile(trees: Sequence[dict[str, Array]], output: Sequence[int], base: FloatArray, facts: dict[str, Any]) -> Grove:
    """Return trees, each a dict of a grove's arrays of nodes, as one grove."""
    sizes = np.array([len(tree["right"]) for tree in trees], dtype=np.int64)
    groups = np.array([len(tree["goes_left"]) for tree in trees], dtype=np.int64)
    roots = np.concatenate([[0], np.cumsum(sizes)])
    nodes: dict[str, Any] = {name: np.concatenate([tree[name] for tree in trees]) for name in trees[0]}
    nodes["feature"][nodes["right"] == LEAF] = 0
    nodes["right"] += np.where(nodes["right"] == LEAF, 0, np.repeat(roots[:-1], sizes))
    nodes["categories"] += np.where(nodes["categories"] < 0, 0, np.repeat(np.cumsum(groups) - groups, sizes))
    measure_depths(nodes["right"], nodes["depth"])
    return Grove(**nodes, output=np.array(output, dtype=np.int64), roots=roots, base=base, **facts)


def _alone(tree: dict[str, Any], first: int, base: FloatArray, facts: dict[str, Any]) -> Grove:
    """Return one tree as a grove, which takes over its arrays. first: of the outputs that it adds to."""
    roots = np.array([0, len(tree["right"])])
    return Grove(**tree, output=np.array([first], dtype=np.int64), roots=roots, base=base, **facts)


def _numbered(tree: Tree) -> tuple[Array | None, Array]:
    """Return (order, right), each (nodes,) int32, as `number_depth_first` writes them.

    order is None if the nodes are in that order already, in which most trees grow; right is a view of the tree's then.
    """
    left, right = tree.children_left, tree.children_right
    if are_depth_first(left, right, np.empty(tree.max_depth + 1, dtype=np.int32)):
        return None, right
    order, new_right = (np.empty(tree.node_count, dtype=np.int32) for _ in range(2))
    number_depth_first(left, right, order, new_right, np.empty((tree.max_depth + 2, 2), dtype=np.int32))
    return order, new_right


def _from_tree(tree: Tree, factor: float) -> dict[str, Array]:
    """Return the arrays of a `Tree`, numbered depth first; its values are multiplied by `factor`."""
    order, right = _numbered(tree)

    def of_nodes(facts: Array) -> Array:
        return facts if order is None else facts[order]

    return {
        "feature": of_nodes(tree.feature),
        "threshold": of_nodes(tree.threshold),
        "right": right,
        "missing_left": of_nodes(tree.missing_go_to_left),
        "cover": of_nodes(tree.weighted_n_node_samples),
        "depth": np.broadcast_to(np.int32(tree.max_depth), len(right)),  # one number, however many nodes
        "categories": np.broadcast_to(np.int32(-1), len(right)),
        "goes_left": np.empty((0, 1), dtype=np.uint8),
        "value": of_nodes(tree.value).reshape(len(right), -1) * factor,
    }


def _from_trees(model: Any, trees: Sequence[Tree]) -> Parts:
    """Return the mean of trees: a decision tree or a forest."""
    t, k = trees[0].value.shape[1:]
    is_classifier = hasattr(model, "classes_")
    shape: tuple[int, ...] = ((k,) if t == 1 else (t, k)) if is_classifier else () if t == 1 else (t,)
    several = is_classifier and t > 1
    n_classes = trees[0].n_classes if several else None
    return Parts(
        (_from_tree(tree, 1.0 / len(trees)) for tree in trees),
        [0] * len(trees),
        np.zeros(t * k),
        {"n_features": trees[0].n_features, "shape": shape, "n_classes": n_classes},
    )


def _from_boosting(model: Any) -> Parts:
    """Return the rounds of gradient boosting."""
    n_trees = model.estimators_.shape[1]
    if not isinstance(model.init_, str) and not hasattr(model.init_, "raw"):
        raise ValueError(
            f"init={model.init!r} is an estimator, so what the trees add to is no constant, and trees cannot explain "
            "it; fit with init=None or init='zero'."
        )
    base = np.zeros(n_trees) if isinstance(model.init_, str) else np.array(model.init_.raw, dtype=np.float64)
    trees = (_from_tree(member.tree_, float(model.learning_rate)) for member in model.estimators_.ravel())
    outputs = list(range(n_trees)) * len(model.estimators_)
    shape = () if n_trees == 1 else (n_trees,)
    return Parts(trees, outputs, base, {"n_features": model.n_features_in_, "shape": shape, "n_classes": None})


def _from_histogram(tree: Any, order: IntArray, width: int) -> dict[str, Array]:
    """Return the arrays of a tree of histogram boosting, whose nodes are numbered depth first already."""
    sets = np.zeros((len(tree.goes_left), width), dtype=np.uint8)
    sets[:, : tree.goes_left.shape[1]] = tree.goes_left
    return {
        "feature": order[np.maximum(tree.feature, 0)].astype(np.int32),
        "threshold": tree.threshold,
        "right": tree.right.astype(np.int32),
        "missing_left": tree.missing_left.astype(np.uint8),
        "cover": tree.n_rows.astype(np.float64),
        "depth": np.broadcast_to(np.int32(tree.depth.max(initial=0)), len(tree.right)),
        "categories": tree.categories.astype(np.int32),
        "goes_left": sets,
        "value": tree.value[:, None].copy(),
    }


def _from_histograms(model: Any) -> Parts:
    """Return the rounds of histogram boosting."""
    order = np.arange(model.n_features_in_) if model._columns is None else model._columns.order
    width = max((tree.goes_left.shape[1] for trees in model._rounds for tree in trees), default=1)
    found = (_from_histogram(tree, order, width) for trees in model._rounds for tree in trees)
    outputs = [j for trees in model._rounds for j in range(len(trees))]
    base = np.array(model._start, dtype=np.float64)
    shape = () if len(base) == 1 else (len(base),)
    return Parts(found, outputs, base, {"n_features": model.n_features_in_, "shape": shape, "n_classes": None})


_READ: dict[str, Callable[[Any], Parts]] = {
    "tree": lambda model: _from_trees(model, [model.tree_]),
    "forest": lambda model: _from_trees(model, [member.tree_ for member in model.estimators_]),
    "boosting": _from_boosting,
    "histogram": _from_histograms,
}
_FITTED = {"tree": "tree_", "forest": "estimators_", "boosting": "estimators_", "histogram": "n_iter_"}


def _parts_of(model: Any) -> Parts:
    """Return what the grove of a fitted model is piled up from.

    Raises
    ------
    TypeError
        If the model is not made of trees that add up.
    ValueError
        If it is boosting that starts from another estimator's predictions.
    NotFittedError
        If it has not been fitted.
    """
    family = family_of(model)
    if family is None:
        raise TypeError(
            f"model is a {type(model).__name__}; give a decision tree, a random forest, extra trees, gradient boosting "
            "or histogram gradient boosting of this package."
        )
    check_is_fitted(model, _FITTED[family])
    return _READ[family](model)


def grove_of(model: Any) -> Grove:
    """Return the trees of a fitted model; raises what `_parts_of` does."""
    trees, output, base, facts = _parts_of(model)
    return _pile(list(trees), output, base, facts)


def one_by_one(model: Any) -> tuple[Iterator[Grove], int]:
    """Return each tree of a fitted model as a grove of its own, made when asked for, and how many outputs there are.

    Values may be overwritten; all else may be a view of the model's, the feature of a leaf is any number, and the depth
    of each node is the whole tree's. Raises what `_parts_of` does.
    """
    trees, output, base, facts = _parts_of(model)
    # plainly: _pile([next(trees)], [first], base, facts), which copies it
    return (_alone(next(trees), first, base, facts) for first in output), len(base)


def rows_of(model: Any, X: MatrixLike) -> FloatArray:
    """Return X (n, d) as the trees of a fitted model compare it: rounded to float32, or categories by their numbers.

    Raises
    ------
    TypeError, ValueError
        If X is not what the model could predict for.
    """
    if family_of(model) != "histogram":
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(model._check_X(X).astype(np.float32), dtype=np.float64)
    numbers: FloatArray = model._numbers(X, model._columns)
    if model._columns is None:
        return np.ascontiguousarray(numbers)
    rows = np.empty_like(numbers)
    rows[:, model._columns.order] = numbers
    return rows
