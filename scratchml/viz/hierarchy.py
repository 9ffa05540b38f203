"""The picture of a tree of merges: a bracket for each, as high as the distance between its two parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..cluster import cophenet, dendrogram, fcluster
from ..core import check_is_fitted
from ..core.rules import check_rules, either, none, real
from ..core.typing import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

ABOVE = "0.55"
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]  # Okabe and Ito
NAMED = 40  # leaves up to which each is named


def tree_from(model: Any) -> FloatArray:
    """Return the linkage matrix (n - 1, 4) of a fitted AgglomerativeClustering, or of such a matrix itself.

    Raises
    ------
    ValueError
        If the model has kept no distances.
    """
    if not hasattr(model, "fit"):
        found: FloatArray = np.asarray(model, dtype=np.float64)
        return found
    check_is_fitted(model, "children_")
    if not hasattr(model, "distances_"):
        raise ValueError("the model has kept no distances to draw; fit it again with compute_distances=True.")
    n, children = len(model.children_) + 1, model.children_
    sizes = np.ones(2 * n - 1)
    for t, (a, b) in enumerate(children):
        sizes[n + t] = sizes[a] + sizes[b]
    return np.column_stack([children, model.distances_, sizes[n:]])


def plot_dendrogram(
    model: Any, *, ax: Axes | None = None, labels: Any = None, color_threshold: float | None = None
) -> Axes:
    """Draw the tree of merges, and the clusters of a cut in colours.

    Parameters
    ----------
    model : a fitted AgglomerativeClustering that has `distances_`, or a linkage matrix (n - 1, 4)
    ax : where to draw; a new picture where None
    labels : n names for the rows; None for their numbers, which are shown for up to 40 rows
    color_threshold : the height of the cut, in the units of the distances; None for 0.7 times the highest merge

    Returns
    -------
    Axes
        The axes drawn on.

    Raises
    ------
    TypeError, ValueError
        If `model` is no tree, or kept no distances, or there are not n labels.

    >>> ax = plot_dendrogram([[0, 1, 1.0, 2], [2, 3, 4.0, 3]])
    >>> ax.get_title()
    '3 rows, 2 clusters below 2.8'
    """
    check_rules("plot_dendrogram", {"color_threshold": either(none, real(0.0))}, {"color_threshold": color_threshold})
    Z = tree_from(model)
    brackets = dendrogram(Z, labels)
    leaves = brackets["leaves"]
    highest = float(cophenet(Z).max())
    cut = 0.7 * highest if color_threshold is None else float(color_threshold)
    clusters = fcluster(Z, cut, "distance")
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(layout="constrained")[1]
    from matplotlib.collections import LineCollection

    lines: dict[str, list[Any]] = {}
    for x, y in zip(brackets["icoord"], brackets["dcoord"]):
        leaf = leaves[int((x[1] + x[2]) / 2 // 10)]  # a row under the bracket's middle
        color = COLOURS[(clusters[leaf] - 1) % len(COLOURS)] if y[1] <= cut else ABOVE
        lines.setdefault(color, []).append(list(zip(x, y)))
    for color, paths in lines.items():
        ax.add_collection(LineCollection(paths, colors=color, linewidths=1.5))
    if 0 < cut < highest:
        ax.axhline(cut, color=ABOVE, linewidth=0.8, linestyle="--")
    ax.set(xlim=(0, 10 * len(leaves)), ylim=(0, 1.05 * highest or 1.0), ylabel="distance at the merge")
    if len(leaves) <= NAMED:
        ax.set_xticks(5.0 + 10.0 * np.arange(len(leaves)), brackets["ivl"], rotation=90 if len(leaves) > 12 else 0)
    else:
        ax.set_xticks([])
    ax.set_title(f"{len(leaves)} rows, {clusters.max()} clusters below {cut:.3g}")
    return ax
