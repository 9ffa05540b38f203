"""Pictures of choosing a model: more rows, another parameter, and which rows each fold trains on.

Idea
    Two curves tell more than one: training and test scores that are both low ask for another model; a gap between them
    asks for more rows or more regularisation. A splitter is understood by what it does to the rows: one bar for each
    split, and below it the classes and groups that it should respect.
Cost
    None but that of drawing.
References
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, sections 7.2 and 7.10.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core import check_array
from ..core.axes import new_axes
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike
from .shap import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

LIGHT = "#DDDDDD"  # rows that a split leaves out
STRIPES = ["#009E73", "#E69F00", "#56B4E9", "#CC79A7", "#D55E00", "#0072B2"]  # Okabe and Ito
WIDE = 100.0  # from this ratio of the largest to the smallest value on, the axis is logarithmic


def check_scores(scores: MatrixLike, ticks: int, name: str) -> FloatArray:
    """Return scores, shape (ticks, folds); NaN of a failed fold is kept.

    Raises
    ------
    ValueError
        If there is not one line for each tick.
    """
    found = check_array(scores, name=name, allow_nan=True)
    if len(found) != ticks:
        raise ValueError(f"{name} has shape {found.shape} for {ticks} places; give one line of folds for each place.")
    return found


def draw_bands(x: Array, train: FloatArray, test: FloatArray, ax: Axes) -> None:
    """Draw the mean of training and test scores over x, and a band of one standard deviation over the folds."""
    for scores, colour, mark, style, name in ((train, ORANGE, "s", "--", "training"), (test, BLUE, "o", "-", "test")):
        mean, spread = scores.mean(axis=1), scores.std(axis=1)
        ax.fill_between(x, mean - spread, mean + spread, color=colour, alpha=0.18, linewidth=0)
        ax.plot(x, mean, color=colour, marker=mark, linestyle=style, linewidth=1.8, markersize=5, label=name)
    ax.legend(fontsize="small")


def draw_learning_curve(
    train_sizes: VectorLike,
    train_scores: MatrixLike,
    test_scores: MatrixLike,
    *,
    score_name: str = "score",
    ax: Axes | None = None,
) -> Axes:
    """Draw what `learning_curve` returned: training and test scores over the number of training rows; return the axes.

    Parameters
    ----------
    train_sizes : numbers of rows, shape (s,)
    train_scores, test_scores : shape (s, folds)
    score_name : of the vertical axis
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If there are not as many lines of scores as sizes.

    Examples
    --------
    >>> from scratchml.datasets import load_iris
    >>> from scratchml.linear_model import Ridge
    >>> from scratchml.model_selection import learning_curve
    >>> from scratchml.viz import draw_learning_curve
    >>> X, y = load_iris(return_X_y=True)
    >>> ax = draw_learning_curve(*learning_curve(Ridge(), X, y, shuffle=True, random_state=0), score_name="R2")
    >>> ax.lines[1].get_xdata().tolist()
    [12, 39, 66, 93, 120]
    """
    sizes = np.asarray(train_sizes)
    train, test = (
        check_scores(s, len(sizes), name) for s, name in ((train_scores, "train_scores"), (test_scores, "test_scores"))
    )
    ax = new_axes(ax, 4.0)
    draw_bands(sizes, train, test, ax)
    last = train[-1].mean() - test[-1].mean()
    ax.set(xlabel="training rows", ylabel=score_name, title=f"Learning curve; gap at {sizes[-1]} rows: {last:.3g}")
    return ax


def draw_validation_curve(
    param_range: VectorLike,
    train_scores: MatrixLike,
    test_scores: MatrixLike,
    *,
    param_name: str = "parameter",
    score_name: str = "score",
    ax: Axes | None = None,
) -> Axes:
    """Draw scores over the values of one parameter, with the best mean test score ringed; return the axes.

    Parameters
    ----------
    param_range : the values, shape (s,): numbers, or words. Positive numbers over more than two decades get a
        logarithmic axis
    train_scores, test_scores : what `validation_curve` returned, shape (s, folds)
    param_name, score_name : of the axes
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If there are not as many lines of scores as values, or every test score is NaN.
    """
    values = list(param_range)
    train, test = (
        check_scores(s, len(values), name) for s, name in ((train_scores, "train_scores"), (test_scores, "test_scores"))
    )
    mean = test.mean(axis=1)
    if np.isnan(mean).all():
        raise ValueError("test_scores has no value without a failed fold; look at the warnings of the fits.")
    is_number = all(isinstance(v, (int, float, np.integer, np.floating)) and not isinstance(v, bool) for v in values)
    x = np.asarray(values, dtype=np.float64) if is_number else np.arange(len(values))
    ax = new_axes(ax, 4.0)
    draw_bands(x, train, test, ax)
    if not is_number:
        ax.set_xticks(x, [str(value) for value in values])
    elif x.min() > 0 and x.max() >= WIDE * x.min():
        ax.set_xscale("log")
    best = int(np.nanargmax(mean))
    ax.scatter([x[best]], [mean[best]], s=170, facecolor="none", edgecolor="black", linewidth=1.8, zorder=4)
    shown = f"{values[best]:.4g}" if is_number else str(values[best])
    ax.set(xlabel=param_name, ylabel=score_name, title=f"best: {param_name} = {shown}, {score_name} {mean[best]:.3f}")
    return ax


def runs_of(kind: Array) -> list[tuple[int, int, Any]]:
    """Return (start, length, value) of each run of equal neighbours in kind (n,)."""
    starts = np.r_[0, np.flatnonzero(kind[1:] != kind[:-1]) + 1]
    lengths = np.diff(np.r_[starts, len(kind)])
    return [(int(s), int(m), kind[s]) for s, m in zip(starts, lengths)]


def draw_cv_splits(
    cv: Any, X: MatrixLike, y: VectorLike | None = None, groups: VectorLike | None = None, *, ax: Axes | None = None
) -> Axes:
    """Draw which rows each split trains on and which it tests, and below them the classes and groups; return the axes.

    Parameters
    ----------
    cv : anything with ``split(X, y, groups)``
    X : what is split, shape (n, d)
    y : labels, shape (n,); numbers of more than 20 kinds are not shown as stripes
    groups : shape (n,)
    ax : where to draw; a new picture where None

    Raises
    ------
    TypeError
        If cv has no split.
    ValueError
        What the splitter raises, if it cannot split these rows; or if it makes no split.
    """
    if not hasattr(cv, "split"):
        raise TypeError(f"cv={cv!r} has no split(X, y, groups); give a splitter such as KFold(5).")
    n = len(X)
    with warnings.catch_warnings():
        # the picture is to show what a splitter does that knows no groups
        warnings.filterwarnings("ignore", message="The groups parameter is ignored")
        splits = list(cv.split(X, y, groups))
    if not splits:
        raise ValueError(f"cv={cv!r} made no split of {n} rows; there is nothing to draw.")
    stripes = [(name, given) for name, given in (("class", y), ("group", groups)) if given is not None]
    stripes = [(name, np.unique(np.asarray(given), return_inverse=True)[1]) for name, given in stripes]
    stripes = [(name, codes) for name, codes in stripes if name == "group" or codes.max() < 20]
    ax = new_axes(ax, 1.3 + 0.32 * (len(splits) + len(stripes)))
    colours = {0: LIGHT, 1: BLUE, 2: ORANGE}
    for k, (train, test) in enumerate(splits):
        kind = np.zeros(n, dtype=np.int64)
        kind[train], kind[test] = 1, 2
        draw_stripe(k, kind, colours, ax)
    for k, (_, codes) in enumerate(stripes):
        draw_stripe(len(splits) + k, codes, {int(c): STRIPES[c % 6] for c in np.unique(codes)}, ax)
    lines = [*(f"split {k}" for k in range(len(splits))), *(name for name, _ in stripes)]
    ax.set_yticks(range(len(lines)), lines)
    ax.set(xlim=(0, n), ylim=(len(lines) - 0.5, -0.5), xlabel="row", title=type(cv).__name__)
    from matplotlib.patches import Patch

    shown = [Patch(color=colour, label=name) for colour, name in ((BLUE, "training"), (ORANGE, "test"))]
    unused = [Patch(color=LIGHT, label="left out")]
    is_whole = all(len(np.union1d(train, test)) == n for train, test in splits)
    handles = shown if is_whole else shown + unused
    ax.legend(handles=handles, fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    return ax


def draw_stripe(line: int, kind: Array, colours: dict[int, str], ax: Axes) -> None:
    """Draw one bar of n cells, each run of equal kinds in its colour; one collection."""
    runs = runs_of(kind)
    ax.broken_barh(
        [(start, length) for start, length, _ in runs], (line - 0.4, 0.8),
        facecolors=[colours[int(value)] for _, _, value in runs], linewidth=0,
    )  # fmt: skip
