"""Which line of the source a fit stands at: asked of the generator that has just yielded.

Idea
    A generator that has yielded waits at that very line, and says so. Often it is wrapped by others that hand steps on,
    ``for step in inner: yield step``; the line worth showing is the innermost one's. A wrapper is known by two signs:
    the step is one of its local variables, and a generator that has not ended waits on its stack.
Cost
    A few microseconds for a step that is kept; nothing for others.
"""

from __future__ import annotations

import gc
import inspect
from pathlib import Path
from types import CodeType, GeneratorType
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]


class Source(NamedTuple):
    """The text of a function that yields steps."""

    name: str
    file: str  # relative to the package's parent where it is ours
    first: int  # number of its first line
    text: str


_hands_on: dict[tuple[CodeType, int], bool] = {}  # whether a line only hands on what another generator made


def innermost(steps: Any, step: Any) -> GeneratorType[Any, Any, Any] | None:
    """Return the waiting generator that made `step`; None where `steps` is no generator."""
    found = steps if isinstance(steps, GeneratorType) else None
    while found is not None:
        inner = found.gi_yieldfrom
        if not isinstance(inner, GeneratorType):
            inner = _wrapped(found, step)
        if inner is None or inner.gi_frame is None:
            break
        found = inner
    return found


def _wrapped(outer: GeneratorType[Any, Any, Any], step: Any) -> GeneratorType[Any, Any, Any] | None:
    """Return the generator that `outer` takes its steps from, if it has just handed `step` on."""
    frame = outer.gi_frame
    if frame is None:
        return None
    line = frame.f_code, frame.f_lineno
    if _hands_on.get(line) is False:
        return None
    inner = None
    if any(value is step for value in frame.f_locals.values()):
        waiting = (item for item in gc.get_referents(outer) if isinstance(item, GeneratorType) and item is not outer)
        inner = next((item for item in waiting if item.gi_frame is not None and not item.gi_running), None)
    _hands_on[line] = _hands_on.get(line, False) or inner is not None
    return inner


def place_of(steps: Any, step: Any) -> tuple[CodeType, int] | None:
    """Return (code, line) where `steps` stands after yielding `step`; None where that cannot be told."""
    found = innermost(steps, step)
    if found is None or found.gi_frame is None:
        return None
    return found.gi_frame.f_code, found.gi_frame.f_lineno


def source_of(code: CodeType) -> Source:
    """Return the source of a function; its text is empty where there is no file."""
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        lines, first = [], code.co_firstlineno
    return Source(code.co_qualname, file_of(code), first, "".join(lines))


def file_of(code: CodeType) -> str:
    """Return the file of a function, relative to the package's parent where it is ours; else its name."""
    path = Path(code.co_filename)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
