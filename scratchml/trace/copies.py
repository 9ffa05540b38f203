"""Copies of steps, which are live views, and the memory that they lie in."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..core.typing import Array

FINAL = {"str", "int", "float", "bool", "int | None", "float | None", "str | None",
         "tuple[float, ...]", "tuple[int, ...]", "tuple[str, ...]", str, int, float, bool}  # declared  # fmt: skip
PROMISED = {"FinalFloats", "FinalInts"}  # declared to be read-only arrays where someone listens
PLAIN = {type(None), bool, int, float, str, np.float64, np.int64, np.bool_}  # cannot change

LARGE = 2**16  # bytes: comparing costs less than copying
SMALL = 2**12  # bytes: what the system has at hand in any case
SHELF = 2**23  # bytes of memory that recordings use again
BLOCK = 2**13  # numbers compared at once: most arrays that differ do so early


def same_bits(a: Any, b: Any) -> bool:
    """Say whether two arrays of numbers of eight bytes hold the same bits."""
    if type(b) is not np.ndarray or a.shape != b.shape or a.dtype != b.dtype or a.itemsize != 8:
        return False
    if a.dtype.kind not in "fiu" or not (a.flags.c_contiguous and b.flags.c_contiguous):
        return False
    a, b = a.view(np.uint64).ravel(), b.view(np.uint64).ravel()
    return all((a[i : i + BLOCK] == b[i : i + BLOCK]).all() for i in range(0, len(a), BLOCK))


class Shelf:
    """Memory for the copies of one recording, in one piece that the next recording uses again.

    Memory that a process has not touched before takes ten times as long to write to, and what is freed goes back to
    the system. A recording's piece is used again once nobody holds its trace; what does not fit is copied elsewhere.
    """

    _idle: ClassVar[list[Array]] = []  # the piece of the last recording

    def __init__(self) -> None:
        self.memory: Any = None  # taken when the first large array comes
        self.at = 0

    def copy(self, a: Any) -> Any:
        """Return a copy of an array."""
        size = a.nbytes
        if self.at + size > SHELF or a.dtype.hasobject:
            return a.copy()
        if self.memory is None:
            self.memory = self._take()
        held = np.ndarray(a.shape, a.dtype, self.memory, self.at)
        held[...] = a
        self.at += (size + 63) & -64
        return held

    def _take(self) -> Any:
        try:
            memory = self._idle.pop()
        except IndexError:
            return np.empty(SHELF, dtype=np.uint8)
        return memory if sys.getrefcount(memory) == 2 else self._take()  # 2: this name and the question

    def leave(self) -> None:
        """Let the next recording have the memory, if nobody holds a copy then."""
        if self.memory is not None:
            self._idle[:] = [self.memory]
        self.memory, self.at = None, SHELF


def copied(value: Any, last: Any = None, copy: Callable[[Any], Any] = np.ndarray.copy) -> Any:
    """Return a copy that later steps cannot change. Arrays are copied, wherever they are; other objects are kept.

    An array that is read-only is final, says whoever made it so, and is kept as it is.

    last : the copy of the step before; its large arrays are used again where not a bit has changed
    copy : makes a copy of an array
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is np.ndarray:
        if not value.flags.writeable:
            return value
        return last if value.nbytes >= LARGE and same_bits(value, last) else copy(value)
    if hasattr(kind, "_fields"):
        return copied_step(value, last if type(last) is kind else None, copy)
    if kind is list:
        return [copy(item) if isinstance(item, np.ndarray) else item for item in value]
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple):
        return tuple(map(copied, value))
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


def copied_step(step: Any, last: Any = None, copy: Callable[[Any], Any] = np.ndarray.copy) -> Any:
    """Return a copy of a step, which is a named tuple: `copied`, field by field; itself, where nothing can change it.

    last : the copy of the step before, if that is of the same kind; or None for each field
    """
    kind = type(step)
    values = None
    for f in fields_to_copy(kind):
        value, earlier = step[f], None if last is None else last[f]
        if value is earlier:  # what is kept as it is: final arrays, and tuples of nothing but these
            continue
        if type(value) is np.ndarray and not value.flags.writeable:  # plainly: as below
            continue
        held = copied(value, earlier, copy)
        if held is not value:
            if values is None:
                values = list(step)
            values[f] = held
    return step if values is None else tuple.__new__(kind, values)


_fields: dict[type, tuple[tuple[int, ...], tuple[int, ...]]] = {}


def fields_to_copy(kind: type) -> tuple[int, ...]:
    """Return the places of those fields of a named tuple that are not declared to be numbers and words."""
    return (_fields.get(kind) or sorted_fields(kind))[0]


def promised_fields(kind: type) -> tuple[int, ...]:
    """Return the places of those of them that are declared to be read-only arrays where someone listens."""
    return (_fields.get(kind) or sorted_fields(kind))[1]


def sorted_fields(kind: type) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Find, once for a kind of step, what `fields_to_copy` and `promised_fields` return."""
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
    declared = inspect.get_annotations(kind)
    words = {name: getattr(kind, "__forward_arg__", kind) for name, kind in declared.items()}  # as they were written
    to_copy = tuple(f for f, name in enumerate(names) if words.get(name) not in FINAL)
    found = _fields[kind] = to_copy, tuple(f for f in to_copy if words.get(names[f]) in PROMISED)
    return found


def size_of(value: Any, known: set[int]) -> int:
    """Return how many bytes the arrays take that are in a step, in its tuples or right in its lists.

    Views of a part of what is final take none. known : ids of arrays that were counted before; overwritten
    """
    if type(value) is np.ndarray:
        if id(value) in known:
            return 0
        known.add(id(value))
        size, base = value.nbytes, value.base
        return size if base is None or value.flags.writeable or getattr(base, "nbytes", 0) == size else 0
    if type(value) is list:
        return sum([size_of(item, known) for item in value if type(item) is np.ndarray])
    return sum([size_of(item, known) for item in value]) if isinstance(value, tuple) else 0
