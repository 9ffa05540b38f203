"""Memory for kernels: scratch space at hand, arrays that begin where a line of the cache does, and a copy of one.

Idea
    What was written a moment ago is in the cache; memory that is new is not, and to write to it takes several times as
    long. A loop that frees its scratch space and asks for some again mostly gets the same piece back, but not where
    others keep what they allocate in between, as a recorder does: then each turn works on a colder piece.
    Vectors of eight numbers are loaded at full speed only where they lie in one line of 64 bytes.
Cost
    A thread keeps the largest piece that was asked for until it ends.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import prod

import numpy as np

from .jit import kernel
from .typing import Array, FloatArray

LINE = 8  # numbers in a line of the cache, of 64 bytes


def aligned(*shape: int, memory: Callable[[int], FloatArray] = np.empty) -> FloatArray:
    """Return an array of this shape that begins at a line of the cache; its values are what `memory` puts there."""
    size = prod(shape)
    found = memory(size + LINE)
    start = -(found.__array_interface__["data"][0] // 8) % LINE
    return found[start : start + size].reshape(shape)


class _Desk(threading.local):
    def __init__(self) -> None:
        self.held = np.empty(0)


_desk = _Desk()


def at_hand(many: int) -> FloatArray:
    """Return scratch space for so many numbers, (many,): this thread's, until it asks again."""
    if len(_desk.held) < many:
        _desk.held = aligned(many)
    return _desk.held[:many]


@kernel
def copy_of(source: Array, target: Array) -> None:
    """Write source (s,), read, to target (s,), overwritten. ``target[:] = source`` takes two seconds to compile."""
    for f in range(target.shape[0]):
        target[f] = source[f]
