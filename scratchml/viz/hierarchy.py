"""Pictures of a tree of merges: a bracket for each, as high as the distance between its two parts; and how it grew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..cluster import dendrogram, fcluster
from ..core import check_array, check_is_fitted
from ..core.axes import new_axes
from ..core.rules import check_rules, either, integer, none, real
from ..core.typing import FloatArray, IntArray, MatrixLike

if TYPE_CHECKING:
    from matplotlib.animation import FuncAnimation
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any
    FuncAnimation: TypeAlias = Any

ABOVE = "0.55"
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]  # Okabe and Ito
NAMED = 40  # leaves up to which each is named
MANY = 200  # rows above which only the upper part of a tree is drawn, unless asked for


def tree_from(model: Any) -> FloatArray:
    """Return the linkage matrix (n - 1, 4) of a fitted AgglomerativeClustering, or of such a matrix itself.

    Raises
    ------
    ValueError
        If the model has kept no distances.
    """
    if not hasattr(model, "fit"):
        if isinstance(model, str) or np.ndim(model) != 2 or np.shape(model)[1] != 4 or not len(model):
            shape = "" if isinstance(model, str) else f" of shape {np.shape(model)}"
            raise ValueError(f"model is of type {type(model).__name__}{shape}; give a fitted clustering or (n - 1, 4).")
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


def upper_part(Z: FloatArray, p: int) -> tuple[FloatArray, list[str]]:
    """Return the last p - 1 merges as a tree of p leaves, and the leaves' names: a row, or how many in brackets."""
    n = len(Z) + 1
    first = n - p  # merges before it are hidden
    top = Z[first:]
    parts = top[:, :2].astype(np.int64)
    leaves = np.sort(parts[parts < n + first])
    names = [str(v) if v < n else f"({int(Z[v - n, 3])})" for v in leaves]
    found = top.copy()
    found[:, :2] = np.where(parts < n + first, np.searchsorted(leaves, parts), parts - n - first + p)
    for t, (a, b) in enumerate(found[:, :2].astype(int)):
        found[t, 3] = sum(1.0 if v < p else found[v - p, 3] for v in (a, b))
    return found, names


def plot_dendrogram(
    model: Any,
    *,
    ax: Axes | None = None,
    labels: Any = None,
    color_threshold: float | None = None,
    p: int | None = None,
) -> Axes:
    """Draw the tree of merges, and the clusters of a cut in colours.

    Parameters
    ----------
    model : a fitted AgglomerativeClustering that has `distances_`, or a linkage matrix (n - 1, 4)
    ax : where to draw; a new picture where None
    labels : n names for the rows; None for their numbers, which are shown for up to 40 leaves
    color_threshold : the height of the cut, in the units of the distances; None for 0.7 times the highest merge
    p : draw the last p - 1 merges only; a leaf then stands for as many rows as its brackets say. None for all of them,
        or for 40 leaves where there are more than 200 rows

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
    rules = {"color_threshold": either(none, real(0.0)), "p": either(none, integer(2))}
    check_rules("plot_dendrogram", rules, {"color_threshold": color_threshold, "p": p})
    Z = tree_from(model)
    n, names = len(Z) + 1, labels
    highest = float(Z[:, 2].max())
    cut = 0.7 * highest if color_threshold is None else float(color_threshold)
    n_clusters = int(fcluster(Z, cut, "distance").max())
    p = (NAMED if n > MANY else n) if p is None else p
    if p < n:
        rows = names
        Z, names = upper_part(Z, p)
        names = names if rows is None else [v if v.startswith("(") else rows[int(v)] for v in names]
    brackets = dendrogram(Z, names)
    leaves = brackets["leaves"]
    clusters = fcluster(Z, cut, "distance")
    ax = new_axes(ax)
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
        many = len(leaves) > 12
        size = "x-small" if many else None
        ax.set_xticks(5.0 + 10.0 * np.arange(len(leaves)), brackets["ivl"], rotation=90 if many else 0, fontsize=size)
    else:
        ax.set_xticks([])
    if p < n:
        ax.set_xlabel("a row, or (how many rows)")
    ax.set_title(f"{n} rows, {n_clusters} cluster{'s' if n_clusters > 1 else ''} below {cut:.3g}")
    return ax


# ---------------------------------------------------------------------------------------------------------------
# Merges, one after another.


def clusters_after(Z: FloatArray, merges: int) -> IntArray:
    """Return the cluster (n,) that each row is in after some merges, by its number in Z."""
    n = len(Z) + 1
    found = np.arange(2 * n - 1)
    for t in range(merges - 1, -1, -1):
        found[Z[t, :2].astype(int)] = found[n + t]
    kept: IntArray = found[:n]
    return kept


def draw_merges(X: MatrixLike, model: Any, merges: int, *, axes: Any = None) -> Any:
    """Draw the rows after some merges, and beside them the dendrogram as far as it has grown.

    Clusters of two rows or more have a colour each, which the largest part keeps when it is merged. The last merge is
    marked by a thick line between the means of its parts, and in the dendrogram.

    Parameters
    ----------
    X : rows, shape (n, 2)
    model : a fitted AgglomerativeClustering that has `distances_`, or a linkage matrix (n - 1, 4)
    merges : how many merges have been made, 0 to n - 1
    axes : two axes to draw on; a new picture where None

    Returns
    -------
    array of two Axes
        The axes drawn on.

    Raises
    ------
    TypeError, ValueError
        If X is not of shape (n, 2), `model` is no tree of n rows, or `merges` is not from 0 to n - 1.
    """
    rows, Z = check_array(X), tree_from(model)
    n = len(Z) + 1
    if rows.shape != (n, 2):
        raise ValueError(f"X has shape {rows.shape}; the picture of this tree needs {(n, 2)}.")
    check_rules("draw_merges", {"merges": integer(0, n - 1)}, {"merges": merges})
    if axes is None:
        import matplotlib.pyplot as plt

        axes = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")[1]
    from matplotlib.collections import LineCollection

    ids, colours = clusters_after(Z, merges), keep_colours(Z)
    shown = [colours[v] if v >= n else ABOVE for v in ids]
    axes[0].scatter(rows[:, 0], rows[:, 1], c=shown, s=28, zorder=2)
    brackets, places = dendrogram(Z), {}
    for x, y in zip(brackets["icoord"], brackets["dcoord"]):
        places[(round(0.5 * (x[1] + x[2]), 9), y[1])] = list(zip(x, y))
    centre = {v: 5.0 + 10.0 * k for k, v in enumerate(brackets["leaves"])}
    for t in range(merges):
        a, b = Z[t, :2].astype(int)
        centre[n + t] = 0.5 * (centre[a] + centre[b])
        path = places[(round(centre[n + t], 9), float(Z[t, 2]))]
        width = 3.5 if t == merges - 1 else 1.5
        axes[1].add_collection(LineCollection([path], colors=colours[n + t], linewidths=width))
    if merges:
        a, b = Z[merges - 1, :2].astype(int)
        before = clusters_after(Z, merges - 1)
        ends = np.array([rows[before == a].mean(axis=0), rows[before == b].mean(axis=0)])
        axes[0].plot(ends[:, 0], ends[:, 1], color="black", linewidth=2.5, marker="o", markersize=4, zorder=3)
    left = n - merges
    axes[0].set_title(f"{left} cluster{'s' if left > 1 else ''} after {merges} merge{'' if merges == 1 else 's'}")
    axes[0].set_aspect("equal", adjustable="datalim")
    height = float(Z[merges - 1, 2]) if merges else 0.0
    axes[1].set(xlim=(0, 10 * n), ylim=(0, 1.05 * float(Z[:, 2].max()) or 1.0), ylabel="distance at the merge")
    axes[1].set_title(f"last merge at {height:.3g}")
    ticks = brackets["leaves"] if n <= NAMED else []
    axes[1].set_xticks(5.0 + 10.0 * np.arange(len(ticks)), ticks, rotation=90 if n > 12 else 0)
    return axes


def keep_colours(Z: FloatArray) -> dict[int, str]:
    """Return a colour for each merged cluster: its larger part's, or the next where both parts are single rows."""
    n, used = len(Z) + 1, 0
    found: dict[int, str] = {}
    for t in range(n - 1):
        parts = [int(v) for v in Z[t, :2] if v >= n]
        if parts:
            found[n + t] = found[max(parts, key=lambda v: Z[v - n, 3])]
        else:
            found[n + t] = COLOURS[used % len(COLOURS)]
            used += 1
    return found


def film_merges(X: MatrixLike, model: Any, *, frames: int = 60, interval: int = 300) -> FuncAnimation:
    """Return the film of `draw_merges`: from single rows to one cluster.

    Parameters
    ----------
    X, model : as in `draw_merges`
    frames : how many pictures at most; the last merges, which matter most, are all shown
    interval : milliseconds between two pictures

    Returns
    -------
    matplotlib.animation.FuncAnimation
        To be saved (``film.save("merges.gif", writer="pillow")``) or shown (``film.to_jshtml()``).

    Raises
    ------
    TypeError, ValueError
        As for `draw_merges`.
    """
    check_rules("film_merges", {"frames": integer(1), "interval": integer(1)}, {"frames": frames, "interval": interval})
    rows, Z = check_array(X), tree_from(model)
    import matplotlib.pyplot as plt
    from matplotlib.animation import FuncAnimation

    fig, axes = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
    moments = range(max(0, len(Z) + 1 - frames), len(Z) + 1)

    def show(merges: int) -> list[Any]:
        for ax in axes:
            ax.clear()
        draw_merges(rows, Z, merges, axes=axes)
        return []

    return FuncAnimation(fig, show, frames=list(moments), interval=interval, blit=False)
