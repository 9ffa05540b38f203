"""Pictures of what a model goes by: the fall of its score for each column, its answer as a function of one or two.

Idea
    Importances are shown with every repeat as a point, so that nobody reads more into a mean than there is. A curve of
    partial dependence is drawn over the rows' own curves, if asked for, and over a rug of the column's deciles: where
    there are no rows, a curve means nothing. Two columns are drawn as a map.
Cost
    That of `partial_dependence`.
References
    Breiman, Random forests, Machine Learning 45 (2001), section 10. Goldstein et al., Peeking inside the black box,
    Journal of Computational and Graphical Statistics 24 (2015), figure 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.axes import new_axes
from ..core.typing import MatrixLike
from ..inspection import partial_dependence
from ..inspection.grid import feature_places
from ..inspection.grove import family_of
from ..inspection.partial_dependence import choose_method
from ..inspection.table import as_table, column_of
from .shap import BLUE, GREY, ORANGE, names_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

CURVES = 60  # rows whose own curves are drawn, at most


def said_by(estimator: Any, kind: str, how: dict[str, Any]) -> str:
    """Return what the average is of: recursion gives boosting's scores without the constant they start from."""
    asked = (how.get("method", "auto"), kind, how.get("response_method", "auto"), how.get("sample_weight") is not None)
    if choose_method(estimator, *asked) == "recursion" and family_of(estimator) in ("boosting", "histogram"):
        return "average score, less the constant"
    return "average prediction"


def draw_importances(result: Any, *, feature_names: Any = None, max_features: int = 15, ax: Axes | None = None) -> Axes:
    """Draw permutation importances: each repeat a point, the mean a line; the largest on top; return the axes.

    Parameters
    ----------
    result : what `permutation_importance` returned, for one score
    feature_names : d names; None for x0, x1, ...
    max_features : how many to show
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        For another number of names, or the dict of several scores.
    """
    if "importances" not in result:
        raise ValueError(f"result holds the scores {list(result)}; give one of them: result[name].")
    mean, repeats = np.asarray(result["importances_mean"]), np.asarray(result["importances"])
    names, shown = names_for(len(mean), feature_names), np.argsort(-mean, kind="stable")[:max_features]
    ax = new_axes(ax, 1.2 + 0.32 * len(shown))
    ax.axvline(0.0, color=GREY, linewidth=0.8, zorder=0)
    places = np.arange(len(shown))
    ax.plot(repeats[shown].ravel(), places.repeat(repeats.shape[1]), "o", color=BLUE, alpha=0.55, markersize=4)
    ax.plot(mean[shown], places, "|", color=ORANGE, markersize=14, markeredgewidth=2.5)
    ax.set_yticks(places, [names[f] for f in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_xlabel("fall of the score when the column is shuffled")
    if len(shown) < len(names):
        ax.set_title(f"{len(shown)} of {len(names)} features", fontsize="medium")
    return ax


def draw_dependence(
    estimator: Any,
    X: MatrixLike,
    features: Any,
    *,
    kind: str = "average",
    output: int = 0,
    feature_names: Any = None,
    ax: Axes | None = None,
    **how: Any,
) -> Axes:
    """Draw the partial dependence of a fitted model on one feature as a curve, on two as a map; return the axes.

    Parameters
    ----------
    estimator, X : as of `partial_dependence`
    features : one column, or two of them
    kind : "average", "individual" or "both"; rows' own curves are for one feature, at most 60 of them
    output : which class or target, where there are several
    feature_names : d names; None for a data frame's columns, or x0, x1, ...
    ax : where to draw; a new picture where None
    how : further arguments of `partial_dependence`

    Raises
    ------
    ValueError
        For more than two features, two with rows' own curves, an `output` that is not there; and as
        `partial_dependence`.
    """
    table = as_table(X)
    places = feature_places(table, features)
    if len(places) > 2 or (len(places) == 2 and kind != "average"):
        raise ValueError(f"features={features!r}, kind={kind!r}: a curve is drawn of one feature, an average of two.")
    names = names_for(table.shape[1], feature_names, X)
    found = partial_dependence(estimator, X, features, kind=kind, **how)
    said = found["average"] if kind != "individual" else found["individual"]
    if not 0 <= output < len(said):
        raise ValueError(f"output={output}, but the model has {len(said)}; give 0 to that less 1.")
    ax = new_axes(ax, 4.0)
    if len(places) == 2:
        first, second = found["grid_values"]
        filled = ax.contourf(first, second, said[output].T, levels=12, cmap="cividis")
        ax.contour(first, second, said[output].T, levels=12, colors="white", linewidths=0.4)
        ax.figure.colorbar(filled, ax=ax, label=said_by(estimator, kind, how))
        ax.set(xlabel=names[places[0]], ylabel=names[places[1]])
        return ax
    axis = found["grid_values"][0]
    is_words = np.asarray(axis).dtype.kind not in "fiub"
    x = np.arange(len(axis)) if is_words else axis
    if kind != "average":
        curves = found["individual"][output]
        step = max(1, -(-len(curves) // CURVES))
        ax.plot(x, curves[::step].T, color=GREY, linewidth=0.6, alpha=0.5)
    if kind != "individual":
        ax.plot(x, said[output], "o-" if is_words or len(x) < 12 else "-", color=BLUE, linewidth=2.2)
    if is_words:
        ax.set_xticks(x, [str(value) for value in axis])
    else:
        deciles = np.nanquantile(np.asarray(column_of(table, places[0]), dtype=np.float64), np.arange(1, 10) / 10)
        ax.plot(
            deciles, np.full(9, 0.015), "|", color="black", markersize=8, transform=ax.get_xaxis_transform(),
            clip_on=False,
        )  # fmt: skip
    ax.set(xlabel=names[places[0]], ylabel=said_by(estimator, kind, how) if kind == "average" else "prediction")
    return ax
