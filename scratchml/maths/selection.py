"""The value of some rank, without sorting: what lies outside two values of a sample is counted, not put in order.

Idea
    Two of a small sample are taken that are likely to have the value wanted between them. What lies outside is counted
    and left out, and of the rest two are taken again.
Maths
    Of COUNTED or fewer values one is compared with all at once: the bits of the answer are those that are not above it,
    and their number says on which side to go on. Nobody need guess a jump but that one.
Cost
    n steps and about a third as many again; of some hundred values, a third of what a partition by jumps takes.
Differences
    From np.partition: no value is brought to its place; the value of the rank alone is found, or that and the next.
References
    Floyd, Rivest, Expected time bounds for selection, CACM 18 (1975) 165-172 (two values of a sample around the rank).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.jit import count_bits, larger, lean_kernel, lowest_bit
from ..core.lanes import not_above
from ..core.typing import Array

COUNTED = 64  # values that are compared with one at once: as many as a word has bits
TAKEN, APART = 32, 4  # values of a sample, and how many ranks those taken of it are off the one wanted
MOST = np.finfo(np.float64).max


@lean_kernel
def value_of_rank(values: Array, size: int, rank: int) -> float:
    """Return the value of that rank among the first `size`, at most COUNTED, by counting.

    values (COUNTED,): the first `size` read, the others overwritten.
    """
    for i in range(size, COUNTED):
        values[i] = np.inf
    found = np.inf
    left: Any = not_above(values, 0, MOST)  # those that may still be it, as bits
    while left:
        i = lowest_bit(left)
        upto = not_above(values, 0, values[i])
        if count_bits(upto) > rank:  # that value, or one that is less
            found, left = values[i], left & upto
            left &= left - np.uint64(1)  # without itself, the first of them
        else:
            left ^= left & upto
    return found


@lean_kernel
def select_between(values: Array, size: int, rank: int, sample: Array) -> float:
    """Return the value of that rank among the first `size`.

    values, COUNTED or more, sample (COUNTED,): overwritten.
    """
    while size > COUNTED:
        for t in range(TAKEN):
            sample[t] = values[t * size // TAKEN]
        near = rank * TAKEN // size
        low = value_of_rank(sample, TAKEN, max(near - APART, 0))
        high = value_of_rank(sample, TAKEN, min(near + APART, TAKEN - 1))
        below = upto_low = upto_high = inside = 0
        for i in range(size):
            below += values[i] < low
            upto_low += values[i] <= low
            inside += values[i] < high
            upto_high += values[i] <= high
        if below <= rank < upto_low:
            return float(low)
        if inside <= rank < upto_high:
            return float(high)
        if rank < below:
            low, high = -np.inf, low
        elif rank < inside:
            rank -= upto_low
        else:
            low, high, rank = high, np.inf, rank - upto_high
        kept = 0
        for i in range(size):  # each is put down, and the next over it where it lies outside: no jump
            x = values[i]
            values[kept] = x
            kept += (x > low) & (x < high)
        size = kept
    return value_of_rank(values, size, rank)


@lean_kernel
def ranks_of_columns(columns: Array, rank: int, room: Array, sample: Array, low: Array, high: Array) -> None:
    """Find for each column the value of a rank and the next one; of the last rank, both are that value.

    columns (d, n), finite: read. room (n + COUNTED,), sample (COUNTED,): overwritten. low, high (d,): overwritten.
    """
    n = columns.shape[1]
    for f in range(columns.shape[0]):
        column = columns[f]
        for i in range(n):
            room[i] = column[i]
        value = select_between(room, n, rank, sample)
        upto, following = 0, np.inf
        for i in range(n):
            upto += column[i] <= value
            following = -larger(-following, -column[i] if column[i] > value else -np.inf)
        low[f], high[f] = value, following if rank + 1 == upto < n else value
