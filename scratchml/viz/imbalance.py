"""A picture of SMOTE: one rare row, its neighbours, the segment drawn, the new row on it; and all the new rows behind.

Idea
    The formula x_a + gap (x_b - x_a) is a segment between two points. Seeing where the segments run shows what SMOTE
    assumes: that between two neighbours of one class there is nothing but that class.
Cost
    A marker for each row, a line for each new one.
References
    Chawla, Bowyer, Hall, Kegelmeyer (2002), SMOTE, Journal of Artificial Intelligence Research 16: section 4.2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.axes import new_axes
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .shap import names_for

COLOURS = ("#0072B2", "#D55E00", "#999999", "#CC79A7", "#E69F00", "#56B4E9")  # told apart by colour-blind eyes, too
GREEN = "#009E73"  # of the rows made
MARKERS = "os^vDP"


def neighbours_of(sampler: Any, points: FloatArray, labels: Array, pair: IntArray) -> IntArray:
    """Return the rows among which the seed's partner was drawn, without it: the k nearest rows of the seed's class.

    pair : the seed and its partner. None are returned where they are not of one class, or k is not a number.
    """
    seed, partner = int(pair[0]), int(pair[1])
    k = getattr(sampler, "k_neighbors", getattr(sampler, "n_neighbors", None))
    if not isinstance(k, (int, np.integer)) or labels[seed] != labels[partner]:
        return np.empty(0, dtype=np.int64)
    mine = np.flatnonzero(labels == labels[seed])
    mine = mine[mine != seed]
    nearest = mine[np.argsort(((points[mine] - points[seed]) ** 2).sum(axis=1), kind="stable")[:k]]
    return np.asarray(nearest[nearest != partner])


def draw_segments(sampler: Any, X: MatrixLike, y: VectorLike, ax: Any = None, row: int | None = None) -> Any:
    """Draw the rows an over-sampler was given and those it made, on two features; return `ax`.

    Parameters
    ----------
    sampler : after ``fit_resample(X, y)``, with `parents_` and `gaps_` (those of `scratchml.imbalance`)
    X : shape (n, 2), what it was given
    y : shape (n,)
    ax : Matplotlib axes; None: new ones
    row : number of the new row whose seed, neighbours, segment and place are to stand out; None: none

    Raises
    ------
    ValueError
        For other than two features, a sampler that made no rows, or a row that it did not make.
    """
    points, labels = np.asarray(X, dtype=np.float64), np.asarray(y)
    parents, gaps = getattr(sampler, "parents_", None), getattr(sampler, "gaps_", None)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"X has shape {points.shape}; segments are drawn for two features.")
    if parents is None or gaps is None or len(parents) == 0:
        raise ValueError(f"{type(sampler).__name__} has made no rows; call fit_resample with a class to enlarge first.")
    if row is not None and not -len(parents) <= row < len(parents):
        raise ValueError(f"row={row} is not among the {len(parents)} rows made; give a number below {len(parents)}.")
    ax = new_axes(ax)
    a, b = points[parents[:, 0]], points[parents[:, 1]]
    made = a + gaps[:, None] * (b - a)
    for start, end in zip(a, b):
        ax.plot(*np.column_stack([start, end]), color=GREEN, linewidth=0.6, alpha=0.35, zorder=1)
    for i, label in enumerate(np.unique(labels)):
        mine = points[labels == label]
        colour, marker = COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]
        ax.scatter(*mine.T, s=18, c=colour, marker=marker, label=f"class {label}", zorder=2)
    ax.scatter(*made.T, s=16, c=GREEN, marker="x", linewidths=1.0, label="made", zorder=3)
    if row is not None:
        for other in neighbours_of(sampler, points, labels, parents[row]):
            ax.plot(*np.column_stack([a[row], points[other]]), color="black", linewidth=0.8, linestyle=":", zorder=4)
            ax.scatter(*points[other], s=90, facecolors="none", edgecolors="black", linestyles=":", zorder=5)
        ax.plot(*np.column_stack([a[row], b[row]]), color="black", linewidth=1.6, zorder=4)
        ax.scatter(*a[row], s=110, facecolors="none", edgecolors="black", linewidths=1.6, label="seed", zorder=5)
        ax.scatter(*b[row], s=110, facecolors="none", edgecolors="black", linestyles=":", label="neighbour", zorder=5)
        ax.scatter(*made[row], s=70, c="black", marker="x", zorder=6)
        ax.annotate(f"gap {gaps[row]:.2f}", made[row], textcoords="offset points", xytext=(8, 6))
    names = names_for(2, None, X)
    ax.set(xlabel=names[0], ylabel=names[1])
    ax.set_title(f"{type(sampler).__name__}: {len(made)} rows made between neighbours")
    ax.legend(loc="best", fontsize=8, framealpha=0.9)
    return ax
