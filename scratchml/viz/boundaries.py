"""Pictures of what a model says at every place of a plane: regions with probabilities, borders, margins.

Idea
    Ask the model at each place of a fine grid and colour the place by the answer: the fuller the colour, the surer the
    model. The black line is the border, where it would toss a coin. A machine with support vectors shows its street
    (f = -1 and 1, dashed) and rings the rows that hold it up.
Cost
    One prediction for each place of the grid.
References
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, figures 2.1 to 2.5 and 12.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from ..core import is_classifier, is_data_frame
from ..core.axes import new_axes
from ..core.rules import check_rules, integer, one_of
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .clusters import check_plane
from .shap import BLUE, ORANGE, names_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

COLOURS = [BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#56B4E9"]  # Okabe and Ito
MARKS = "os^Dv*"
ROOM = 0.1  # margin around the points, as a share of their range
FULL = 0.5  # opacity of a region where the model is sure
CALLS = ("predict_proba", "decision_function", "predict")


class Plane(NamedTuple):
    """Places (m, 2) of a grid, in the order of its rows, and the values of each axis (grid,)."""

    across: FloatArray
    up: FloatArray
    places: FloatArray


def lay_grid(points: FloatArray, grid: int) -> Plane:
    """Return a grid of grid x grid places around points (n, 2)."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = ROOM * np.where(high > low, high - low, 1.0)
    across, up = (np.linspace(a - r, b + r, grid) for a, b, r in zip(low, high, room))
    return Plane(across, up, np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2))


def answer(model: Any, response_method: str) -> str:
    """Return the name of the method to ask: the one given, or the first that the model has.

    Raises
    ------
    ValueError
        If the model has it not.
    """
    names = CALLS if response_method == "auto" else (response_method,)
    found = next((name for name in names if hasattr(model, name)), None)
    if found is None:
        raise ValueError(f"{type(model).__name__} has no {' or '.join(names)}; fit one that has, or ask for another.")
    return found


def last_step(model: Any) -> Any:
    """Return the last fitted estimator of a pipeline, or the model itself."""
    return model[-1] if hasattr(model, "named_steps") else model


def shade(shares: FloatArray, grid: int) -> FloatArray:
    """Return an image (grid, grid, 4): the colour of the likeliest class, the fuller the surer. shares (m, k): read."""
    from matplotlib.colors import to_rgb

    k = shares.shape[1]
    tints = np.array([to_rgb(COLOURS[j % len(COLOURS)]) for j in range(k)])
    likeliest = shares.argmax(axis=1)
    # 0 where all classes are alike, 1 where one is certain
    sureness = (shares.max(axis=1) - 1.0 / k) / (1.0 - 1.0 / k) if k > 1 else np.ones(len(shares))
    image = np.column_stack([tints[likeliest], 0.06 + (FULL - 0.06) * sureness])
    return image.reshape(grid, grid, 4)


def said_of_classes(model: Any, method: str, places: Any, classes: Array) -> tuple[FloatArray, FloatArray | None]:
    """Return (shares (m, k) that colour the plane, f (m,) of two classes, whose border is at 0, or None)."""
    said = np.asarray(getattr(model, method)(places))
    if method == "predict":
        return (said[:, None] == classes).astype(np.float64), None
    if method == "predict_proba":
        return said, said[:, 1] - 0.5 if len(classes) == 2 else None
    if said.ndim == 1:
        p = 0.5 + 0.5 * np.tanh(said)  # shades only: how full the colour is
        return np.column_stack([1.0 - p, p]), said
    # one against one and one against rest: the largest wins; how sure, by the lead over the second
    shares: FloatArray = np.full((len(said), len(classes)), 0.0)
    first, second = np.sort(said, axis=1)[:, [-1, -2]].T
    lead = 0.5 + 0.5 * np.tanh(first - second)
    shares[np.arange(len(said)), said.argmax(axis=1)] = lead
    return shares, None


def draw_decision_regions(
    model: Any,
    X: MatrixLike,
    y: VectorLike | None = None,
    *,
    response_method: str = "auto",
    feature_names: Any = None,
    grid: int = 160,
    ax: Axes | None = None,
) -> Axes:
    """Draw what a fitted model of two features says everywhere, and the rows; return the axes.

    A classifier shows its regions, the surer the fuller, and the border between them; one with support vectors also its
    street and, ringed, those vectors. A regressor, or a detector of outliers, shows the lines of equal values; a
    detector's border is black.

    Parameters
    ----------
    model : fitted to two features; scikit-learn's, too, and pipelines
    X : the rows to show, shape (n, 2); for support vectors to be ringed, those of the fit
    y : labels or targets, shape (n,), by which the rows are coloured; None for grey
    response_method : "predict_proba", "decision_function" or "predict"; "auto" for the first that there is, but
        decision_function for a model with support vectors
    feature_names : two names; None for those of a data frame, or x0 and x1
    grid : places along each side
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If X has not two columns, y has another length, or the model cannot answer.
    """
    rules = {"response_method": one_of("auto", *CALLS), "grid": integer(2, None)}
    check_rules("draw_decision_regions", rules, {"response_method": response_method, "grid": grid})
    points = check_plane(X, "X")
    labels = None if y is None else np.asarray(y)
    if labels is not None and labels.shape != (len(points),):
        raise ValueError(f"y has shape {labels.shape} for {len(points)} rows; give one value for each.")
    names = names_for(2, feature_names, X)
    machine = last_step(model)
    # of selectors of features `support_` is a mask of columns: no support vectors
    holders = getattr(machine, "support_", None) if hasattr(machine, "dual_coef_") else None
    wanted = "decision_function" if holders is not None and response_method == "auto" else response_method
    method = answer(model, wanted if hasattr(model, wanted) else response_method)
    plane = lay_grid(points, grid)
    # a model fitted to a data frame is asked with one of the same kind and names
    places = type(X)(dict(zip(X.columns, plane.places.T))) if is_data_frame(X) else plane.places
    classes = getattr(model, "classes_", None) if is_classifier(model) else None
    if classes is None:
        heights = np.asarray(getattr(model, method)(places), dtype=np.float64)
        draw_heights(heights, plane, method, ax := new_axes(ax, 4.8))
    else:
        said = said_of_classes(model, method, places, np.asarray(classes))
        draw_classes(said, plane, holders is not None, ax := new_axes(ax, 4.8))
    draw_rows(points, labels, None if classes is None else np.asarray(classes), ax)
    if holders is not None and len(holders) and np.max(holders) < len(points):
        ax.scatter(
            points[holders, 0],
            points[holders, 1],
            s=85,
            facecolors="none",
            edgecolors="black",
            linewidths=1.0,
            zorder=4,
        )
    ax.set(xlim=plane.across[[0, -1]], ylim=plane.up[[0, -1]], xlabel=names[0], ylabel=names[1])
    ax.set_title(type(machine).__name__)
    return ax


def draw_classes(said: tuple[FloatArray, FloatArray | None], plane: Plane, has_street: bool, ax: Axes) -> None:
    """Draw the shaded regions, the border of each class and, of a machine with a street, where f is -1 and 1."""
    shares, f = said
    grid = len(plane.across)
    half = (plane.across[1] - plane.across[0]) / 2, (plane.up[1] - plane.up[0]) / 2
    extent = (
        plane.across[0] - half[0], plane.across[-1] + half[0], plane.up[0] - half[1], plane.up[-1] + half[1],
    )  # fmt: skip
    ax.imshow(shade(shares, grid), extent=extent, origin="lower", aspect="auto", interpolation="nearest", zorder=0)
    if f is not None:
        for level in (-1.0, 0.0, 1.0) if has_street else (0.0,):
            if f.min() < level < f.max():
                style = "-" if level == 0 else "--"
                ax.contour(
                    plane.across, plane.up, f.reshape(grid, grid), levels=[level], colors="black", linestyles=style,
                    linewidths=1.3,
                )  # fmt: skip
        return
    likeliest = shares.argmax(axis=1)
    for j in np.unique(likeliest)[1:]:  # the border of the first is that of the others
        others = np.delete(shares, j, axis=1).max(axis=1)
        ahead = (shares[:, j] - others).reshape(grid, grid)
        ax.contour(plane.across, plane.up, ahead, levels=[0.0], colors="black", linewidths=1.0)


def draw_heights(f: FloatArray, plane: Plane, method: str, ax: Axes) -> None:
    """Draw the lines of equal f (m,), with a bar of colours; the line of 0 in black for a decision function."""
    grid = len(plane.across)
    heights = f.reshape(grid, grid)
    levels = np.linspace(f.min(), f.max(), 13) if f.max() > f.min() else np.array([f[0] - 0.5, f[0] + 0.5])
    filled = ax.contourf(plane.across, plane.up, heights, levels=levels, cmap="cividis", alpha=0.8)
    ax.figure.colorbar(filled, ax=ax, label="prediction" if method == "predict" else method)
    if method == "decision_function" and f.min() < 0 < f.max():
        ax.contour(plane.across, plane.up, heights, levels=[0.0], colors="black", linewidths=1.5)


def draw_rows(points: FloatArray, labels: Array | None, classes: Array | None, ax: Axes) -> None:
    """Draw the rows: each class with its colour and mark, or grey."""
    if labels is None or classes is None:
        ax.scatter(points[:, 0], points[:, 1], s=16, color="white", edgecolors="black", linewidths=0.6, zorder=3)
        return
    for j, label in enumerate(classes):
        mine = points[labels == label]
        ax.scatter(
            mine[:, 0], mine[:, 1], s=26, color=COLOURS[j % len(COLOURS)], marker=MARKS[j % len(MARKS)],
            edgecolors="white", linewidths=0.5, label=str(label), zorder=3,
        )  # fmt: skip
    ax.legend(fontsize="small", loc="best")
