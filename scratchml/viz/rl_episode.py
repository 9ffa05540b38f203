"""One episode, watched: as a list of moments, as text for a terminal, as an animated GIF."""

from __future__ import annotations

import copy
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from ..core.typing import VectorLike
from ..rl.checks import check_policy
from .rl import LINE, draw_values


class Frame(NamedTuple):
    """One moment of an episode."""

    state: int
    action: int | None  # that led here; None at the start
    reward: float
    total: float  # sum of the rewards so far
    text: str  # what `render` says


def walk_episode(env: Any, policy: VectorLike, *, max_steps: int = 100, seed: int | None = 0) -> list[Frame]:
    """Play one episode by a policy, and return its moments; an environment of ours is left as it was.

    Parameters
    ----------
    env : environment of ours, or another one with `render`
    policy : array of shape (S,), one action for each state
    max_steps : the episode is left after so many
    seed : of the environment
    """
    env = copy.copy(env)
    actions = check_policy(policy, env.observation_space.n, env.action_space.n)
    state, _ = env.reset(seed=seed)
    frames = [Frame(int(state), None, 0.0, 0.0, str(env.render()))]
    for _ in range(max_steps):
        action = int(actions[state])
        state, reward, terminated, truncated, _ = env.step(action)
        frames.append(Frame(int(state), action, float(reward), frames[-1].total + float(reward), str(env.render())))
        if terminated or truncated:
            break
    return frames


def episode_text(env: Any, policy: VectorLike, *, max_steps: int = 100, seed: int | None = 0) -> str:
    """Return one episode as text for a terminal, one picture after the other.

    Parameters
    ----------
    env : environment of ours
    policy : array of shape (S,), one action for each state
    max_steps : the episode is left after so many
    seed : of the environment

    Examples
    --------
    >>> from scratchml.rl import CliffWalking, value_iteration
    >>> from scratchml.viz import episode_text
    >>> text = episode_text(CliffWalking(), value_iteration(CliffWalking()).policy)
    >>> text.count("step"), text.splitlines()[-1]
    (13, 'step 13: Down, reward -1, together -13')
    """
    parts = []
    for i, frame in enumerate(walk_episode(env, policy, max_steps=max_steps, seed=seed)):
        parts.append(frame.text)
        if frame.action is not None:
            name = env.action_names[frame.action] if env.action_names else str(frame.action)
            parts.append(f"step {i}: {name}, reward {frame.reward:g}, together {frame.total:g}\n")
    return "\n".join(parts)


def episode_gif(
    env: Any,
    policy: VectorLike,
    path: str | PathLike[str],
    *,
    values: VectorLike | None = None,
    layout: VectorLike | None = None,
    max_steps: int = 60,
    seed: int | None = 0,
    frames_per_second: int = 4,
) -> list[Frame]:
    """Write one episode as an animated GIF: a dot that walks over the values; return its moments.

    Parameters
    ----------
    env : environment with cells
    policy : array of shape (S,), one action for each state
    path : the file to write
    values : array of shape (S,) for the background; None draws it empty
    layout : array of shape (rows, columns), the state whose value each cell shows; None asks the environment
    max_steps : the episode is left after so many
    seed : of the environment
    frames_per_second : speed
    """
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.figure import Figure

    frames = walk_episode(env, policy, max_steps=max_steps, seed=seed)
    cells = np.asarray(env.layout() if layout is None else layout)
    figure = Figure(figsize=(max(3.6, 0.55 * cells.shape[1] + 1.6), max(2.4, 0.55 * cells.shape[0] + 1.0)))
    figure.set_layout_engine("constrained")
    ax = figure.add_subplot()
    worth = np.zeros(env.observation_space.n) if values is None else values
    draw_values(env, worth, ax=ax, layout=cells)
    (dot,) = ax.plot([], [], "o", color=LINE, markersize=13, markeredgecolor="white", markeredgewidth=1.5)

    def show(i: int) -> list[Any]:
        frame = frames[i]
        row, column = env.cell(frame.state)
        dot.set_data([column], [row])
        name = "start" if frame.action is None else env.action_names[frame.action]
        ax.set_title(f"{i}: {name}, return {frame.total:g}", fontsize=10)
        return [dot]

    animation = FuncAnimation(figure, show, frames=len(frames), blit=False)
    animation.save(str(path), writer=PillowWriter(fps=frames_per_second), dpi=80)
    return frames
