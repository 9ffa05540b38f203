"""picturing: yours beside the expected, drawn: bars for a few numbers, two maps for a table, two lines for many."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np

from .comparing import flat, shape_of

__all__ = ["MOST", "drawable", "picture"]

MOST = 400  # numbers of an answer that are still drawn
OURS, YOURS = "#0072b2", "#d55e00"


def drawable(value: Any) -> list[Any] | None:
    """Return an answer's numbers as a nested list, fit for JSON; None where there is nothing to draw."""
    if isinstance(value, (tuple, list)) and shape_of(value) is None:
        try:
            value = flat(value)
        except (TypeError, ValueError, OverflowError):
            return None
    shape = shape_of(value)
    if shape is None or len(shape) > 2 or not 0 < int(np.prod(shape)) <= MOST:
        return None
    numbers = np.atleast_1d(np.asarray(value, dtype=np.float64))
    numbers = numbers.astype(object)
    numbers[~np.isfinite(numbers.astype(np.float64))] = None  # JSON has no NaN
    found: list[Any] = numbers.tolist()
    return found


def draw_bars(ax: Any, expected: np.ndarray, yours: np.ndarray) -> None:
    """Draw two bars for each number, or two lines where there are many; a number that is not finite is a gap."""
    places = np.arange(expected.size)
    if expected.size > 40:
        ax.plot(places, expected, color=OURS, label="expected")
        ax.plot(np.arange(yours.size), yours, "--", color=YOURS, label="yours")
    else:
        ax.bar(places - 0.2, expected, width=0.4, color=OURS, label="expected")
        ax.bar(np.arange(yours.size) + 0.2, yours, width=0.4, color=YOURS, label="yours")
    ax.axhline(0.0, color="black", linewidth=0.8)
    if expected.size <= 12:
        ax.set_xticks(places)  # one number alone would get marks at -0.4, ..., 0.4
    else:
        ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set(xlabel="number of the answer", ylabel="value")
    ax.legend()


def picture(expected: list[Any], yours: list[Any]) -> str:
    """Return the two answers as SVG text."""
    import matplotlib
    from matplotlib.figure import Figure

    wanted, found = (np.asarray(numbers, dtype=np.float64) for numbers in (expected, yours))
    if wanted.ndim == 2 and wanted.shape == found.shape and min(wanted.shape) > 1:
        figure = Figure(figsize=(6.5, 2.8), layout="constrained")
        both = np.concatenate([wanted.ravel(), found.ravel()])
        low, high = (np.nanmin(both), np.nanmax(both)) if np.isfinite(both).any() else (0.0, 1.0)
        for number, (name, table) in enumerate((("expected", wanted), ("yours", found))):
            ax = figure.add_subplot(1, 2, number + 1)
            ax.imshow(table, vmin=low, vmax=high, cmap="viridis", aspect="auto")
            ax.set(title=name, xlabel="column", ylabel="row")
    else:
        figure = Figure(figsize=(6.5, 2.6), layout="constrained")
        draw_bars(figure.add_subplot(), wanted.ravel(), found.ravel())
    text = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": "coursework"}):  # the same names inside, so the same text every time
        figure.savefig(text, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    svg = text.getvalue()
    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", svg[svg.index("<svg") :])  # a page of HTML knows them
