"""Pictures of clusters around centres: Voronoi cells, the trails of centres, how many clusters there are."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..cluster import KMeans
from ..core import check_array, check_labels, record
from ..core.axes import new_axes
from ..core.typing import MatrixLike, VectorLike
from ..maths import k_nearest, prepare
from ..metrics import silhouette_samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]  # Okabe and Ito
MARKS = "os^Dv*"
FINE = 300  # places along each side at which cells are looked up


def check_plane(X: MatrixLike, name: str) -> Any:
    """Return places of the plane, shape (n, 2).

    Raises
    ------
    ValueError
        If they have no two columns.
    """
    found = check_array(X, name=name)
    if found.shape[1] != 2:
        raise ValueError(f"{name} has shape {found.shape}; a picture needs two columns.")
    return found


def draw_cells(
    X: MatrixLike,
    centres: MatrixLike,
    labels: VectorLike | None = None,
    *,
    trails: Sequence[MatrixLike] = (),
    ax: Axes | None = None,
) -> Axes:
    """Draw the Voronoi cells of some centres, the points, and the way the centres have come; return the axes.

    Parameters
    ----------
    X : points, shape (n, 2)
    centres : shape (k, 2)
    labels : cluster of each point, shape (n,), shown by its colour and mark; None draws them grey. A point in a cell of
        another colour will change its cluster in the next assignment
    trails : the places of the centres before, oldest first, each of shape (k, 2)
    ax : where to draw; a new one if None

    Raises
    ------
    ValueError
        If X or the centres have no two columns, or there is no label for each point.
    """
    points, places = check_plane(X, "X"), check_plane(centres, "centres")
    if labels is not None and len(np.asarray(labels)) != len(points):
        raise ValueError(f"labels holds {len(np.asarray(labels))} values for {len(points)} points; give one for each.")
    ax = new_axes(ax)
    from matplotlib.colors import ListedColormap

    k = len(places)
    everything = np.vstack([points, places])
    room = 0.05 * np.ptp(everything, axis=0) + 1e-9
    low, high = everything.min(axis=0) - room, everything.max(axis=0) + room
    # the middles of a fine grid of squares
    across, up = (lo + (hi - lo) * (np.arange(FINE) + 0.5) / FINE for lo, hi in zip(low, high))
    grid = np.column_stack([m.ravel() for m in np.meshgrid(across, up)])
    cells = k_nearest(grid, prepare(places), 1)[1].reshape(FINE, FINE)
    colours = [COLOURS[j % len(COLOURS)] for j in range(k)]
    ax.imshow(
        cells,
        extent=(low[0], high[0], low[1], high[1]),
        origin="lower",
        aspect="auto",
        cmap=ListedColormap(colours),
        vmin=-0.5,
        vmax=k - 0.5,
        alpha=0.25,
    )
    if labels is None:
        ax.scatter(points[:, 0], points[:, 1], s=10, color="0.35")
    else:
        for j in range(k):
            mine = points[np.asarray(labels) == j]
            ax.scatter(mine[:, 0], mine[:, 1], s=10, color=colours[j], marker=MARKS[j % len(MARKS)])
    way = np.array([*(check_plane(place, "trails") for place in trails), places])
    for j in range(k if len(way) > 1 else 0):
        ax.plot(*way[:, j].T, color="black", linewidth=1.3)
    ax.scatter(places[:, 0], places[:, 1], s=110, marker="X", color="black", edgecolor="white", linewidth=1.0, zorder=3)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xticks=[], yticks=[])
    return ax


def k_means_gif(
    X: MatrixLike, model: KMeans, path: str | PathLike[str], *, frames_per_second: int = 2, max_frames: int = 40
) -> list[Any]:
    """Write the steps of a fit of k-means as an animated GIF: cells, points and trails; return the steps drawn.

    Parameters
    ----------
    X : points, shape (n, 2)
    model : a KMeans, which need not be fitted and is not changed
    path : the file to write
    frames_per_second : speed
    max_frames : at most so many steps of the first run are drawn

    Raises
    ------
    ValueError
        If X has no two columns.
    """
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.figure import Figure

    points = check_plane(X, "X")
    shown = [s for s in record(model.steps(points)) if s.restart == 0 and s.name in ("seed", "assign", "update")]
    shown = shown[:max_frames]
    figure = Figure(figsize=(4.8, 4.2))
    figure.set_layout_engine("constrained")
    ax = figure.add_subplot()

    def show(i: int) -> list[Any]:
        ax.clear()
        step = shown[i]
        before = [s.centres for s in shown[:i]]
        draw_cells(points, step.centres, None if step.name == "seed" else step.labels, trails=before, ax=ax)
        inertia = "" if step.name == "seed" else f", inertia {step.inertia:.4g}"
        ax.set_title(f"{step.name} {step.iteration}{inertia}", fontsize=10)
        return []

    animation = FuncAnimation(figure, show, frames=len(shown), init_func=list, blit=False)
    animation.save(str(path), writer=PillowWriter(fps=frames_per_second), dpi=80)
    return shown


def draw_choice(found: Any, *, ax: Axes | None = None) -> Axes:
    """Draw what `elbow`, `gap_statistic` or `silhouette_curve` has found, with the best k marked; return the axes.

    Raises
    ------
    TypeError
        If `found` is none of the three.
    """
    curves = {"inertia": "inertia", "gaps": "gap", "scores": "mean silhouette"}
    name = next((field for field in curves if hasattr(found, field)), None)
    if name is None:
        raise TypeError(f"{type(found).__name__} is no result of elbow, gap_statistic or silhouette_curve; give one.")
    ax = new_axes(ax)
    heights = getattr(found, name)
    ax.errorbar(
        found.ks, heights, getattr(found, "errors", None), marker="o", color=COLOURS[0], capsize=3, linewidth=1.5
    )
    best = int(np.flatnonzero(found.ks == found.best)[0])
    ax.scatter([found.best], [heights[best]], s=170, facecolor="none", edgecolor=COLOURS[5], linewidth=2.5, zorder=3)
    ax.set(xlabel="number of clusters", ylabel=curves[name], title=f"best: {found.best}")
    ax.set_xticks(found.ks)
    return ax


def draw_silhouettes(X: MatrixLike, labels: VectorLike, *, ax: Axes | None = None) -> Axes:
    """Draw the silhouette of each row as a bar, longest first within each cluster; return the axes.

    Parameters
    ----------
    X : shape (n, d)
    labels : cluster of each row, shape (n,); 2 to n - 1 clusters
    ax : where to draw; a new one if None

    Raises
    ------
    ValueError
        If labels do not fit X, or there are too few or too many clusters.
    """
    values = silhouette_samples(X, labels)
    classes, codes = check_labels(labels, name="labels")
    ax = new_axes(ax)
    start, ticks = 0, []
    for j in range(len(classes)):
        mine = np.sort(values[codes == j])[::-1]
        ax.barh(np.arange(start, start + len(mine)), mine, height=1.0, color=COLOURS[j % len(COLOURS)])
        ticks.append(start + (len(mine) - 1) / 2)
        start += len(mine) + max(2, len(values) // 50)
    ax.axvline(values.mean(), color="black", linestyle="--", linewidth=1.2)
    ax.set_yticks(ticks, [str(c) for c in classes])
    ax.invert_yaxis()
    ax.set(xlabel="silhouette", ylabel="cluster", title=f"mean {values.mean():.2f}")
    return ax
