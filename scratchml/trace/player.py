"""The player: a trace as one HTML file that needs no network.

Idea
    Everything a step has is drawn and worded here, in Python, and put into the page as JSON: its picture (PNG), its
    formula, what to say to someone who cannot see it, the lines of source that led to it and the kernels that these
    call, and the number that the curve follows. The page only turns the leaves. All of it is set as text, never as
    HTML: a trace from a file cannot run code in it.
Cost
    About 20 kB and a few tenths of a second for a frame. There are at most `frames`, evenly spread; where they would
    take more than `MOST_BYTES`, they are drawn more coarsely. The page says how many steps it leaves out.
"""

from __future__ import annotations

import base64
import io
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from .compare import diff
from .events import Trace, numbers_of
from .explain import explain, in_words
from .film import check_frames
from .pictures import frame_numbers, leave_room, plot
from .where import Source
from .work import Work, work_behind

MOST_BYTES = 6_000_000  # of all pictures
MOST_KERNELS = 6  # whose text stands below a step's lines
DPI = 84
RTOL, ATOL = 1e-9, 1e-12  # sums in another order do not make two traces part


def picture_of(trace: Trace, i: int, dpi: int) -> str:
    """Return step i's picture as the address of an image."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.4, 4.2))
    plot(trace, i, figure.add_subplot())
    leave_room(figure)
    held = io.BytesIO()
    figure.savefig(held, format="png", dpi=dpi)
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()


def frame_of(trace: Trace, i: int, dpi: int, work: Work) -> dict[str, Any]:
    """Return what the page shows of step i, beside the lines and kernels that led to it."""
    event, found = trace.event(i), explain(trace, i)
    formula = "\n".join(str(found).split("\n")[2 if found.words else 1 :]).strip("\n")
    return {
        "image": picture_of(trace, i, dpi),
        "words": in_words(trace, i),
        "title": found.title,
        "saying": found.words,
        "formula": formula,
        "source": event.source,
        "line": event.line,
        "work": work.lines,
        "kernels": [(said, key_of_source(kernel)) for said, kernel in work.kernels[:MOST_KERNELS]],
    }


def key_of_source(source: Source) -> str:
    """Return the key of a source in a trace."""
    return f"{source.file}:{source.name}"


def shown_source(source: Source) -> dict[str, Any]:
    """Return what the page shows of a source."""
    return {"name": source.name, "file": source.file, "first": source.first, "lines": source.text.splitlines()}


def parting(traces: list[Trace], names: list[str], chosen: list[int]) -> dict[str, Any] | None:
    """Return where two traces part, but for rounding, and in words; None where they do not."""
    found = diff(traces[0], traces[1], rtol=RTOL, atol=ATOL)
    if found is None:
        return None
    if found.field == "length":
        ends, goes_on = names if found.first is None else names[::-1]
        words = f"They are the same until {ends} ends; {goes_on} goes on with {found.name}."
    else:
        words = (
            f"They part at step {found.step} ({found.name}): {found.field} is {found.first} in {names[0]}, "
            f"{found.second} in {names[1]}."
        )
    return {"at": chosen.index(found.step), "words": words}


def shared_numbers(traces: list[Trace], frames: int) -> list[int]:
    """Return which steps to show, the same ones of both traces, so that they can be compared, and where they part."""
    wanted = set(frame_numbers(max(map(len, traces)), frames))
    if len(traces) > 1:
        found = diff(traces[0], traces[1], rtol=RTOL, atol=ATOL)
        wanted |= {min(map(len, traces)) - 1, *([] if found is None else [found.step])}
    return sorted(wanted)


def column_of(trace: Trace, label: str, chosen: list[int], dpi: int, field: str) -> dict[str, Any]:
    """Return what the page shows of a trace."""
    numbers = [numbers_of(trace[i]).get(field, np.nan) for i in chosen]
    behind, sources = [], {}
    for i in chosen:
        event = trace.event(i)
        source = trace.sources.get(event.source)
        work = Work([], [])
        if source is not None and source.text:
            work = work_behind(source, event.line, event.step, trace.fit_of(i).name)
            sources[event.source] = source
        behind.append(work)
        sources.update({key_of_source(kernel): kernel for _, kernel in work.kernels[:MOST_KERNELS]})
    return {
        "label": label,
        "frames": [frame_of(trace, i, dpi, work) for i, work in zip(chosen, behind)],
        "curve": {"name": field, "values": [float(v) if np.isfinite(v) else None for v in numbers]},
        "sources": {key: shown_source(source) for key, source in sources.items()},
    }


def to_html(
    trace: Trace,
    path: str | Path,
    *,
    other: Trace | None = None,
    frames: int = 120,
    labels: tuple[str, str] | None = None,
    interval: int = 700,
) -> Path:
    """Write the player, one offline page, and return its path.

    Parameters
    ----------
    trace : what to play
    path : where to
    other : a second trace, played beside it; the page tells where they part
    frames : most steps shown of each, evenly spread; of two traces the same steps, and the one where they part
    labels : what to call the two; None takes the fits' labels
    interval : milliseconds between two steps while it plays

    Raises
    ------
    TypeError, ValueError
        If a trace is empty or no trace, or a number makes no sense.
    """
    traces = [trace] if other is None else [trace, other]
    for name, one in zip(("trace", "other"), traces):
        if not isinstance(one, Trace):
            raise TypeError(f"{name}={one!r:.60} is no Trace; record one with trace.record().")
        check_frames(one, frames)
    if labels is not None and len(labels) != len(traces):
        raise ValueError(f"labels={labels!r} names {len(labels)} traces, but there are {len(traces)}.")
    names = list(labels) if labels is not None else [", ".join(one.labels) for one in traces]
    shared = shared_numbers(traces, frames)
    chosen = [[i for i in shared if i < len(one)] for one in traces]
    sample = len(picture_of(trace, chosen[0][len(chosen[0]) // 2], DPI))
    dpi = int(DPI * min(1.0, max(0.5, (MOST_BYTES / (sample * sum(map(len, chosen)))) ** 0.5)))
    field = trace.curve()[0]
    left_out = [len(one) - len(some) for one, some in zip(traces, chosen)]
    note = f"{', '.join(map(str, left_out))} steps between these are left out." if any(left_out) else ""
    page = {
        "title": " beside ".join(names) if len(names) > 1 else f"{names[0]}, step by step",
        "note": note,
        "interval": int(interval),
        "parting": parting(traces, names, shared) if other is not None else None,
        "traces": [column_of(one, name, some, dpi, field) for one, name, some in zip(traces, names, chosen)],
    }
    text = json.dumps(page, allow_nan=False).replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " ")
    frame = files(__package__).joinpath("player.html").read_text(encoding="utf-8")
    path = Path(path)
    path.write_text(frame.replace("@PAGE@", text), encoding="utf-8")
    return path


def compare_html(
    first: Trace,
    second: Trace,
    path: str | Path,
    *,
    labels: tuple[str, str] = ("first", "second"),
    frames: int = 120,
) -> Path:
    """Write the player of two traces side by side, such as k-means++ beside random; return its path.

    Raises
    ------
    TypeError, ValueError
        If a trace is empty or no trace, or a number makes no sense.
    """
    if not isinstance(second, Trace):
        raise TypeError(f"second={second!r:.60} is no Trace; record one with trace.record().")
    return to_html(first, path, other=second, labels=labels, frames=frames)
