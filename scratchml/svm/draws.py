"""The reference's random numbers: the same seed shuffles the same way.

Idea
    libsvm and liblinear, as scikit-learn ships them, shuffle by Fisher and Yates with integers below a bound drawn from
    a Mersenne twister. NumPy has the same twister; the way from 32 random bits to an integer below a bound is Lemire's.
Maths
    x uniform below 2^32, m = x * bound; m >> 32 is uniform below bound, if x is drawn again while the low 32 bits of m
    are below 2^32 mod bound.
Cost
    One draw for each integer, hardly ever more.
References
    Lemire (2019), Fast random integer generation in an interval, ACM Trans. Modeling and Computer Simulation 29(1).
"""

from __future__ import annotations

import numbers

import numpy as np

from ..core import check_random_state
from ..core.jit import lean_kernel
from ..core.typing import Array, IntArray, RandomStateLike

SPARE = 64  # bits drawn in reserve for a shuffle: redrawing has a chance below bound / 2^32 each time
LOW = 2**32 - 1  # the low 32 bits
RESERVE = 1 << 14  # numbers drawn at once at most, where one shuffle does not need more


@lean_kernel
def shuffle(order: Array, bits: Array) -> int:
    """Shuffle order (n,) in place by bits (at least n): read. Return how many of the bits were used."""
    n, used = order.shape[0], 0
    for i in range(n):
        bound = np.int64(n - i)
        m = np.int64(bits[used]) * bound
        used += 1
        if m & LOW < bound:
            threshold = np.int64(4294967296) % bound
            while m & LOW < threshold and used < bits.shape[0]:
                m = np.int64(bits[used]) * bound
                used += 1
        j = i + (m >> 32)
        order[i], order[j] = order[j], order[i]
    return used


class Draws:
    """A stream of 32 random bits at a time."""

    def __init__(self, random_state: RandomStateLike) -> None:
        """Begin at a seed that is drawn from `random_state`, as the reference does.

        It is drawn at once where others may draw, too; from a number when it is needed: making a source takes time that
        small fits feel.
        """
        self.random_state = random_state
        self.source: np.random.RandomState | None = None
        self.bits: Array = np.empty(0, dtype=np.uint32)
        if not isinstance(random_state, numbers.Integral):
            self.random_state = self.seed_of(check_random_state(random_state))
            self.source = check_random_state(self.random_state)

    @staticmethod
    def seed_of(rng: np.random.RandomState) -> int:
        """Return a seed drawn from a stream."""
        return int(rng.randint(np.iinfo(np.int32).max))

    def at_least(self, n: int, times: int = 1) -> Array:
        """Return n numbers or more that come next, enough for `times` shuffles unless these are many."""
        if len(self.bits) < n:
            if self.source is None:
                self.source = check_random_state(self.random_state)
                self.source.seed(self.seed_of(self.source))
            wanted = max(n, min(n * times, RESERVE))
            more = self.source.randint(0, 2**32, size=wanted - len(self.bits), dtype=np.uint32)
            self.bits = np.concatenate([self.bits, more]) if len(self.bits) else more
        return self.bits

    def used(self, n: int) -> None:
        """Forget the next n numbers."""
        self.bits = self.bits[n:]

    def shuffle(self, order: IntArray) -> None:
        """Shuffle `order` in place."""
        self.used(shuffle(order, self.at_least(len(order) + SPARE)))
