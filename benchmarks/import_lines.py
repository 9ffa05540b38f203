"""The time of import lines, so that a first call is told without it, for ours and for the others alike."""

from __future__ import annotations

import builtins
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def import_lines(of: str = "benchmarks.") -> Iterator[list[float]]:
    """Gather the CPU seconds of each import line that runs in modules whose names begin with `of`.

    Races that are written out import their contestants in functions; those lines stand for the lines at the top of a
    user's file. What a library itself imports only when it is called stays part of its call.
    """
    plainly, found, inside = builtins.__import__, [], False

    def timed(name: str, variables: Any = None, *rest: Any, **named: Any) -> Any:
        nonlocal inside
        if inside or not str((variables or {}).get("__name__", "")).startswith(of):
            return plainly(name, variables, *rest, **named)
        inside, started = True, time.process_time()
        try:
            return plainly(name, variables, *rest, **named)
        finally:
            inside = False
            found.append(time.process_time() - started)

    builtins.__import__ = timed
    try:
        yield found
    finally:
        builtins.__import__ = plainly
