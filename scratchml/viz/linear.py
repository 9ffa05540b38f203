"""Pictures of linear models: how the weights leave zero as the penalty falls.

Idea
    A path shows what one fit hides: which feature comes in first, which comes in and leaves again, and which share an
    effect. Read it from the left: at the strongest penalty all weights of a lasso are zero.
Cost
    None but that of drawing.
References
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, figures 3.8 and 3.10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core import check_array
from ..core.axes import new_axes
from ..core.typing import MatrixLike, VectorLike
from .shap import BLUE, GREY, ORANGE, names_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

COLOURS = [BLUE, ORANGE, "#009E73", "#CC79A7", "#E69F00", "#000000"]  # Okabe and Ito; black for its yellow
STYLES: list[Any] = ["-", "--", "-.", ":", (0, (6, 1)), (0, (3, 1, 1, 1, 1, 1))]


def draw_coefficient_path(
    alphas: VectorLike,
    coefs: MatrixLike,
    *,
    chosen: float | None = None,
    feature_names: Any = None,
    max_names: int = 12,
    ax: Axes | None = None,
) -> Axes:
    """Draw the weight of each feature over the penalty, strongest penalty left; return the axes.

    Parameters
    ----------
    alphas : penalties, positive, shape (a,), in any order
    coefs : weights, shape (d, a), as `lasso_path` and `enet_path` return them. Of many fits of one model:
        ``np.array([fit.coef_ for fit in fits]).T``
    chosen : a penalty to mark, such as ``LassoCV.alpha_``
    feature_names : (d,) names; None for x0, x1, ...
    max_names : so many features are named, those with the largest weights; the others are grey
    ax : where to draw; a new picture where None

    Raises
    ------
    ValueError
        If shapes do not fit, or a penalty is not positive.

    Examples
    --------
    >>> from scratchml.linear_model import lasso_path
    >>> from scratchml.viz import draw_coefficient_path
    >>> alphas, coefs, gaps = lasso_path([[1.0, 0.0], [0.0, 2.0]], [4.0, 3.0], alphas=3, eps=0.25)
    >>> draw_coefficient_path(alphas, coefs).lines[0].get_ydata().round(6).tolist()
    [0.0, 1.0, 2.5]
    """
    penalties = check_array(alphas, name="alphas", ensure_2d=False)
    weights = check_array(coefs, name="coefs")
    if penalties.ndim != 1 or weights.shape[1] != len(penalties):
        raise ValueError(
            f"coefs has shape {weights.shape} for alphas of shape {penalties.shape}; give (d, a) and (a,)."
        )
    if penalties.min() <= 0:
        raise ValueError(f"alphas holds {penalties.min():.4g}; the axis is logarithmic, so give positive penalties.")
    names = names_for(len(weights), feature_names)
    order = np.argsort(-penalties, kind="stable")
    largest = np.abs(weights).max(axis=1)
    named = sorted(np.argsort(-largest, kind="stable")[:max_names].tolist())
    ax = new_axes(ax, 4.4)
    for f in range(len(weights)):
        if f in named:
            k = named.index(f)
            # twelve ways: the second six have the colours of the first, with other strokes
            look = {"color": COLOURS[k % 6], "linestyle": STYLES[(k + k // 6) % 6], "linewidth": 1.8, "label": names[f]}
        else:
            look = {"color": GREY, "linewidth": 0.8, "label": "_", "zorder": 1}
        ax.plot(penalties[order], weights[f, order], **look)
    ax.axhline(0.0, color="black", linewidth=0.6)
    if chosen is not None:
        ax.axvline(chosen, color="black", linestyle=":", linewidth=1.4, label=f"chosen: {chosen:.3g}")
    ax.set_xscale("log")
    if len(penalties) > 1:
        ax.set_xlim(penalties.max(), penalties.min())
    ax.set(xlabel="penalty (alpha), falling", ylabel="weight", title=f"{len(weights)} weights on their way from zero")
    ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    return ax
