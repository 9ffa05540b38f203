"""Pictures of how trees grow, are pruned, and correct each other: the steps of `tree` and `ensemble`, drawn.

Idea
    A node's choice is a curve: the gain of every threshold, the one taken marked. A round of boosting is what is still
    wrong, and the stairs fitted to it. Pruning is a trade: the dearer a leaf, the fewer there are, the more impurity.
Cost
    Pruning: that of `weakest_links`.
References
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), section 3.3. Friedman, Greedy function
    approximation: a gradient boosting machine, Annals of Statistics 29 (2001), algorithm 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core import check_is_fitted, is_classifier, is_data_frame
from ..core.axes import new_axes
from ..core.typing import FloatArray, MatrixLike, VectorLike
from ..tree.plot_tree import place_nodes, plot_tree
from ..tree.pruning import weakest_links
from .shap import BLUE, GREY, ORANGE, names_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

COLOURS = [BLUE, "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#000000"]  # Okabe and Ito
SPAN = 1e-5  # the lowest price shown, beside the highest
STYLES: list[Any] = ["-", "--", "-.", ":", (0, (6, 1)), (0, (3, 1, 1, 1, 1, 1))]


def draw_split(step: Any, *, feature_names: Any = None, max_features: int = 6, ax: Axes | None = None) -> Axes:
    """Draw the gain of every split that a node could have had, by threshold, and the one it took; return the axes.

    Of a tree with random thresholds, those that were drawn: one point for each feature.

    Parameters
    ----------
    step : a "split" step of a tree, with its candidates
    feature_names : names of all features; None for x0, x1, ...
    max_features : curves at most; those of the largest gains are shown
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If the step is no split.
    """
    found = getattr(step, "candidates", None)
    if found is None or step.name != "split":
        raise ValueError(
            f"step {getattr(step, 'name', step)!r} has no candidates to draw; give a 'split' step of "
            "record(model.steps(X, y))."
        )
    best = {int(f): found.gain[found.feature == f].max() for f in np.unique(found.feature)}
    shown = sorted(sorted(best, key=lambda f: -best[f])[:max_features])
    d = max(*best, 0) + 1 if feature_names is None else len(feature_names)
    names = names_for(d, feature_names)
    ax = new_axes(ax, 3.6)
    for k, f in enumerate(shown):
        mine = np.flatnonzero((found.feature == f) & np.isfinite(found.threshold))
        mine = mine[np.argsort(found.threshold[mine], kind="stable")]
        ax.plot(
            found.threshold[mine], found.gain[mine], STYLES[k % 6], color=COLOURS[k % 6], label=names[f],
            marker="o" if len(mine) == 1 else "." if len(mine) < 40 else None,
        )  # fmt: skip
    ax.axvline(step.threshold, color=GREY, linewidth=0.8, zorder=0)
    chosen = f"{names[step.feature]} <= {step.threshold:.3g}"
    ax.plot([step.threshold], [step.gain], "*", color=ORANGE, markersize=13, label=f"taken: {chosen}", zorder=4)
    ax.set(xlabel="threshold", ylabel="gain", title=f"{len(step.rows)} rows, {len(found.gain)} candidates")
    ax.legend(fontsize="small", loc="upper center", ncols=2)
    low, high = ax.get_ylim()
    lines = (len(ax.get_legend_handles_labels()[1]) + 1) // 2
    ax.set_ylim(low, high + (high - low) * (0.06 + 0.09 * lines))  # room for the legend above the curves
    return ax


def draw_pruning(model: Any, *, ax: Axes | None = None) -> Axes:
    """Draw the leaves (left axis) and the impurity (right) that are left at each price of a leaf; return the left axes.

    Parameters
    ----------
    model : a fitted decision tree, grown without `ccp_alpha`
    ax : where to draw; a new picture where None

    Raises
    ------
    NotFittedError
        Before ``fit``.
    """
    check_is_fitted(model, "tree_")
    links = list(weakest_links(model.tree_))
    alpha = np.maximum.accumulate([max(link.alpha, 0.0) for link in links])
    positive = alpha[alpha > 0]
    start, end = (max(positive[0] / 2, SPAN * positive[-1]), 2 * positive[-1]) if len(positive) else (0.5, 2.0)
    price = np.append(np.maximum(alpha, start), end)  # 0 has no place on a logarithmic axis
    leaves = np.array([link.n_leaves for link in links] + [links[-1].n_leaves])
    impurity = np.array([link.impurity for link in links] + [links[-1].impurity])
    ax = new_axes(ax, 3.6)
    ax.step(price, leaves, where="post", color=BLUE, label="leaves")
    ax.set_xscale("log")
    ax.set_yscale("log", base=2)
    from matplotlib.ticker import StrMethodFormatter

    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:.0f}"))
    ax.set(xlabel="price of a leaf (ccp_alpha)", xlim=(start, end))
    ax.set_ylabel("leaves", color=BLUE)
    other = ax.twinx()
    other.step(price, impurity, where="post", color=ORANGE, linestyle="--", label="impurity of the leaves")
    other.set_ylabel("impurity of the leaves", color=ORANGE)
    other.set_ylim(bottom=0)
    ax.set_title(f"{leaves[0]} leaves, pruned in {len(links) - 1} cuts", fontsize="medium")
    return ax


def draw_round(step: Any, X: MatrixLike, *, tree: int = 0, ax: Axes | None = None) -> Axes:
    """Draw the residuals of a round of gradient boosting on one feature, and its tree as stairs; return the axes.

    Parameters
    ----------
    step : a "round" step of GradientBoostingRegressor or GradientBoostingClassifier, recorded
    X : (n, 1) the rows boosted from
    tree : which of the round's trees, for more than two classes
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If the step has no residuals, or X not one feature and as many rows.
    """
    residuals = np.asarray(getattr(step, "residuals", np.empty((0, 0))))
    x = np.asarray(X, dtype=np.float64)
    if residuals.size == 0 or step.name != "round":
        raise ValueError(f"step {step.name!r} has no residuals; give a 'round' step of record(model.steps(X, y)).")
    if x.shape != (residuals.shape[1], 1):
        raise ValueError(f"X has shape {x.shape}, but stairs are drawn over one feature of {residuals.shape[1]} rows.")
    if not 0 <= tree < len(residuals):
        raise ValueError(f"tree={tree}, but the round has {len(residuals)}; give 0 to that less 1.")
    fitted = step.trees[tree].tree_
    ax = new_axes(ax, 3.4)
    ax.axhline(0.0, color=GREY, linewidth=0.8, zorder=0)
    ax.plot(x[:, 0], residuals[tree], ".", color=BLUE, alpha=0.6, label="residuals before the round")
    grid = np.linspace(x.min(), x.max(), 400)[:, None]
    grid = np.sort(np.append(grid, [[t] for t in fitted.threshold[fitted.children_left >= 0]], axis=0), axis=0)
    ax.step(
        grid[:, 0], fitted.predict(np.ascontiguousarray(grid))[:, 0], where="pre", color=ORANGE, linewidth=2,
        label=f"its tree: {fitted.n_leaves} leaves",
    )  # fmt: skip
    ax.set(xlabel="x", ylabel="residual", title=f"round {step.iteration}, loss after it {step.train_score:.3g}")
    ax.legend(fontsize="small")
    return ax


def impurities(targets: FloatArray, counts: Any, criterion: str) -> FloatArray:
    """Return the impurity of sets of rows, given the sums of their one-hot rows or of (y, y^2); counts (m,) rows each.

    Gini: 1 - sum p^2. Entropy: -sum p log2 p. Squared error: mean(y^2) - mean(y)^2.
    """
    p = targets / np.asarray(counts, dtype=np.float64)[:, None]
    if criterion == "gini":
        found: FloatArray = 1.0 - (p * p).sum(axis=1)
    elif criterion in ("entropy", "log_loss"):
        found = -(p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=1)
    else:
        found = np.maximum(p[:, 1] - p[:, 0] ** 2, 0.0)
    return found


def draw_split_curve(
    model: Any,
    X: MatrixLike,
    y: VectorLike,
    feature: int,
    *,
    node: int = 0,
    feature_names: Any = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the impurity that each threshold of one feature would leave at a node of a fitted tree; return the axes.

    Every row counts alike: weights of the fit are not known to the tree.

    Parameters
    ----------
    model : a fitted tree, scikit-learn's too, of criterion gini, entropy, log_loss, squared_error or friedman_mse
    X, y : the rows of its fit, shapes (n, d) and (n,)
    feature : the column to try
    node : a node of ``model.tree_``; the rows that pass it are split
    feature_names : (d,) names; None for those of a data frame, or x0, x1, ...
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        For an unknown criterion, feature or node, a y that is not one target for each row, or where
        the rows at the node have one value of the feature only.
    """
    check_is_fitted(model, "tree_")
    tree, criterion = model.tree_, model.criterion
    names = names_for(np.shape(X)[1], feature_names, X)
    if criterion not in ("gini", "entropy", "log_loss", "squared_error", "friedman_mse"):
        raise ValueError(f"criterion={criterion!r} has no curve here; fit with gini, entropy or squared_error.")
    if not 0 <= feature < len(names) or not 0 <= node < len(tree.feature):
        raise ValueError(f"feature={feature}, node={node}, but there are {len(names)} and {len(tree.feature)} of them.")
    if np.ndim(y) != 1 or len(y) != np.shape(X)[0]:
        raise ValueError(f"y has shape {np.shape(y)} for {np.shape(X)[0]} rows; give one target for each row.")
    passed = model.decision_path(X)
    rows = np.repeat(np.arange(passed.shape[0]), np.diff(passed.indptr))[passed.indices == node]
    x = np.asarray(X[list(X.columns)[feature]] if is_data_frame(X) else np.asarray(X)[:, feature], dtype=np.float64)
    order = rows[np.argsort(x[rows], kind="stable")]
    values, targets = x[order], np.asarray(y)[order]
    cuts = np.flatnonzero(values[1:] > values[:-1]) + 1  # rows on the left of each threshold
    if not len(cuts):
        raise ValueError(f"{len(rows)} rows at node {node} have one value of {names[feature]}; take another feature.")
    if is_classifier(model):
        each = (targets[:, None] == np.asarray(model.classes_)).astype(np.float64)
    else:
        shifted = targets.astype(np.float64) - targets.mean()  # so that no digits are lost in mean(y^2) - mean(y)^2
        each = np.column_stack([shifted, shifted**2])
    sums, n = np.cumsum(each, axis=0), len(order)
    left, right = sums[cuts - 1], sums[-1] - sums[cuts - 1]
    after = cuts / n * impurities(left, cuts, criterion) + (n - cuts) / n * impurities(right, n - cuts, criterion)
    before = float(impurities(sums[-1:], [n], criterion)[0])
    ax = new_axes(ax, 3.8)
    mark = "." if len(cuts) < 40 else None
    ax.plot((values[cuts - 1] + values[cuts]) / 2, after, color=BLUE, marker=mark, label="after the split")
    ax.axhline(before, color=GREY, linestyle="--", linewidth=1.2, label=f"before: {before:.3g}")
    if tree.children_left[node] >= 0 and tree.feature[node] == feature:
        taken = float(tree.threshold[node])
        at = int(np.clip(np.searchsorted(values, taken, side="right"), 1, n - 1))
        height = after[int(np.argmin(np.abs(cuts - at)))]
        ax.plot([taken], [height], "*", color=ORANGE, markersize=14, label=f"taken: {taken:.3g}", zorder=4)
    ax.set(xlabel=f"threshold of {names[feature]}", ylabel=criterion, title=f"node {node}: {n} rows")
    ax.legend(fontsize="small")
    return ax


def draw_tree_path(
    model: Any, x: Any, *, X: MatrixLike | None = None, y: VectorLike | None = None, ax: Any = None, **look: Any
) -> Axes:
    """Draw a fitted tree by `scratchml.tree.plot_tree` with the way of one row through it marked; return the axes.

    Parameters
    ----------
    model : a fitted tree
    x : the row, shape (d,), or a data frame of one row
    X, y : rows whose histograms the nodes show; None for none
    ax : where to draw; a picture as large as it needs to be where None
    look : further arguments of `plot_tree`: max_depth, feature_names, class_names, precision, fontsize

    Raises
    ------
    ValueError
        If x does not fit the model, or plot_tree refuses its arguments.
    """
    check_is_fitted(model, "tree_")
    row = x if is_data_frame(x) else np.asarray(x, dtype=np.float64).reshape(1, -1)
    way = [int(node) for node in model.decision_path(row).indices]
    boxes = plot_tree(model, X, y, ax=ax, **look)
    whole: Axes = boxes[0].figure.axes[0] if ax is None else ax
    places, _ = place_nodes(model.tree_, look.get("max_depth", 3))
    for node, box in zip(sorted(places), boxes):
        if node not in way:
            continue
        for side in box.spines.values():
            side.set(color=ORANGE, linewidth=2.5)
        for child in (int(model.tree_.children_left[node]), int(model.tree_.children_right[node])):
            if child in way and child in places:
                (start, above), (end, below) = places[node], places[child]
                whole.plot([start, end], [-0.3 - above, 0.4 - below], color=ORANGE, linewidth=3.0, zorder=1)
    return whole
