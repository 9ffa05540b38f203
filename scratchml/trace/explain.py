"""The formula of a step with its numbers filled in; where no formula is known, a table of its fields."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any, NamedTuple

import numpy as np

from .events import Trace, arrays_of, name_of, numbers_of
from .formulas import TABLE, Line, Scene
from .formulas.scene import many, say


class Explanation(NamedTuple):
    """What a step did. Look at it, or read its parts."""

    title: str
    words: str
    lines: tuple[Line, ...]  # formulas; empty where none is known
    table: dict[str, str]  # the step's fields

    def __str__(self) -> str:
        text = [self.title, *([self.words] if self.words else [])]
        for line in self.lines:
            left, _, right = line.formula.partition(" = ")
            pad = " " * len(left)
            text += ["", f"  {line.formula}" if right else f"  {left}", f"  {pad} = {line.filled}"]
            if say(line.value) != line.filled:
                text.append(f"  {pad} = {say(line.value)}")
        if not self.lines:
            width = max(map(len, self.table), default=0)
            text += ["", *(f"  {field:<{width}}  {value}" for field, value in self.table.items())]
        return "\n".join(text)

    def __repr__(self) -> str:
        return str(self)  # so that a notebook shows the formula, too


def as_rows(given: Any) -> Any:
    """Return X (n, d) as floats, where it can be that and is finite; otherwise None."""
    try:
        X = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return X if X.ndim == 2 and X.size and np.isfinite(X).all() else None


def as_target(given: Any) -> Any:
    """Return y as an array of numbers or words; None where there is none."""
    if given is None:
        return None
    y = np.asarray(given)
    return y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y


def scene_of(trace: Trace, i: int) -> Scene:
    """Return step i with what is around it."""
    i = i % len(trace) if -len(trace) <= i < len(trace) else i
    event, fit = trace.event(i), trace.fit_of(i)
    earlier = tuple(other.step for other in trace.events[:i] if other.fit == event.fit)
    X, y = as_rows(fit.X), as_target(fit.y)
    return Scene(event.step, trace.before(i), earlier, fit.params, fit.name, X, y, None if X is not None else fit.X)


def key_of(step: Any) -> tuple[str, str]:
    """Return the key of a step in the table of formulas."""
    return f"{type(step).__module__}.{type(step).__qualname__}", name_of(step)


def explain(trace: Trace, i: int) -> Explanation:
    """Return the formula of step i with its numbers filled in; where there is none, a table of its fields."""
    event, fit = trace.event(i), trace.fit_of(i)
    step = event.step
    answer, function = None, TABLE.get(key_of(step))
    if function is not None:
        answer = function(scene_of(trace, i))
    at = getattr(step, "iteration", None)
    title = f"{fit.label}, step {event.number}: {event.name}" + (f" (iteration {at})" if isinstance(at, int) else "")
    table = {field: shown(value) for field, value in fields_of(step).items() if field != "name"}
    return Explanation(title, answer.words if answer else "", answer.lines if answer else (), table)


def fields_of(step: Any) -> dict[str, Any]:
    """Return the fields of a step, arrays inside others on their own; a plain value under "value"."""
    if not hasattr(step, "_fields"):
        return {"value": step}
    return {**{f: getattr(step, f) for f in step._fields if not isinstance(getattr(step, f), tuple)}, **arrays_of(step)}


def shown(value: Any) -> str:
    """Return a value in a few words."""
    if isinstance(value, np.ndarray):
        if value.size <= 8 and value.ndim == 1 and value.dtype.kind in "biuf":
            return "[" + ", ".join(say(v) for v in value) + "]"
        if value.dtype.kind in "biuf" and value.size:
            return f"shape {value.shape}, from {say(np.min(value))} to {say(np.max(value))}"
        return f"shape {value.shape}"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return str(value)
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return say(float(value))
    if isinstance(value, (list, dict, tuple)):
        return f"{len(value)} items"
    return type(value).__name__


def in_words(trace: Trace, i: int) -> str:
    """Return one sentence about step i, for those who cannot see the picture."""
    found = explain(trace, i)
    curve = ", ".join(f"{name} {say(value)}" for name, value in list(numbers_of(trace[i]).items())[:4])
    return f"{found.title}. {found.words} {curve}.".replace(" .", "").replace("..", ".")


MOST_FITS = 20  # in a notebook


def overview(trace: Trace) -> str:
    """Return a table for a notebook: of each fit, which steps were kept, and how far the number it follows went."""
    rows = []
    kept = list(dict.fromkeys(event.fit for event in trace.events))
    for number in kept[:MOST_FITS]:
        part = trace.of_fit(number)
        counts = Counter(event.name for event in part.events)
        steps = ", ".join(name if count == 1 else f"{count} {name}" for name, count in counts.items())
        name, values = part.curve()
        finite = [say(value) for value in values if np.isfinite(value)]
        curve = f"{name.replace('_', ' ')} {finite[0]} to {finite[-1]}" if name and finite else ""
        cells = "".join(f"<td>{escape(text)}</td>" for text in (trace.fits[number].label, steps, curve))
        rows.append(f"<tr>{cells}</tr>")
    more = f"<p>{len(kept) - MOST_FITS} more fits</p>" if len(kept) > MOST_FITS else ""
    table = f"<table><tr><th>fit</th><th>steps kept</th><th></th></tr>{''.join(rows)}</table>"
    return f"<b>Trace</b> of {many(len(trace), 'step')} of {many(len(kept), 'fit')}{table if rows else ''}{more}"
