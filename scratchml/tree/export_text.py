"""A tree as text: one line for each answer to a question."""

from __future__ import annotations

from io import StringIO
from typing import Any

import numpy as np

from ..core import check_is_fitted, is_classifier
from ..core.typing import FloatArray, VectorLike
from .arrays import Tree
from .grow import LEAF


def names_of(given: VectorLike | None, wanted: int, argument: str) -> list[str] | None:
    """Return names as a list of strings, or None.

    Raises
    ------
    ValueError
        If there are not as many as wanted.
    """
    if given is None:
        return None
    names = [str(name) for name in np.asarray(given, dtype=object).ravel()]
    if len(names) != wanted:
        raise ValueError(f"{argument} must contain {wanted} elements, got {len(names)}; give one for each.")
    return names


def subtree_depths(tree: Tree) -> list[int]:
    """Return the number of levels below and with each node (nodes,): 1 for a leaf."""
    found = np.ones(tree.node_count, dtype=np.int64)
    for node in np.argsort(-tree.depths(), kind="stable"):
        if tree.children_left[node] != LEAF:
            found[node] = 1 + max(found[tree.children_left[node]], found[tree.children_right[node]])
    return [int(depth) for depth in found]


def export_text(
    decision_tree: Any,
    *,
    feature_names: VectorLike | None = None,
    class_names: VectorLike | None = None,
    max_depth: int = 10,
    spacing: int = 3,
    decimals: int = 2,
    show_weights: bool = False,
) -> str:
    """Return a tree's questions and answers as text, a line for each.

    Parameters
    ----------
    decision_tree : a fitted tree
    feature_names : (d,) names; None for feature_0, feature_1, ...
    class_names : (k,) names of the classes of a classifier with one target; None for the labels themselves
    max_depth : branches that go deeper are told by their depth only
    spacing : how far each level is indented
    decimals : of thresholds, values and weights
    show_weights : with each leaf of a classifier, the weight of each class

    Raises
    ------
    ValueError
        For a wrong number of names.

    Examples
    --------
    >>> from scratchml.tree import DecisionTreeClassifier, export_text
    >>> print(export_text(DecisionTreeClassifier(random_state=0).fit([[1.0], [3.0]], ["a", "b"])), end="")
    |--- feature_0 <= 2.00
    |   |--- class: a
    |--- feature_0 >  2.00
    |   |--- class: b
    """
    check_is_fitted(decision_tree, "tree_")
    tree: Tree = decision_tree.tree_
    classifies = is_classifier(decision_tree)
    one_target = tree.n_outputs == 1
    names = names_of(feature_names, tree.n_features, "feature_names") or [
        f"feature_{f}" for f in range(tree.n_features)
    ]
    labels: list[str] | None = None
    if classifies and one_target:
        classes = decision_tree.classes_
        labels = names_of(class_names, len(classes), "class_names") or [str(label) for label in classes]
    elif classifies and class_names is not None:
        raise ValueError("class_names are for a classifier with one target; leave them out.")

    def numbers(values: FloatArray) -> str:
        return "[" + ", ".join(f"{float(v):.{decimals}f}" for v in values) + "]"

    def leaf_text(node: int) -> str:
        value = tree.value[node][0] if one_target else tree.value[node].T[0]
        if not classifies:
            return f" value: {numbers(value)}"
        best = int(np.argmax(value))
        weights = f" weights: {numbers(value * tree.weighted_n_node_samples[node])}" if show_weights else ""
        return f"{weights} class: {labels[best] if labels is not None else best}"

    text, below = StringIO(), subtree_depths(tree)
    stack: list[tuple[int, int, str]] = [(0, 1, "")]
    while stack:
        node, depth, question = stack.pop()
        if question:
            text.write(question)
        indent = (("|" + " " * spacing) * depth)[:-spacing] + "-" * spacing if spacing else "|" * depth
        if depth > max_depth + 1 and below[node] > 1:
            text.write(f"{indent} truncated branch of depth {below[node]}\n")
        elif tree.children_left[node] == LEAF:
            text.write(f"{indent}{leaf_text(node)}\n")
        else:
            asked = f"{indent} {names[tree.feature[node]]}"
            threshold = f"{float(tree.threshold[node]):.{decimals}f}\n"
            stack.append((int(tree.children_right[node]), depth + 1, f"{asked} >  {threshold}"))
            stack.append((int(tree.children_left[node]), depth + 1, f"{asked} <= {threshold}"))
    return text.getvalue()
