"""Pictures of support vector machines: the street between two classes, and how a fit closes its gap.

Idea
    A border is understood by its street: where f = -1, 0 and 1. The support vectors are ringed, the ring the larger the
    more the point counts (its alpha). The second picture is the certificate in time: the worst violation of each step
    and the dual objective, which never falls.
Cost
    One prediction for each pixel of the grid.
References
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, figure 12.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import check_is_fitted
from ..core.axes import new_axes
from ..core.typing import MatrixLike, VectorLike
from .shap import names_for

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"  # told apart by colour-blind eyes, too
GRID = 160  # points of the grid each way
ROOM = 0.15  # margin around the points, as a share of their range


def draw_margins(model: Any, X: MatrixLike, y: VectorLike, ax: Any = None) -> Any:
    """Draw a fitted two-class machine on two features: points, border, street, support vectors; return the axes.

    Parameters
    ----------
    model : fitted, with decision_function, classes_, support_ and dual_coef_
    X : shape (n, 2), what it was fitted to
    y : shape (n,)
    ax : Matplotlib axes; those of a new picture where None

    Raises
    ------
    ValueError
        For other than two features or two classes, rows that are not the fit's, or a machine without support vectors.
    NotFittedError
        Before ``fit``.
    """
    check_is_fitted(model, "classes_")
    if not (hasattr(model, "support_") and hasattr(model, "dual_coef_")):
        raise ValueError(f"{type(model).__name__} keeps no support vectors; give an SVC, or use draw_decision_regions.")
    points, labels = np.asarray(X, dtype=np.float64), np.asarray(y)
    if labels.shape != points.shape[:1]:
        raise ValueError(f"y has shape {labels.shape} for {len(points)} rows; give one value for each.")
    if points.ndim != 2 or points.shape[1] != 2 or len(model.classes_) != 2:
        raise ValueError(
            f"X has shape {points.shape} and the model {len(model.classes_)} classes; a street is drawn for two "
            "features and two classes."
        )
    if np.max(model.support_, initial=-1) >= len(points):
        raise ValueError(
            f"X has {len(points)} rows, and row {np.max(model.support_)} is a support vector; give the fit's."
        )
    low, high = points.min(axis=0), points.max(axis=0)
    room = ROOM * np.maximum(high - low, 1e-9)
    first, second = (np.linspace(a - r, b + r, GRID) for a, b, r in zip(low, high, room))
    places = np.stack(np.meshgrid(first, second), axis=-1)
    ax = new_axes(ax, 4.8)
    f = model.decision_function(places.reshape(-1, 2)).reshape(GRID, GRID)
    ax.contourf(first, second, f, levels=[-np.inf, 0.0, np.inf], colors=[BLUE, ORANGE], alpha=0.12)
    levels = [level for level in (-1.0, 0.0, 1.0) if f.min() < level < f.max()]
    styles = [{-1.0: "--", 0.0: "-", 1.0: "--"}[level] for level in levels]
    if levels:
        ax.contour(first, second, f, levels=levels, colors="black", linestyles=styles, linewidths=1.2)
    for label, colour, marker in zip(model.classes_, (BLUE, ORANGE), "os"):
        mine = labels == label
        ax.scatter(*points[mine].T, s=24, c=colour, marker=marker, label=str(label), zorder=3)
    alpha = np.abs(model.dual_coef_).sum(axis=0)
    if len(alpha):
        size = 40.0 + 90.0 * alpha / alpha.max()
        ax.scatter(*points[model.support_].T, s=size, facecolors="none", edgecolors="black", linewidths=1.1, zorder=4)
    names = names_for(2, None, X)
    ax.set(xlim=(first[0], first[-1]), ylim=(second[0], second[-1]), xlabel=names[0], ylabel=names[1])
    ax.set_title(f"{type(model).__name__}: {len(alpha)} support vectors (ringed)")
    ax.legend(fontsize="small", loc="best")
    return ax


def draw_gap(steps: Sequence[Any], ax: Any = None) -> Any:
    """Draw the violation of each recorded move (logarithmic, left) and the dual objective (right); return the
    left axes.

    Raises
    ------
    ValueError
        If no step is a move.
    """
    moves = [step for step in steps if step.name == "move"]
    if not moves:
        raise ValueError("steps holds no step named 'move'; give what record(model.steps(X, y)) returns.")
    ax = new_axes(ax, 3.8)
    time = [step.iteration for step in moves]
    ax.semilogy(time, [step.violation for step in moves], color=BLUE, label="violation of the pair moved")
    ax.set(xlabel="iteration", ylabel="violation")
    ax.yaxis.label.set_color(BLUE)
    other = ax.twinx()
    other.plot(time, [step.objective for step in moves], color=ORANGE, linestyle="--", label="dual objective")
    other.set_ylabel("dual objective", color=ORANGE)
    return ax
