"""Many random numbers at once: the Mersenne Twister and the polar method, as NumPy's RandomState has them, bit for bit.

Idea: RandomState asks its generator for one number after another. Here 624 words are made at once, turned into uniform
numbers at once, and only the choice among pairs of these goes one by one: two to six times as fast, with the same
numbers, and the RandomState is left where its own method would have left it.

Maths: word k of the next 624 is key[k + 397] ^ (high bit of key[k], low bits of key[k + 1]) / 2, and ^ 0x9908b0df where
the last bit is 1; "tempering" mixes its bits. Two words a, b give u = (floor(a / 32) 2^26 + floor(b / 64)) / 2^53.
Two u give x = (2 u - 1, 2 u' - 1); if r = ||x||^2 < 1, then x sqrt(-2 log(r) / r) are two normal numbers, else the next
two are tried: x lies in the circle with probability pi / 4.

Cost: O(n) time; memory for a few thousand numbers beside the result.

Differences: none, or else NumPy draws: where this machine's compiler rounds otherwise (`is_exact`).

References: M. Matsumoto, T. Nishimura (1998), "Mersenne Twister", ACM Transactions on Modeling and Computer Simulation
8, 3-30, section 2. G. Marsaglia, T. Bray (1964), SIAM Review 6, 260-264 (the polar method).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ..core.jit import jit_enabled, kernel
from ..core.typing import Array, FloatArray

ZERO, ONE, HIGH, LOW, MAGIC = (np.uint32(word) for word in (0, 1, 0x80000000, 0x7FFFFFFF, 0x9908B0DF))
B, C = np.uint32(0x9D2C5680), np.uint32(0xEFC60000)
S5, S6, S7, S11, S15, S18 = (np.uint32(shift) for shift in (5, 6, 7, 11, 15, 18))
TRIED = 2048  # uniform numbers at a time


@kernel
def twist(key: Array) -> None:
    """Make the next 624 words of the state. key (624,) uint32: overwritten."""
    # plainly: for k in range(624), with indices modulo 624; in three stretches, so that no index needs the modulus
    for k in range(227):
        y = (key[k] & HIGH) | (key[k + 1] & LOW)
        key[k] = key[k + 397] ^ (y >> ONE) ^ (MAGIC if y & ONE else ZERO)
    for k in range(227, 623):
        y = (key[k] & HIGH) | (key[k + 1] & LOW)
        key[k] = key[k - 227] ^ (y >> ONE) ^ (MAGIC if y & ONE else ZERO)
    y = (key[623] & HIGH) | (key[0] & LOW)
    key[623] = key[396] ^ (y >> ONE) ^ (MAGIC if y & ONE else ZERO)


@kernel
def temper(key: Array, words: Array) -> None:
    """Mix the bits of the state's words. key (624,) uint32: read. words (624,) uint32: overwritten."""
    for k in range(624):
        y = key[k]
        y ^= y >> S11
        y ^= (y << S7) & B
        y ^= (y << S15) & C
        words[k] = y ^ (y >> S18)


@kernel
def join(a: Any, b: Any) -> float:
    """Return the number in [0, 1) of two words: 27 bits of the first, 26 of the second."""
    return float((a >> S5) * 67108864.0 + (b >> S6)) / 9007199254740992.0


@kernel
def join_pairs(words: Array, out: Array) -> None:
    """Fill out (n,) with the numbers of as many pairs of words (2 n,)."""
    for k in range(out.shape[0]):
        out[k] = (words[2 * k] >> S5) * 67108864.0 + (words[2 * k + 1] >> S6)
        out[k] /= 9007199254740992.0


@kernel
def fill_uniform(key: Array, words: Array, place: int, out: Array) -> int:
    """Fill out (n,) with numbers from [0, 1); return the place in the state after them.

    key (624,), and words (624,), the same tempered: overwritten when used up. place: of the next word.
    """
    i, n = 0, out.shape[0]
    while i < n:
        if place >= 623:
            last, left = words[623], 624 - place
            twist(key)
            temper(key, words)
            if left == 1:  # it goes with the first of the new ones
                out[i] = join(last, words[0])
                i += 1
            place = left
        pairs = min((624 - place) // 2, n - i)
        join_pairs(words[place : place + 2 * pairs], out[i : i + pairs])
        i += pairs
        place += 2 * pairs
    return place


@kernel
def fill_normal(key: Array, words: Array, place: int, out: Array) -> int:
    """Fill out (n,), n even, with normal numbers; return the place in the state after them.

    key, words, place: see `fill_uniform`.
    """
    i, n = 0, out.shape[0]
    u, r = np.empty(TRIED), np.empty(TRIED // 2)
    while i < n:
        tried = u[: min(TRIED, n - i)]  # never more than will be used: the state must not run ahead
        place = fill_uniform(key, words, place, tried)
        kept = 0
        for k in range(0, tried.shape[0], 2):
            x, other = 2.0 * tried[k] - 1.0, 2.0 * tried[k + 1] - 1.0
            square = x * x + other * other
            r[kept] = square
            out[i + 2 * kept] = other
            out[i + 2 * kept + 1] = x
            # plainly: if 0 < square < 1: kept += 1; without a branch, which would be guessed wrongly one time in five
            kept += (square < 1.0) & (square != 0.0)
        for j in range(kept):
            r[j] = math.log(r[j]) / r[j]
        for j in range(kept):
            stretch = math.sqrt(-2.0 * r[j])
            out[i + 2 * j] *= stretch
            out[i + 2 * j + 1] *= stretch
        i += 2 * kept
    return place


def lock_of(rng: np.random.RandomState) -> Any:
    """Return the lock under which a RandomState draws, so that threads which share it never get the same numbers."""
    return rng._bit_generator.lock


def state_of(rng: np.random.RandomState) -> tuple[dict[str, Any], Array]:
    """Return the state of a RandomState, and its words tempered."""
    state: dict[str, Any] = rng.get_state(legacy=False)
    words = np.empty(624, dtype=np.uint32)
    temper(state["state"]["key"], words)
    return state, words


def let_draw(fill: Callable[[Array, Array, int, Array], int], rng: np.random.RandomState, out: Array) -> None:
    """Let a kernel such as `fill_uniform` overwrite `out` with draws of a Mersenne Twister; it goes on after them."""
    with lock_of(rng):
        state, words = state_of(rng)
        twister = state["state"]
        twister["pos"] = fill(twister["key"], words, twister["pos"], out)
        rng.set_state(state)


def draw_uniform(rng: np.random.RandomState, n: int) -> FloatArray:
    """Return ``rng.uniform(size=n)`` of a RandomState that is a Mersenne Twister."""
    out = np.empty(n)
    let_draw(fill_uniform, rng, out)
    return out


def draw_normal(rng: np.random.RandomState, n: int) -> FloatArray:
    """Return ``rng.standard_normal(n)`` of a RandomState that is a Mersenne Twister."""
    out = np.empty(n)
    with lock_of(rng):
        state, words = state_of(rng)
        start = min(n, state["has_gauss"])
        if start:
            out[0] = state["gauss"]  # one of a pair was left: it comes first
            state |= {"has_gauss": 0, "gauss": 0.0}
        twister, end = state["state"], n - (n - start) % 2
        twister["pos"] = fill_normal(twister["key"], words, twister["pos"], out[start:end])
        rng.set_state(state)
    out[end:] = rng.standard_normal(n - end)  # which keeps the other of its pair
    return out


@cache
def is_exact() -> bool:
    """Say whether compiled kernels draw NumPy's bits here: either compiler may have fused a product and a sum.

    ``rng.normal(loc, scale)`` must be loc + scale * z in two roundings, too.
    """
    if not jit_enabled():
        return False
    one, other = np.random.RandomState(0), np.random.RandomState(0)
    same = np.array_equal(one.uniform(size=999), draw_uniform(other, 999))
    return same and np.array_equal(one.normal(0.3, 0.7, 9999), draw_normal(other, 9999) * 0.7 + 0.3)


def is_twister(rng: np.random.RandomState) -> bool:
    """Say whether `rng` is a Mersenne Twister, and not the one that all threads share."""
    common: Any = np.random.mtrand._rand
    return rng is not common and type(rng._bit_generator) is np.random.MT19937


def can_draw(rng: np.random.RandomState) -> bool:
    """Say whether draws here are those of `rng`."""
    return is_twister(rng) and is_exact()
