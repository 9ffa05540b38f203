"""watching: a student's own functions at work, drawn frame by frame.

``python a12_k_means.py`` ends in ``animate(__file__)``: the assignment's ``film.py`` runs the textbook's loop with the
functions of that file and draws each step. With a screen a window opens; without one a GIF is written beside the file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from .assignment import find_assignment, load_module

__all__ = ["animate"]

Frame = Callable[[Any], None]  # draws one step on cleared axes


def film_frames(path: Path, functions: ModuleType) -> list[Frame]:
    """Return the frames of an assignment's film, made with the student's functions."""
    film = find_assignment(path.stem).folder / "film.py"
    frames: Iterator[Frame] = load_module(film, f"film_{path.stem}").frames(functions)
    return list(frames)


def animate(path: str | Path) -> Path | None:
    """Play the student's functions of ``__main__``: in a window, or into a GIF beside the file (returned)."""
    place, functions = Path(path), sys.modules["__main__"]
    try:
        frames = film_frames(place, functions)
    except NotImplementedError as error:
        print(f"nothing to play yet: {error}")
        return None
    import matplotlib.pyplot as plt
    from matplotlib.animation import FuncAnimation, PillowWriter

    figure, ax = plt.subplots(figsize=(6, 5), layout="constrained")

    def draw(number: int) -> tuple[()]:
        ax.clear()
        frames[number](ax)
        return ()

    film = FuncAnimation(figure, draw, frames=len(frames), interval=700, blit=False)
    if plt.get_backend().lower() in {name.lower() for name in ("agg", "pdf", "svg", "ps", "cairo", "template")}:
        out = place.with_suffix(".gif")
        film.save(out, writer=PillowWriter(fps=2))
        plt.close(figure)
        print(f"{len(frames)} frames of your own functions: {out}")
        return out
    plt.show()
    return None
