"""Pictures of Shapley values: all rows as bars, all rows as points, one row as a staircase.

Idea
    The bar asks how much a feature matters on the whole: the mean of its absolute values. The swarm shows every row: to
    which side a feature pushes, and, by the colour, at which of its values. The staircase takes one prediction apart:
    it starts at what is expected of any row, and each feature moves it on, the strongest last.
Cost
    The swarm draws n points for each of the features shown.
References
    Lundberg et al., From local explanations to global understanding with explainable AI for trees, Nature Machine
    Intelligence 2 (2020), figures 3 and 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core import is_data_frame
from ..core.axes import new_axes
from ..core.rules import check_rules, either, integer, none
from ..core.typing import FloatArray, IntArray, MatrixLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"  # told apart by colour-blind eyes, too
BINS = 60  # places along the axis of a swarm at which points are stacked
SPREAD = 0.38  # half the height of a line of the swarm


def names_for(d: int, names: Any, X: Any = None) -> list[str]:
    """Return d names of features: as given, of a data frame's columns, or x0, x1, ...

    Raises
    ------
    ValueError
        If there are not d of them.
    """
    found = list(names) if names is not None else list(X.columns) if is_data_frame(X) else [f"x{f}" for f in range(d)]
    if len(found) != d:
        raise ValueError(f"feature_names has {len(found)} names for {d} features; give one for each.")
    return [str(name) for name in found]


def of_output(explanation: Any, output: int | None) -> tuple[FloatArray, float]:
    """Return the values (n, d) and the base value of one output.

    Raises
    ------
    ValueError
        If there are several outputs and none is named, or one that is not there.
    """
    check_rules("draw", {"output": either(none, integer(0))}, {"output": output})
    values, base = explanation
    if isinstance(values, list):
        raise ValueError(
            "explanation has a list of values, one for each target; give one: Explanation(values[t], ...)."
        )
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 2:
        return values, float(np.ravel(base)[0])
    if values.ndim != 3:
        raise ValueError(f"explanation has values of shape {values.shape}; give what tree_shap returns.")
    if output is None or output >= values.shape[2]:
        raise ValueError(f"output={output!r}, but the values are of {values.shape[2]} outputs; give 0 to that less 1.")
    return values[:, :, output], float(base[output])


def strongest(values: FloatArray, count: int) -> IntArray:
    """Return the features (at most count) of the largest mean absolute values (n, d), the largest first."""
    order: IntArray = np.argsort(-np.abs(values).mean(axis=0), kind="stable")
    return order[:count]


def draw_shap_bars(
    explanation: Any,
    *,
    output: int | None = None,
    feature_names: Any = None,
    max_features: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean absolute Shapley value of each feature, the largest on top; return the axes.

    Parameters
    ----------
    explanation : what `tree_shap` returned
    output : which, where there are several
    feature_names : d names; None for x0, x1, ...
    max_features : how many to show
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        For a wrong `output`, or another number of names.

    >>> import numpy as np
    >>> ax = draw_shap_bars((np.array([[1.0, -3.0], [1.0, 1.0]]), 0.0))
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['x1', 'x0']
    """
    values, _ = of_output(explanation, output)
    names, shown = names_for(values.shape[1], feature_names), strongest(values, max_features)
    ax = new_axes(ax, 1.2 + 0.32 * len(shown))
    sizes, places = np.abs(values).mean(axis=0)[shown], np.arange(len(shown))
    ax.barh(places, sizes, color=BLUE, height=0.7)
    ax.set_yticks(places, [names[f] for f in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_xlabel("mean of |Shapley value|")
    if len(shown) < len(names):
        ax.set_title(f"{len(shown)} of {len(names)} features", fontsize="medium")
    return ax


def swarm(x: FloatArray) -> FloatArray:
    """Return heights (n,) in [-1, 1] that keep points at nearly the same x (n,) apart: stacked from the middle."""
    low, width = x.min(), np.ptp(x)
    bins = (
        np.zeros(len(x), dtype=np.int64) if width == 0 else np.minimum(BINS * (x - low) / width, BINS - 1).astype(int)
    )
    order = np.argsort(bins, kind="stable")
    starts = np.searchsorted(bins[order], bins[order])
    turn = np.arange(len(x)) - starts  # 0, 1, 2, ... within a bin
    heights = np.empty(len(x))
    heights[order] = np.where(turn % 2 == 0, 1, -1) * ((turn + 1) // 2)
    top = np.abs(heights).max()
    return heights / top if top > 0 else heights


def draw_beeswarm(
    explanation: Any,
    X: MatrixLike,
    *,
    output: int | None = None,
    feature_names: Any = None,
    max_features: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Draw each row's Shapley values as points, coloured by the rank of the feature's value; return the axes.

    Parameters
    ----------
    explanation : what `tree_shap` returned
    X : the rows explained, (n, d); numbers, NaN (drawn grey) where missing
    output, feature_names, max_features, ax : as of `draw_shap_bars`; names of a data frame are its columns'

    Raises
    ------
    ValueError
        For a wrong `output`, another number of names, or an X of another shape.
    """
    values, _ = of_output(explanation, output)
    rows = np.asarray(X)
    if rows.shape != values.shape:
        raise ValueError(f"X has shape {rows.shape}, but the values {values.shape}; give the rows that were explained.")
    names, shown = names_for(values.shape[1], feature_names, X), strongest(values, max_features)
    ax = new_axes(ax, 1.3 + 0.4 * len(shown))
    ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=0)
    points: Any = None
    for line, f in enumerate(shown):
        uniques, rank = np.unique(rows[:, f], return_inverse=True)
        shade = rank / max(len(uniques) - 1, 1)
        missing = np.array([value != value for value in rows[:, f].tolist()])
        height = line + SPREAD * swarm(values[:, f])
        ax.scatter(values[missing, f], height[missing], s=9, color=GREY, linewidths=0)
        points = ax.scatter(
            values[~missing, f], height[~missing], c=shade[~missing], cmap="viridis", vmin=0, vmax=1, s=9, linewidths=0
        )
    bar = ax.figure.colorbar(points, ax=ax, ticks=[0, 1], aspect=30, pad=0.02)
    bar.ax.set_yticklabels(["low", "high"])
    bar.set_label("value of the feature", labelpad=-8)
    ax.set_yticks(np.arange(len(shown)), [names[f] for f in shown])
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlabel("Shapley value: what the feature adds to the prediction")
    return ax


def draw_waterfall(
    explanation: Any,
    row: int = 0,
    X: MatrixLike | None = None,
    *,
    output: int | None = None,
    feature_names: Any = None,
    max_features: int = 8,
    ax: Axes | None = None,
) -> Axes:
    """Draw how one row's prediction comes about, from the base value up, the strongest feature on top; return the axes.

    Parameters
    ----------
    explanation : what `tree_shap` returned
    row : which of its rows
    X : the rows explained, (n, d), to write the feature's value beside its name; or None
    output, feature_names, ax : as of `draw_shap_bars`
    max_features : how many to show; what the others give is one bar

    Raises
    ------
    ValueError
        For a wrong `output` or `row`, or another number of names.
    """
    values, base = of_output(explanation, output)
    if not -len(values) <= row < len(values):
        raise ValueError(f"row={row}, but {len(values)} rows were explained.")
    names, given = names_for(values.shape[1], feature_names, X), values[row]
    order = np.argsort(-np.abs(given), kind="stable")
    shown, rest = order[:max_features], order[max_features:]
    steps, labels = list(given[shown]), [names[f] for f in shown]
    if X is not None:
        row_of_X = np.asarray(X)[row]
        labels = [f"{names[f]} = {_short(row_of_X[f])}" for f in shown]
    if len(rest):
        steps.append(given[rest].sum())
        labels.append(f"{len(rest)} others" if len(rest) > 1 else names[rest[0]])
    ends = base + np.cumsum(steps[::-1])[::-1]  # the strongest is the last step
    starts = np.append(ends[1:], base)
    ax = new_axes(ax, 1.3 + 0.36 * len(steps))
    places = np.arange(len(steps))
    colours = [ORANGE if step > 0 else BLUE for step in steps]
    ax.barh(places, steps, left=starts, color=colours, height=0.62)
    for place, (start, end, step) in enumerate(zip(starts, ends, steps)):
        ax.plot([start, start], [place - 0.31, place + 1.31], color=GREY, linewidth=0.8)
        side = "left" if step > 0 else "right"
        ax.annotate(
            f"{step:+.3g}", (end, place), xytext=(3 if step > 0 else -3, 0), textcoords="offset points", ha=side,
            va="center", fontsize="small",
        )  # fmt: skip
    span = max(ends.max(), starts.max()) - min(ends.min(), starts.min()) or 1.0
    ax.set_xlim(min(ends.min(), starts.min()) - 0.17 * span, max(ends.max(), starts.max()) + 0.17 * span)
    ax.set_yticks(places, labels)
    ax.set_ylim(len(steps) - 0.3, -0.7)
    ax.set_xlabel("prediction")
    ax.set_title(f"from {base:.4g}, expected of any row, to {ends[0]:.4g}", fontsize="medium")
    return ax


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, (int, float, np.number)) else str(value)
