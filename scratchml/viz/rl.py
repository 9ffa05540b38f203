"""Pictures of learning by reward: what each cell is worth, where to go, where one has been, how the returns grew.

The environments with cells (frozen lake, cliff, grid worlds, taxi) say themselves which state lies in which cell:
``env.layout()``. Where a picture of other cells is wanted (the taxi with the passenger inside), give the layout:
``draw_values(env, values, layout=env.layout(passenger=4, destination=1))``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ..core.axes import new_axes
from ..core.typing import Array, FloatArray, VectorLike
from ..rl.checks import check_policy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
else:
    Axes: TypeAlias = Any

MAP = "cividis"
WALL, LINE = "0.93", "#D55E00"  # lighter than every grey of the map
ENDS = "GHXTC"  # letters of cells where nothing is left to decide
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]  # Okabe and Ito


def _layout(env: Any, layout: Any, n_states: int) -> Array:
    cells = np.asarray(env.layout() if layout is None else layout)
    if cells.ndim != 2 or cells.dtype.kind not in "iu":
        raise ValueError(
            f"layout of shape {cells.shape} is no table of states; give integers of shape (rows, columns)."
        )
    if cells.min() < -1 or cells.max() >= n_states:
        raise ValueError(f"layout holds states outside -1 ... {n_states - 1}; there are {n_states} states.")
    return cells


def _numbers(values: VectorLike, env: Any, name: str, per_action: bool = False) -> FloatArray:
    if not (hasattr(env, "observation_space") and hasattr(env, "action_space")):
        raise TypeError(f"env={env!r} is no environment; give one with cells, such as FrozenLake().")
    found = np.asarray(values, dtype=np.float64)
    wanted = (env.observation_space.n, env.action_space.n) if per_action else (env.observation_space.n,)
    if found.shape != wanted:
        raise ValueError(f"{name} has shape {found.shape}; give one number for each place of {wanted}.")
    return found


def _frame_cells(ax: Axes, cells: Array, title: str) -> None:
    rows, columns = cells.shape
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[], aspect="equal")
    ax.set_title(title)


def _heat(ax: Axes, env: Any, cells: Array, worth: FloatArray, label: str) -> Any:
    """Draw one square for each cell, walls and ends grey, with the letters of the map; return the image."""
    from matplotlib import colormaps

    grey = np.array([[state < 0 or _is_end(env, int(state)) for state in row] for row in cells])
    shades = np.ma.masked_where(grey, worth[np.maximum(cells, 0)])
    flat = shades.count() > 0 and shades.min() == shades.max()  # nothing is learnt yet: the darkest, not the middle
    low, high = (float(shades.min()), float(shades.min()) + 1.0) if flat else (None, None)
    image = ax.imshow(shades, cmap=colormaps[MAP].with_extremes(bad=WALL), vmin=low, vmax=high)
    if ax.figure is not None:
        ax.figure.colorbar(image, ax=ax, label=label, shrink=0.8)
    _letters(ax, env, cells)
    return image


def _letters(ax: Axes, env: Any, cells: Array) -> None:
    rows = getattr(env, "rows", [])
    for i, row in enumerate(rows if (len(rows), len(rows[0]) if rows else 0) == cells.shape else []):
        for j, letter in enumerate(row):
            if letter in ENDS and len(rows) * len(row) == env.observation_space.n:
                ax.text(j, i, letter, ha="center", va="center", color="0.25")
            elif letter not in ".Fo #":
                ax.text(j - 0.44, i - 0.42, letter, ha="left", va="top", fontsize=7, **_on_any_ground())
    for i, j in getattr(env, "walls", ()):
        ax.plot([j + 0.5, j + 0.5], [i - 0.5, i + 0.5], color="black", linewidth=3)


def _on_any_ground() -> dict[str, Any]:
    from matplotlib.patheffects import withStroke

    return {"color": "black", "path_effects": [withStroke(linewidth=2, foreground="white")]}


def draw_values(
    env: Any,
    values: VectorLike,
    policy: VectorLike | None = None,
    ax: Axes | None = None,
    *,
    layout: VectorLike | None = None,
    title: str = "what each cell is worth, and where to go",
) -> Axes:
    """Draw a heat map of the values, with an arrow for the policy's action in each cell.

    Parameters
    ----------
    env : environment with cells
    values : array of shape (S,)
    policy : array of shape (S,), one action for each state; None draws no arrows. An action that is no move shows its
        first letter, and -1 (none is better than the others) a dot; cells where every episode ends show none
    ax : where to draw
    layout : array of shape (rows, columns), the state in each cell, -1 for none; None asks the environment
    title : of the picture

    Raises
    ------
    TypeError, ValueError
        If a shape does not fit, or the environment has no cells.
    """
    worth, ax = _numbers(values, env, "values"), new_axes(ax)
    cells = _layout(env, layout, len(worth))
    image = _heat(ax, env, cells, worth, "value")
    if policy is not None:
        undecided = np.equal(policy, -1)
        actions = check_policy(np.where(undecided, 0, policy), len(worth), env.action_space.n)
        for (i, j), state in np.ndenumerate(cells):
            if state < 0 or _is_end(env, int(state)):
                continue
            if undecided[state]:
                ax.plot(j, i, marker=".", color=_ink(image, worth[state]))
            else:
                _arrow(ax, env, i, j, int(actions[state]), _ink(image, worth[state]))
    _frame_cells(ax, cells, title)
    return ax


def _ink(image: Any, value: float) -> str:
    red, green, blue, _ = image.cmap(image.norm(value))
    return "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"


def _is_end(env: Any, state: int) -> bool:
    """Say whether nothing is left to decide in a state: the episode has ended there, or one is never in it."""
    rows, shape = getattr(env, "rows", None), getattr(env, "shape", None)
    if rows is None or shape is None or env.observation_space.n != shape[0] * shape[1]:
        return False
    return rows[state // shape[1]][state % shape[1]] in ENDS + "#"


def _arrow(ax: Axes, env: Any, i: int, j: int, action: int, colour: str) -> None:
    move = env.moves[action] if action < len(env.moves) else None
    if move is None:
        letter = env.action_names[action][0] if action < len(env.action_names) else str(action)
        ax.text(j, i, letter, ha="center", va="center", color=colour, fontweight="bold")
        return
    down, right = 0.28 * move[0], 0.28 * move[1]
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 1.3, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=(j + right, i + down), xytext=(j - right, i - down), arrowprops=style)


def draw_actions(
    env: Any,
    q: VectorLike,
    ax: Axes | None = None,
    *,
    layout: VectorLike | None = None,
    title: str = "what each move is worth",
) -> Axes:
    """Draw each cell as four triangles, one for each move, shaded by its worth; the best one is outlined.

    Parameters
    ----------
    env : environment with cells and moves
    q : array of shape (S, A); actions that are no moves are left out
    ax : where to draw
    layout : array of shape (rows, columns), the state in each cell, -1 for none; None asks the environment
    title : of the picture

    Raises
    ------
    ValueError
        If a shape does not fit, or the environment has no cells.
    """
    from matplotlib import colormaps
    from matplotlib.collections import PolyCollection

    worth, ax = _numbers(q, env, "q", per_action=True), new_axes(ax)
    cells = _layout(env, layout, len(worth))
    moves = [(a, move) for a, move in enumerate(env.moves) if move is not None]
    triangles, shades, best = [], [], []
    for (i, j), state in np.ndenumerate(cells):
        if state < 0 or _is_end(env, int(state)):
            ax.fill([j - 0.5, j + 0.5, j + 0.5, j - 0.5], [i - 0.5, i - 0.5, i + 0.5, i + 0.5], color=WALL)
            continue
        top = max(worth[state, a] for a, _ in moves)
        for a, (down, right) in moves:
            side = [(j + (right - down) / 2, i + (down + right) / 2), (j + (right + down) / 2, i + (down - right) / 2)]
            triangles.append([(float(j), float(i)), *side])
            shades.append(worth[state, a])
            if worth[state, a] == top:
                best.append(triangles[-1])
    collection = PolyCollection(
        triangles, array=np.array(shades), cmap=colormaps[MAP], edgecolor="white", linewidth=0.4
    )
    ax.add_collection(collection)
    ax.add_collection(PolyCollection(best, facecolor="none", edgecolor=LINE, linewidth=1.6))
    if ax.figure is not None:
        ax.figure.colorbar(collection, ax=ax, label="Q(state, move)", shrink=0.8)
    _letters(ax, env, cells)
    _frame_cells(ax, cells, title)
    return ax


def draw_visits(
    env: Any,
    visits: VectorLike,
    ax: Axes | None = None,
    *,
    layout: VectorLike | None = None,
    title: str = "how often each cell was visited",
) -> Axes:
    """Draw how often each state was visited, on a scale of powers of ten.

    Parameters
    ----------
    env : environment with cells
    visits : array of shape (S, A), an agent's ``visits_``; or (S,)
    ax : where to draw
    layout : array of shape (rows, columns), the state in each cell, -1 for none; None asks the environment
    title : of the picture

    Raises
    ------
    ValueError
        If a shape does not fit, or the environment has no cells.
    """
    counts = np.asarray(visits)
    counts = counts.sum(axis=1) if counts.ndim == 2 else counts
    worth, ax = np.log10(1.0 + _numbers(counts, env, "visits")), new_axes(ax)
    cells = _layout(env, layout, len(worth))
    image = _heat(ax, env, cells, worth, "log10(1 + visits)")
    for (i, j), state in np.ndenumerate(cells):
        if state >= 0 and not _is_end(env, int(state)):
            ax.text(
                j, i, _short(int(counts[state])), ha="center", va="center", fontsize=7, color=_ink(image, worth[state])
            )
    _frame_cells(ax, cells, title)
    return ax


def _short(count: int) -> str:
    if count < 1000:
        return str(count)
    return f"{count / 1000:.3g}k" if count < 999_500 else f"{count / 1e6:.3g}M"


def draw_returns(
    returns: Mapping[str, VectorLike] | VectorLike,
    ax: Axes | None = None,
    *,
    window: int = 100,
    best: float | None = None,
    title: str = "returns while learning",
) -> Axes:
    """Draw the return of each episode of a training as a moving mean.

    Parameters
    ----------
    returns : an agent's ``returns_``; or several, by name
    ax : where to draw
    window : how many episodes to average over, at least 1
    best : a line at this return, for comparison
    title : of the picture

    Raises
    ------
    ValueError
        If `window` is below 1, or an agent finished no episode.
    """
    if window < 1:
        raise ValueError(f"window={window} is below 1; give the number of episodes to average over.")
    ax = new_axes(ax)
    curves = returns if isinstance(returns, Mapping) else {"": returns}
    for k, (name, values) in enumerate(curves.items()):
        found = np.asarray(values, dtype=np.float64)
        if not len(found):
            raise ValueError(f"{name or 'returns'} is empty: no episode was finished; train for longer.")
        width = min(window, len(found))
        sums = np.concatenate([[0.0], np.cumsum(found)])
        style = ["-", "--", "-.", ":"][k % 4]
        ends = np.arange(width, len(found) + 1)
        ax.plot(ends, (sums[width:] - sums[:-width]) / width, style, color=COLOURS[k % len(COLOURS)], label=name)
    if best is not None:
        ax.axhline(best, color="black", linewidth=0.8, label="the best policy's" if len(curves) > 1 else None)
    ax.set(xlabel="episode", ylabel=f"return, mean of {window}", title=title)
    if any(curves):
        ax.legend()
    return ax
