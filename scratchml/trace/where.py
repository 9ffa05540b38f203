"""Which line of the source a fit stands at: asked of the generator that has just yielded.

Idea
    A generator that has yielded waits at that very line, and says so. Often it is wrapped by others that hand steps on,
    ``for step in inner: yield step``; the line worth showing is the innermost one's. A wrapper is known by two signs:
    the step is one of its local variables, and a generator that has not ended waits on its stack.
Cost
    Less than a microsecond for a step that is kept, a few where another generator has begun; nothing for others.
"""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, GeneratorType
from typing import Any, NamedTuple
from weakref import ref

ROOT = Path(__file__).parents[2]


class Source(NamedTuple):
    """The text of a function that yields steps."""

    name: str
    file: str  # relative to the package's parent where it is ours
    first: int  # number of its first line
    text: str


class Place(NamedTuple):
    """Where a generator stands."""

    key: str  # file and function
    line: int
    code: CodeType | None = None


# What has been found out about instructions, by the id of their code and its place in there: to hash a code takes
# longer than all the rest. The code is kept with it, so that no other can get its id.
_places: dict[int, tuple[CodeType, dict[int, Place]]] = {}  # of those that yield what they have made themselves
_hands_on: dict[tuple[int, int], tuple[bool, CodeType]] = {}  # whether one only hands on what another generator made


def places_in(code: CodeType) -> dict[int, Place]:
    """Return what is known of a function's instructions."""
    found = _places.get(id(code))
    if found is None:
        found = _places[id(code)] = code, {}
    return found[1]


def place_of(frame: FrameType) -> Place:
    """Return where a frame stands."""
    code = frame.f_code
    return Place(f"{file_of(code)}:{code.co_qualname}", frame.f_lineno, code)


def nothing() -> None:
    """Return None, as a weak reference does to what is gone."""


class Places:
    """Says where a generator stands after it has yielded a step; None where that cannot be told.

    The generator inside that made the step is looked for once, and again when it has ended or an outer one moved on.
    """

    __slots__ = ("chain", "inner", "known", "steps")

    def __init__(self, steps: GeneratorType[Any, Any, Any] | None) -> None:
        self.steps = steps  # None: no generator
        self.chain: list[tuple[GeneratorType[Any, Any, Any], int]] = []  # loops that hand on, where they stand
        self.inner: Callable[[], Any] = nothing  # a weak reference: it must not live longer than it would without us
        self.known: dict[int, Place] = {}  # of the inner one's instructions

    def of(self, step: Any) -> Place | None:
        """Return the place of the generator that made `step`."""
        inner = self.inner()
        frame = inner.gi_frame if inner is not None else None
        if frame is not None and (not self.chain or self._waits()):
            place = self.known.get(frame.f_lasti)
            if place is not None:
                return place
        return self._found(step) if self.steps is not None else None

    def _waits(self) -> bool:
        """Say whether all loops that hand on still stand where they stood."""
        for outer, at in self.chain:
            frame = outer.gi_frame
            if frame is None or frame.f_lasti != at:
                return False
        return True

    def _found(self, step: Any) -> Place | None:
        """Look for the generator that made `step` and return its place."""
        self.chain = []
        found: Any = self.steps
        frame: Any = found.gi_frame
        while frame is not None:
            inner = found.gi_yieldfrom
            if inner is None or type(inner) is not GeneratorType:
                at, inner = frame.f_lasti, wrapped(found, step)
                if inner is not None:
                    self.chain.append((found, at))  # what yields from another cannot move on before that one ends
            if inner is None or inner.gi_frame is None:
                break
            found, frame = inner, inner.gi_frame
        if frame is None:
            return None
        self.inner, self.known = ref(found), places_in(frame.f_code)
        place = self.known.get(frame.f_lasti)
        if place is None:
            place = self.known[frame.f_lasti] = place_of(frame)
        return place


def wrapped(outer: GeneratorType[Any, Any, Any], step: Any) -> GeneratorType[Any, Any, Any] | None:
    """Return the generator that `outer` takes its steps from, if it has just handed `step` on."""
    frame = outer.gi_frame
    if frame is None:
        return None
    at = id(frame.f_code), frame.f_lasti
    known = _hands_on.get(at)
    if known is not None and not known[0]:
        return None
    inner = None
    if known is not None or any(value is step for value in frame.f_locals.values()):
        for item in gc.get_referents(outer):
            if type(item) is GeneratorType and item is not outer and item.gi_frame and not item.gi_running:
                inner = item
                break
    if known is None:
        _hands_on[at] = inner is not None, frame.f_code
    return inner


def source_of(code: CodeType) -> Source:
    """Return the source of a function; its text is empty where there is no file."""
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        lines, first = [], code.co_firstlineno
    return Source(code.co_qualname, file_of(code), first, "".join(lines))


@cache
def file_of(code: CodeType) -> str:
    """Return the file of a function, relative to the package's parent where it is ours; else its name."""
    path = Path(code.co_filename)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
