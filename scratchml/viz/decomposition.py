"""Pictures of principal components: how much each explains, and the rows with the columns' arrows among them.

Idea
    The scree plot shows where the cliff of variances ends and rubble begins. The biplot shows rows by their first two
    projections, and each column as an arrow: its length and direction say how it goes into the two components.
Maths
    A row is at z = (x - m) V^T, an arrow at column j of V times a scale for each axis that fits the arrows to the rows.
References
    Cattell (1966), The scree test for the number of factors. Gabriel (1971), The biplot graphic display of matrices,
    Biometrika 58, 453-467.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import check_is_fitted
from ..core.axes import new_axes
from ..core.typing import FloatArray, MatrixLike, VectorLike

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # told apart by colour-blind eyes, too
MOST_ARROWS = 12  # the longest; more cannot be read
SHORTEST = 0.1  # of the longest: shorter ones would lie on top of each other


def draw_scree(model: Any, ax: Any = None) -> Any:
    """Draw the share of the variance that each component explains, and the sum of them so far; return `ax`.

    Parameters
    ----------
    model : fitted, with explained_variance_ratio_ (`PCA`, `IncrementalPCA`, scikit-learn's)
    ax : Matplotlib axes; None: new ones
    """
    check_is_fitted(model, "explained_variance_ratio_")
    ax = new_axes(ax)
    share = np.asarray(model.explained_variance_ratio_)
    number = np.arange(1, len(share) + 1)
    ax.bar(number, share, color=COLOURS[0], label="each")
    ax.plot(number, np.cumsum(share), color=COLOURS[1], marker="o", markersize=3, label="so far")
    ax.set_ylim(0, 1.05)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("component")
    ax.set_ylabel("share of the variance")
    ax.set_title(f"{len(share)} components explain {share.sum():.1%}")
    ax.legend(loc="center right")
    return ax


def keep_apart(heights: FloatArray, gap: float) -> FloatArray:
    """Return heights moved so that any two are at least `gap` apart, in the same order: a crowd spreads out evenly."""
    order = np.argsort(heights)
    crowds: list[list[float]] = []  # of each: its mean height, and how many stand in it, gap by gap
    for height in heights[order]:
        crowds.append([float(height), 1.0])
        while len(crowds) > 1:
            (low, m), (high, n) = crowds[-2:]
            if high - low >= 0.5 * (m + n) * gap:
                break
            crowds[-2:] = [[(m * low + n * high) / (m + n), m + n]]
    placed = [middle + (i - 0.5 * (size - 1.0)) * gap for middle, size in crowds for i in range(int(size))]
    found = np.empty(len(heights))
    found[order] = placed
    return found


def make_room(ax: Any, texts: list[Any]) -> None:
    """Widen the axes until all texts are inside, with a margin: a layout may yet make the axes smaller."""
    for _ in range(3):  # wider axes make texts wider, in their units
        (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
        to_data, margin = ax.transData.inverted(), np.array([0.05 * (right - left), 0.02 * (high - low)])
        corners = np.concatenate([to_data.transform(text.get_window_extent().get_points()) for text in texts])
        (x0, y0), (x1, y1) = corners.min(axis=0) - margin, corners.max(axis=0) + margin
        if left <= x0 and x1 <= right and low <= y0 and y1 <= high:
            return
        ax.set(xlim=(min(left, x0), max(right, x1)), ylim=(min(low, y0), max(high, y1)))


def draw_biplot(model: Any, X: MatrixLike, y: VectorLike | None = None, ax: Any = None, names: Any = None) -> Any:
    """Draw rows by their first two projections, and columns as arrows; return `ax`.

    Parameters
    ----------
    model : fitted, with at least two components_ and transform
    X : rows, shape (n, d)
    y : classes, shape (n,), for the colours
    ax : Matplotlib axes; None: new ones
    names : of the columns; None: the model's feature_names_in_, or x0, x1, ...

    Raises
    ------
    ValueError
        For fewer than two components, or a wrong number of names or classes.
    NotFittedError
        Before ``fit``.
    """
    check_is_fitted(model, "components_")
    axes = np.asarray(model.components_)
    if len(axes) < 2:
        raise ValueError(f"the model has {len(axes)} component; a biplot needs two.")
    known = getattr(model, "feature_names_in_", None)
    names = list(names if names is not None else known if known is not None else [])
    names = names or [f"x{j}" for j in range(axes.shape[1])]
    if len(names) != axes.shape[1]:
        raise ValueError(f"names has {len(names)} entries for {axes.shape[1]} columns; give one for each.")
    Z = np.asarray(model.transform(X))[:, :2]
    labels = np.zeros(len(Z), dtype=int) if y is None else np.asarray(y)
    if labels.shape != Z.shape[:1]:
        raise ValueError(f"y has shape {labels.shape} for {len(Z)} rows; give one value for each.")
    ax = new_axes(ax)
    for i, label in enumerate(np.unique(labels)):
        mine = Z[labels == label]
        ax.scatter(*mine.T, s=14, color=COLOURS[i % len(COLOURS)], alpha=0.7, label=None if y is None else str(label))
    arrows = axes[:2].T
    scale = 0.9 * np.abs(Z).max(axis=0) / np.maximum(np.abs(arrows).max(axis=0), 1e-300)
    length = np.hypot(*(arrows / np.maximum(np.abs(arrows).max(axis=0), 1e-300)).T)
    drawn = [j for j in np.argsort(-length)[:MOST_ARROWS] if length[j] >= SHORTEST * length.max()]
    tips = arrows[drawn] * scale
    for tip in tips:
        ax.annotate("", xy=tip, xytext=(0, 0), arrowprops={"arrowstyle": "->", "color": "black", "lw": 1.2})
    ax.margins(x=0.25)  # room for names beyond the tips
    texts: list[Any] = []
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    for side, ha in ((tips[:, 0] < 0, "right"), (tips[:, 0] >= 0, "left")):
        beyond = (right - left) * (0.015 if ha == "left" else -0.015)
        heights = keep_apart(tips[side, 1] * 1.04, 0.042 * (high - low))
        for j, x, height in zip(np.array(drawn)[side], tips[side, 0] + beyond, heights):
            box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.8}
            texts.append(ax.text(x, height, str(names[j]), ha=ha, va="center", fontsize=8, bbox=box))
    make_room(ax, texts)
    share = np.asarray(model.explained_variance_ratio_)
    ax.set_xlabel(f"component 1 ({share[0]:.0%} of the variance)")
    ax.set_ylabel(f"component 2 ({share[1]:.0%})")
    ax.set_title("Biplot: rows as points, columns as arrows")
    if y is not None:
        ax.legend(loc="best", fontsize=8)
    return ax
