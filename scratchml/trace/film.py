"""A trace as an animated GIF, written by matplotlib and Pillow (which matplotlib brings along)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .events import Trace
from .pictures import frame_numbers, leave_room, plot


def check_frames(trace: Trace, frames: int) -> None:
    """Raise TypeError or ValueError unless there is something to show, in a number of frames that makes sense."""
    if not len(trace):
        raise ValueError("the trace is empty: no fit ran while it was recorded (and nothing was filtered out?).")
    if isinstance(frames, bool) or not isinstance(frames, (int, np.integer)):
        raise TypeError(f"frames={frames!r} must be an integer; give 2 or more.")
    if frames < 2:
        raise ValueError(f"frames={frames} is too few; give 2 or more.")


def animate(trace: Trace, path: str | Path, *, frames: int = 60, interval: int = 300) -> Path:
    """Write an animated GIF of at most `frames` steps, evenly spread, `interval` milliseconds each; return its path.

    Raises
    ------
    TypeError, ValueError
        If the trace is empty, or a number makes no sense.
    """
    check_frames(trace, frames)
    if not interval >= 1:
        raise ValueError(f"interval={interval} is too short; give 1 millisecond or more.")
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.figure import Figure

    path = Path(path)
    figure = Figure(figsize=(5.4, 4.2))

    def draw(i: int) -> tuple[()]:
        figure.clear()
        plot(trace, i, figure.add_subplot())
        leave_room(figure)
        return ()

    film = FuncAnimation(figure, draw, frames=frame_numbers(len(trace), frames), interval=interval)
    film.save(path, writer=PillowWriter(fps=1000 / interval), dpi=90)  # type: ignore[arg-type]
    return path
