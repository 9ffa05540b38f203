"""Loss surfaces: contours of a loss over two weights, the paths of optimisers on it, a plane through many weights."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.axes import new_axes
from ..core.typing import FloatArray, VectorLike
from .clusters import COLOURS, MARKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

FINE = 121  # places along each side at which a function of two numbers is asked
COARSE = 31  # the same for the objective of a network


def walk_downhill(
    optimiser: Any,
    gradient: Callable[[FloatArray], Any],
    w: VectorLike,
    *,
    steps: int = 100,
    schedule: Callable[[int], float] | None = None,
) -> FloatArray:
    """Return where an optimiser goes from w, shape (d,): its path, shape (steps + 1, d).

    Parameters
    ----------
    optimiser : one of `neural_network`, or anything with `start` and `update`
    gradient : function of w that returns the loss's slopes, shape (d,)
    w : where to start; not changed
    steps : how many moves
    schedule : learning rate of each move, by its number; None is the optimiser's own

    Notes
    -----
    The path ends early where a weight or a slope is no longer finite: so that divergence can be drawn.

    Examples
    --------
    >>> from scratchml.neural_network import SGD
    >>> from scratchml.viz import walk_downhill
    >>> walk_downhill(SGD(0.25), lambda w: 2 * w, [8.0], steps=3).ravel().tolist()
    [8.0, 4.0, 2.0, 1.0]
    """
    place = np.array(w, dtype=np.float64)
    optimiser.start([place])
    path = [place.copy()]
    for step in range(steps):
        with np.errstate(all="ignore"):
            slopes = np.asarray(gradient(place), dtype=np.float64)
            if not np.isfinite(slopes).all():
                break
            optimiser.update([place], [slopes], None if schedule is None else schedule(step))
        if not np.isfinite(place).all():
            break
        path.append(place.copy())
    return np.array(path)


def draw_loss_surface(
    loss: Callable[[float, float], float],
    paths: Mapping[str, FloatArray] | None = None,
    *,
    x_range: tuple[float, float] = (-1.0, 1.0),
    y_range: tuple[float, float] = (-1.0, 1.0),
    fine: int = FINE,
    lowest: VectorLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the contours of a loss of two numbers, close together near its floor, and paths on it; return the axes.

    Parameters
    ----------
    loss : function of two numbers
    paths : by name, places one after the other, shape (t, 2)
    x_range, y_range : the part of the plane to draw
    fine : places along each side at which the loss is asked
    lowest : the minimum, shape (2,), marked by a star
    ax : where to draw; a new one if None

    Raises
    ------
    ValueError
        If a path has no two columns, or the loss is nowhere finite.
    TypeError
        If the loss is no function.
    """
    if not callable(loss):
        raise TypeError(f"loss={loss!r} is no function; give one of two numbers.")
    for name, path in (paths or {}).items():
        if np.ndim(path) != 2 or np.shape(path)[1] != 2:
            raise ValueError(f"The path {name!r} has shape {np.shape(path)}; a picture needs two columns.")
    across, up = np.linspace(*x_range, fine), np.linspace(*y_range, fine)
    heights = np.array([[loss(float(x), float(y)) for x in across] for y in up])
    heights = np.where(np.isfinite(heights), heights, np.nan)
    if np.isnan(heights).all():
        raise ValueError(f"loss is nowhere finite for x in {x_range} and y in {y_range}; give a part where it is.")
    ax = new_axes(ax)
    above = heights - np.nanmin(heights)
    room = np.nanmax(above) or 1.0
    # levels by squares of squares: equal steps of the fourth root, so that the floor of a valley is seen, too
    ax.contourf(across, up, (above / room) ** 0.25, levels=18, cmap="Greys_r", alpha=0.75)
    ax.contour(across, up, (above / room) ** 0.25, levels=18, colors="0.45", linewidths=0.5)
    for i, (name, path) in enumerate((paths or {}).items()):
        colour, mark = COLOURS[i % len(COLOURS)], MARKS[i % len(MARKS)]
        ax.plot(*np.transpose(path), color="white", linewidth=3.2)
        every = max(len(path) // 10, 1)
        ax.plot(
            *np.transpose(path), color=colour, linewidth=1.8, marker=mark, markevery=every, markersize=5, label=name
        )
    if paths:
        ax.plot(*next(iter(paths.values()))[0], "X", color="black", markersize=10, markeredgecolor="white")
        ax.legend(fontsize=8, framealpha=0.9)
    if lowest is not None:
        ax.plot(*np.asarray(lowest), "*", color="black", markersize=15, markeredgecolor="white")
    ax.set(xlim=x_range, ylim=y_range)
    return ax


def draw_weight_plane(model: Any, X: Any, y: Any, steps: Sequence[Any], *, ax: Axes | None = None) -> Axes:
    """Draw the objective of a network on the plane its training moved in, and the path; return the axes.

    The plane goes through the last weights along the two directions in which the path spreads most (its principal
    components), so the path in the picture is the shadow of the real one. It goes from the cross to the ring.

    Parameters
    ----------
    model : a fitted MLPClassifier or MLPRegressor; not changed
    X, y : rows on which the objective is taken
    steps : two recorded steps or more of its fit
    ax : where to draw; a new one if None

    Raises
    ------
    TypeError, ValueError
        If there are fewer than two steps, or they are no network's.
    """
    if len(steps) < 2:
        raise ValueError(f"{len(steps)} steps make no path; record two or more.")
    if not all(hasattr(step, "coefs") for step in steps):
        raise TypeError("the steps have no weights (coefs); give those of record(model.steps(X, y)) of a network.")
    path = np.array([np.concatenate([part.ravel() for part in (*s.coefs, *s.intercepts)]) for s in steps])
    last = path[-1]
    directions = np.linalg.svd(path - last, full_matrices=False)[2]
    first, second = directions[0], directions[1] if len(directions) > 1 else np.zeros_like(last)
    shadow = np.column_stack([(path - last) @ first, (path - last) @ second])
    shapes = [part.shape for part in (*steps[-1].coefs, *steps[-1].intercepts)]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
    probe = copy.copy(model)

    def objective(a: float, b: float) -> float:
        parts = [p.reshape(s) for p, s in zip(np.split(last + a * first + b * second, ends), shapes)]
        probe.coefs_, probe.intercepts_ = parts[: len(steps[-1].coefs)], parts[len(steps[-1].coefs) :]
        return float(probe.certify(X, y).objective)

    low, high = shadow.min(axis=0), shadow.max(axis=0)
    room = 0.3 * max(float((high - low).max()), 1e-9)
    draw_loss_surface(
        objective,
        {"weights": shadow},
        x_range=(low[0] - room, high[0] + room),
        y_range=(low[1] - room, high[1] + room),
        fine=COARSE,
        ax=(ax := new_axes(ax)),
    )
    ax.plot(0.0, 0.0, "o", color="white", markersize=11, markeredgecolor="black", markeredgewidth=2.0, zorder=3)
    ax.set(xlabel="first direction of the path", ylabel="second direction")
    return ax


def film_paths(
    loss: Callable[[float, float], float],
    paths: Mapping[str, FloatArray],
    file: str | PathLike[str],
    *,
    x_range: tuple[float, float] = (-1.0, 1.0),
    y_range: tuple[float, float] = (-1.0, 1.0),
    frames: int = 30,
    frames_per_second: int = 8,
) -> int:
    """Write a race of optimisers as an animated GIF; return the number of frames.

    Parameters
    ----------
    loss, paths, x_range, y_range : as for `draw_loss_surface`
    file : the file to write
    frames : how many pictures at most
    frames_per_second : speed
    """
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.0, 4.2))
    figure.set_layout_engine("constrained")
    ax = figure.add_subplot()
    draw_loss_surface(loss, paths, x_range=x_range, y_range=y_range, fine=61, ax=ax)
    lines = {line.get_label(): line for line in ax.lines}
    for line in ax.lines[: 2 * len(paths) : 2]:
        line.set_visible(False)  # the white borders
    longest = max(len(path) for path in paths.values())
    shown = np.unique(np.linspace(1, longest, min(frames, longest)).astype(int))

    def show(i: int) -> list[Any]:
        for name, path in paths.items():
            lines[name].set_data(*np.transpose(path[: shown[i]]))
        ax.set_title(f"after {shown[i] - 1} moves", fontsize=10)
        return []

    animation = FuncAnimation(figure, show, frames=len(shown), init_func=list, blit=False)
    animation.save(str(file), writer=PillowWriter(fps=frames_per_second), dpi=80)
    return len(shown)
