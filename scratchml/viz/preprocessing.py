"""Distributions before and after a transformation, an imputation, the removal of outliers: one column at a time.

Idea
    Two histograms above each other on their own scales, with the values that hold half of the rows marked. A scaler
    moves and stretches the axis and leaves the shape; a power or quantile transform changes the shape; filling holes by
    the mean makes a spike.
Maths
    A histogram over equal bins from the least to the largest value; the median, and the quartiles around it.
References
    Tukey (1977), Exploratory Data Analysis, chapter 3 (re-expression). Freedman, Diaconis (1981), On the histogram as a
    density estimator, for the width of the bins.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.axes import new_axes
from ..core.typing import FloatArray, VectorLike

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"  # told apart by colour-blind eyes, too
MOST_BINS = 60


def bin_edges(values: FloatArray) -> FloatArray:
    """Return edges of equal bins, as wide as Freedman and Diaconis say: 2 (quartile distance) / n^(1/3)."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return np.array([low - 0.5, low + 0.5])
    width = 2.0 * float(np.subtract(*np.percentile(values, [75, 25]))) / len(values) ** (1 / 3)
    bins = MOST_BINS if width <= 0 else min(MOST_BINS, max(5, int(np.ceil((high - low) / width))))
    return np.linspace(low, high, bins + 1)


def numbers_of(column: VectorLike, name: str) -> FloatArray:
    """Return a column's values that are there.

    Raises
    ------
    ValueError
        If there are none, or they are no single column of finite numbers.
    """
    found = np.asarray(column, dtype=np.float64)
    found = found.ravel() if found.ndim == 2 and found.shape[1] == 1 else found
    if found.ndim != 1:
        raise ValueError(f"{name} has shape {found.shape}; give one column of a table, {name}[:, j].")
    found = found[~np.isnan(found)]
    if not len(found) or not np.isfinite(found).all():
        raise ValueError(f"{name} must hold at least one number, and no infinity; there are {len(found)} numbers.")
    return found


def draw_before_after(
    before: VectorLike,
    after: VectorLike,
    ax: Any = None,
    labels: tuple[str, str] = ("before", "after"),
    same_axis: bool = False,
) -> Any:
    """Draw a column's histogram before a transformation, and after it, upside down below it; return `ax`.

    Parameters
    ----------
    before, after : the column, shapes (n,) and (m,); missing values are left out and counted
    ax : Matplotlib axes; None: new ones
    labels : what the two are called
    same_axis : both have the unit and the heights of the lower axis (imputation, removed rows); otherwise the upper
        histogram has its own

    Raises
    ------
    ValueError
        For more than one column, or no numbers.
    """
    ax = new_axes(ax)
    both = numbers_of(before, "before"), numbers_of(after, "after")
    holes = [int(np.isnan(np.asarray(c, dtype=np.float64)).sum()) for c in (before, after)]
    shared = bin_edges(np.concatenate(both)) if same_axis else None
    upper = ax if same_axis else ax.twiny()
    edges_of = [shared if shared is not None else bin_edges(values) for values in both]
    counts_of = [np.histogram(values, edges)[0] for values, edges in zip(both, edges_of)]
    for i, (axes, values, missing, label, colour) in enumerate(zip((upper, ax), both, holes, labels, (GREY, BLUE))):
        edges, sign = edges_of[i], (1.0, -1.0)[i]
        counts = counts_of[i] / (max(c.max() for c in counts_of) if same_axis else counts_of[i].max())
        name = f"{label}, {len(values)} values" + (f", {missing} missing" if missing else "")
        axes.bar(edges[:-1], sign * counts, np.diff(edges), align="edge", color=colour, label=name)
        low, middle, high = np.percentile(values, [25, 50, 75])
        axes.plot([low, high], [sign * 0.06] * 2, color=ORANGE, linewidth=3, solid_capstyle="butt")
        axes.plot([middle], [sign * 0.06], color="black", marker="o", markersize=5, linestyle="none")
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_ylim(-1.65, 1.15)  # room for the legend
    ax.set_yticks([])
    if not same_axis:
        upper.set_xlabel(labels[0])
    ax.set_xlabel(labels[1] if not same_axis else "value")
    handles = [h for axes in dict.fromkeys((upper, ax)) for h in axes.get_legend_handles_labels()[0]]
    ax.legend(handles=handles, loc="lower right", fontsize=8)
    return ax
