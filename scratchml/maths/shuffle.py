"""A random order of n positions, as NumPy's RandomState draws it, bit for bit, some of its numbers at a time.

Idea: from the last place to the second, each place swaps what it holds with a place drawn among those up to it. A place
up to i is drawn by tries: as many low bits of a random word as i has, until they are i or less. A processor guesses
wrongly whether a try will do more than one time in four, so that here tries are written down without asking, each over
the one before where that would not do.

Maths: each order comes with probability 1 / n!, as i + 1 places are equally likely and n (n - 1) ... 2 = n!.

Cost: O(n) time, 2 log 2 = 1.39 words for a place on average; memory for a thousand numbers beside the result.

Differences: none.

References: R. Durstenfeld (1964), "Algorithm 235: Random permutation", Communications of the ACM 7, 420, after R. A.
Fisher and F. Yates.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import jit_enabled, kernel
from ..core.typing import Array, IntArray
from .mersenne import is_twister, let_draw, temper, twist

MANY = 2**14  # places from which on it takes less time than NumPy, whose generator is read and set anew
AT_ONCE = 1024  # places that are drawn before they are swapped
WORDS = 624  # of the generator's state


@kernel
def swap_with_drawn(key: Array, words: Array, place: int, order: IntArray) -> int:
    """Shuffle order (n,), overwritten; return the place in the state after the words used.

    key (624,), and words (624,), the same tempered: overwritten when used up. place: of the next word.
    """
    drawn = np.empty(AT_ONCE, dtype=np.int64)
    i = order.shape[0] - 1
    while i > 0:
        least = 1
        while 2 * least <= i:
            least *= 2
        mask = 2 * least - 1  # as many bits as i has, and all down to `least`
        count, kept = min(AT_ONCE, i - least + 1), 0
        while kept < count:
            if place == WORDS:
                twist(key)
                temper(key, words)
                place = 0
            end = min(WORDS, place + count - kept)  # never more than will be used: the state must not run ahead
            for k in range(place, end):
                # plainly: if drawn[kept] <= i - kept: kept += 1
                drawn[kept] = np.int64(words[k]) & mask
                kept += drawn[kept] <= i - kept
            place = end
        for k in range(count):
            j = drawn[k]
            order[i], order[j] = order[j], order[i]
            i -= 1
    return place


def random_order(n: int, rng: np.random.RandomState) -> IntArray:
    """Return the positions 0 .. n-1 in random order: ``rng.permutation(n)``."""
    if n < MANY or n > 2**32 or not jit_enabled() or not is_twister(rng):
        order: IntArray = rng.permutation(n)
        return order
    order = np.arange(n)
    let_draw(swap_with_drawn, rng, order)
    return order
