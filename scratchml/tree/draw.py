"""Random numbers inside the growing of a tree: Marsaglia's xorshift, as the reference draws them.

Numba compiles no `RandomState`, and a tree draws once per feature and node. So one draw from `random_state` seeds this
small generator, whose whole state is one number in an array.

References
    Marsaglia, Xorshift RNGs, Journal of Statistical Software 8 (14), 2003.
"""

from __future__ import annotations

from ..core.jit import lean_kernel
from ..core.typing import Array

LARGEST = 2**31 - 1
WORD = 2**32 - 1


@lean_kernel
def draw_bits(state: Array) -> int:
    """Return the next of 2^31 integers from 0 on; state (1,) int64: read and overwritten."""
    s: int = state[0]
    if s == 0:
        s = s + 1
    s = s ^ ((s << 13) & WORD)
    s = s ^ (s >> 17)
    s = s ^ ((s << 5) & WORD)
    state[0] = s
    return s & LARGEST


@lean_kernel
def draw_integer(low: int, high: int, state: Array) -> int:
    """Return an integer from low (included) to high (not)."""
    return low + draw_bits(state) % (high - low)


@lean_kernel
def draw_real(low: float, high: float, state: Array) -> float:
    """Return a number from low to high."""
    return ((high - low) * float(draw_bits(state)) / float(LARGEST)) + low
