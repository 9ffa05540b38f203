"""A tree as a picture: each node with a histogram of what it holds. matplotlib is loaded when the first one is drawn.

Idea
    A box of numbers says little; a histogram says at a glance how mixed a node is, and where its threshold lies. A
    picture of a whole large tree says nothing: only the upper levels are drawn, and the figure says how many there are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import check_is_fitted, is_classifier
from ..core.axes import check_axes
from ..core.typing import Array, IntArray, MatrixLike, VectorLike
from .arrays import Tree
from .export_text import names_of
from .grow import LEAF

# Okabe and Ito's colours, told apart by colour-blind eyes
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999"]
BINS = 24
LONGEST_NAME = 20


def short(number: float, precision: int) -> str:
    """Return a number with `precision` significant digits; whole thousands without an exponent."""
    return f"{number:.0f}" if 1000 <= abs(number) < 1e6 else f"{number:.{precision}g}"


def place_nodes(tree: Tree, max_depth: int) -> tuple[dict[int, tuple[float, int]], int]:
    """Return ({node: (column, level)} of the nodes drawn, how many columns): children side by side, parents between."""
    order: list[tuple[int, int]] = []
    stack = [(0, 0)]
    while stack:
        node, level = stack.pop()
        order.append((node, level))
        if tree.children_left[node] != LEAF and level < max_depth:
            stack += [(int(tree.children_right[node]), level + 1), (int(tree.children_left[node]), level + 1)]
    columns, places = 0, {}
    drawn = {node for node, _ in order}
    for node, level in order:
        if int(tree.children_left[node]) not in drawn:
            places[node] = (float(columns), level)
            columns += 1
    for node, level in reversed(order):
        if node not in places:
            middle = (places[int(tree.children_left[node])][0] + places[int(tree.children_right[node])][0]) / 2
            places[node] = (middle, level)
    return places, columns


def plot_tree(
    decision_tree: Any,
    X: MatrixLike | None = None,
    y: VectorLike | None = None,
    *,
    max_depth: int = 3,
    feature_names: VectorLike | None = None,
    class_names: VectorLike | None = None,
    precision: int = 3,
    ax: Any = None,
    fontsize: float = 8.0,
) -> list[Any]:
    """Draw the upper levels of a fitted tree, each node with a histogram; return the axes of the nodes.

    With X and y, an inner node shows its rows' values of the feature it asks for (by class for a classifier, with y
    for a regressor), and the threshold; a leaf shows its classes or its y. Without, it shows the shares of the classes,
    or the value.

    Parameters
    ----------
    decision_tree : a fitted tree; of many targets the first one is drawn
    X, y : the rows to show, (m, d) and (m,) or (m, t); None for none
    max_depth : how many questions one below the other are drawn; the figure says how many there are
    feature_names : (d,) names; None for those of a data frame that was fitted, or x0, x1, ...
    class_names : (k,) names; None for the labels
    precision : significant digits of thresholds and values
    ax : matplotlib axes to draw in; None for a figure as large as it needs to be
    fontsize : in points

    Raises
    ------
    ValueError
        If only one of X and y is given, or for a wrong number of names.
    """
    import matplotlib.pyplot as plt

    check_is_fitted(decision_tree, "tree_")
    tree: Tree = decision_tree.tree_
    if (X is None) != (y is None):
        raise ValueError("plot_tree needs both X and y, or neither.")
    names = names_of(feature_names, tree.n_features, "feature_names")
    if names is None:
        known = getattr(decision_tree, "feature_names_in_", None)
        names = [str(name) for name in known] if known is not None else [f"x{f}" for f in range(tree.n_features)]
    labels = None
    if is_classifier(decision_tree):
        classes = decision_tree.classes_ if tree.n_outputs == 1 else decision_tree.classes_[0]
        labels = names_of(class_names, len(classes), "class_names") or [str(label) for label in classes]
    places, columns = place_nodes(tree, max_depth)
    levels = 1 + max(level for _, level in places.values())
    if ax is None:
        figure, ax = plt.subplots(figsize=(max(4.0, 1.35 * columns), 0.8 + 1.75 * levels))
        figure.subplots_adjust(left=0.02, right=0.98, bottom=0.04, top=0.9)
    check_axes(ax)
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(0.45 - levels, 0.45))
    ax.axis("off")
    shown = None if X is None else rows_shown(decision_tree, X, y)
    boxes = []
    for node in sorted(places):
        x, level = places[node]
        for child, answer, side in (
            (tree.children_left[node], "yes", "right"),
            (tree.children_right[node], "no", "left"),
        ):
            if int(child) in places:
                to, below = places[int(child)]
                ax.plot([x, to], [-0.3 - level, 0.36 - below], color="#888888", linewidth=1.0, zorder=0)
                where = {"ha": side, "va": "bottom", "fontsize": fontsize, "color": "#555555"}
                ax.text((x + to) / 2, 0.03 - (level + below) / 2, f" {answer} ", **where)  # above the line's middle
        box = ax.inset_axes((x - 0.42, -level - 0.2, 0.84, 0.4), transform=ax.transData)
        draw_node(box, tree, node, (names, labels), shown, precision, fontsize)
        boxes.append(box)
    say_what_is_drawn(ax, tree, places, labels, fontsize)
    return boxes


def rows_shown(decision_tree: Any, X: MatrixLike, y: VectorLike) -> tuple[Array, Array, list[IntArray]]:
    """Return (X, y or class indices, the rows that pass each node)."""
    path = decision_tree.decision_path(X)
    rows = np.repeat(np.arange(path.shape[0]), np.diff(path.indptr))
    order = np.argsort(path.indices, kind="stable")
    ends = np.cumsum(np.bincount(path.indices, minlength=path.shape[1]))
    targets = np.asarray(y)
    targets = targets if targets.ndim == 1 else targets[:, 0]
    if is_classifier(decision_tree):
        many = decision_tree.tree_.n_outputs > 1
        classes = decision_tree.classes_[0] if many else decision_tree.classes_
        targets = np.searchsorted(classes, targets)
    return np.asarray(X, dtype=np.float64), targets, np.split(rows[order], ends[:-1])


def draw_node(
    box: Any,
    tree: Tree,
    node: int,
    names: tuple[list[str], list[str] | None],
    shown: tuple[Array, Array, list[IntArray]] | None,
    precision: int,
    fontsize: float,
) -> None:
    """Draw one node: what it asks or says above, its histogram, how many rows below."""
    features, labels = names
    is_leaf, value = tree.children_left[node] == LEAF, tree.value[node][0]
    if is_leaf:
        said = labels[int(np.argmax(value))] if labels is not None else short(float(value[0]), precision)
        title = said
    else:
        name = features[tree.feature[node]]
        name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 3] + "..."
        title = f"{name}\n<= {short(float(tree.threshold[node]), precision)}?"
    colours = [COLOURS[c % len(COLOURS)] for c in range(len(value))]
    rows = None if shown is None else shown[2][node]
    if shown is not None and rows is not None and len(rows) and not is_leaf:
        values, targets = shown[0][rows, tree.feature[node]], shown[1][rows]
        there = ~np.isnan(values)
        values, targets = values[there], targets[there]
        if labels is not None:
            parts = [values[targets == c] for c in range(len(value))]
            box.hist(parts, bins=BINS, stacked=True, color=colours)
        else:
            box.plot(values, targets, ".", color=COLOURS[0], markersize=2, alpha=0.5, rasterized=True)
        box.axvline(float(tree.threshold[node]), color="black", linewidth=1.2)
    elif labels is not None:
        box.bar(np.arange(len(value)), value, color=colours)
        box.set(ylim=(0, 1.05))
    elif shown is not None and rows is not None and len(rows):
        box.hist(shown[1][rows], bins=BINS, color=COLOURS[0])
        box.axvline(float(value[0]), color="black", linewidth=1.2)
    else:
        box.text(0.5, 0.5, short(float(value[0]), precision), ha="center", va="center", fontsize=fontsize)
    box.set(xticks=[], yticks=[], facecolor="#F5F5F5" if is_leaf else "white")
    box.set_title(title, fontsize=fontsize, pad=2, fontweight="bold" if is_leaf else "normal")
    box.set_xlabel(f"{tree.n_node_samples[node]} rows", fontsize=fontsize - 1, labelpad=3)


def say_what_is_drawn(
    ax: Any, tree: Tree, places: dict[int, tuple[float, int]], labels: list[str] | None, fontsize: float
) -> None:
    """Write on the figure how much of the tree is drawn, and which colour is which class."""
    levels = 1 + max(level for _, level in places.values())
    text = f"all {tree.node_count} nodes"
    if len(places) < tree.node_count:
        text = f"{len(places)} of {tree.node_count} nodes: the upper {levels} of {tree.max_depth + 1} levels"
    ax.set_title(text, fontsize=fontsize + 1, loc="left", color="#333333")
    if labels is not None and len(labels) <= len(COLOURS):
        import matplotlib.patches

        patches = [matplotlib.patches.Patch(color=COLOURS[c], label=label) for c, label in enumerate(labels)]
        columns = min(4, len(labels))
        ax.legend(handles=patches, fontsize=fontsize, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncol=columns)
