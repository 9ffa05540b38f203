"""What a formula is told, what it answers, and the table of all formulas by step class and step name.

A formula is a function of a `Scene` that returns an `Answer`, or None where it cannot say anything (data unknown, a
weighted fit). It stands in the table under its step's class, written as text, so that traces loaded from a file are
explained as well, and no algorithm is imported. Each `Line` works its number out anew; where the step states the same
number, `stated` holds it, and a test compares the two. What `filled` says can be worked out with pencil and paper: the
tests do so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ...core.typing import FloatArray


class Line(NamedTuple):
    """One formula."""

    formula: str  # in the algorithm's own names
    filled: str  # with this step's numbers
    value: float  # what comes out, worked out here
    stated: float | None = None  # what the step says of it, where it does
    rtol: float = 1e-9  # how far the two may be apart: rounding of another order of sums


class Answer(NamedTuple):
    """What is known about a step."""

    words: str  # what was done, in one sentence
    lines: tuple[Line, ...]


class Scene(NamedTuple):
    """A step and what is around it."""

    step: Any
    before: Any  # the step before it in the same fit; None where it was not kept
    earlier: tuple[Any, ...]  # all kept steps of the fit before this one
    params: dict[str, Any]  # of the estimator
    estimator: str
    X: FloatArray | None  # as floats, where they can be
    y: Any
    env: Any = None  # of an agent


Formula = Callable[[Scene], Answer | None]
TABLE: dict[tuple[str, str], Formula] = {}


def formula(step_class: str, *names: str) -> Callable[[Formula], Formula]:
    """Enter a function into the table for steps of `step_class` ("cluster.lloyd.Step") with one of `names`."""

    def enter(function: Formula) -> Formula:
        for name in names:
            TABLE[f"scratchml.{step_class}", name] = function
        return function

    return enter


def say(value: float) -> str:
    """Return a number in six digits."""
    return f"{float(value):.6g}"


def many(count: int, thing: str) -> str:
    """Return a number of things: "1 row", "2 rows"."""
    return f"{count} {thing}" + ("" if count == 1 else "s")


def signed(value: float) -> str:
    """Return a number that stands behind a sign or a factor: in brackets if negative."""
    return f"({say(value)})" if value < 0 else say(value)


def total(terms: Iterable[float], most: int = 4) -> str:
    """Return a sum written out; its middle is left out where there are many terms."""
    words = [signed(term) for term in terms]
    if len(words) > most:
        words = [*words[: most - 1], "...", words[-1]]
    return " + ".join(words) or "0"


def among(name: str, values: Iterable[float], most: int = 6) -> str:
    """Return the choice of the least or largest written out: "min(1, 2)"; its middle is left out where it is long."""
    words = [say(value) for value in values]
    if len(words) > most:
        words = [*words[: most - 1], "...", words[-1]]
    return f"{name}({', '.join(words)})" if len(words) > 1 else "".join(words)


def close(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that agree with what the step states: the others are of a weighted or chunked fit."""
    found = []
    for line in lines:
        stated = line.value if line.stated is None else line.stated
        room = line.rtol * max(abs(line.value), abs(stated)) + 1e-10  # sums that cancel leave some rounding
        found += [line] if abs(line.value - stated) <= room else []
    return found
