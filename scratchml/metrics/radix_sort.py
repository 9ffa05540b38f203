"""Radix sort: numbers sorted digit by digit, without comparing any two.

Idea
    Deal numbers out by their last digit, then by the last but one, and so on, never changing the order of those whose
    digits are equal: in the end they are sorted. A comparison whose outcome nobody can foresee makes a processor throw
    away what it has begun, and sorting n numbers by comparisons makes n log2 n of them; dealing out makes none.
Maths
    The bits of a float64, read as a whole number, rise with the value where the sign bit is 0, and fall where it is 1.
    So key = bits with the sign bit flipped for the former, all bits flipped for the latter, rises with the value
    throughout. Digits have 8 bits: a key has 8 of them.
    start(b, v) = how many keys have a digit b below v: where those with v begin. All counts take one pass.
Cost
    One pass for the counts and one for each digit in which keys differ, at most 8; room for n keys twice.
Differences
    np.sort compares, for n log n; of a million numbers this took a quarter of its time on the machine of the race's
    results. -0.0 comes before 0.0 here, in no order there. NaN comes last there and is not for here.
References
    Knuth, The art of computer programming 3, section 5.2.5, algorithm R.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray

MANY = 2**13  # numbers from which dealing out is faster than comparing
DIGITS, VALUES, BITS = 8, 256, 8
SIGN, ALL = np.uint64(1 << 63), np.uint64(2**64 - 1)


@kernel
def count_digits(keys: Array, counts: Array) -> None:
    """Turn bits into keys that rise with the value, and count each value of each digit.

    keys (n,) uint64, the bits of float64: overwritten. counts (8, 256): added to.
    """
    for i in range(keys.shape[0]):
        bits = keys[i]
        key = bits ^ ALL if bits & SIGN else bits ^ SIGN
        keys[i] = key
        for digit in range(DIGITS):
            counts[digit, (key >> np.uint64(BITS * digit)) & np.uint64(VALUES - 1)] += 1


@kernel
def deal_out(keys: Array, digit: int, starts: Array, dealt: Array) -> None:
    """Put keys in the order of one of their digits; those with equal digits stay in theirs.

    keys (n,) uint64: read. starts (256,), where each digit's keys begin: changed. dealt (n,): overwritten.
    """
    for i in range(keys.shape[0]):
        value = (keys[i] >> np.uint64(BITS * digit)) & np.uint64(VALUES - 1)
        dealt[starts[value]] = keys[i]
        starts[value] += 1


@kernel
def restore_bits(keys: Array) -> None:
    """Turn keys (n,) uint64, overwritten, back into the bits of float64."""
    for i in range(keys.shape[0]):
        keys[i] = keys[i] ^ SIGN if keys[i] & SIGN else keys[i] ^ ALL


def radix_sort(values: FloatArray) -> FloatArray:
    """Return values (n,), float64 without NaN, in rising order.

    >>> radix_sort(np.array([2.0, -1.0, 0.5, -np.inf, -3.0]))
    array([-inf, -3. , -1. ,  0.5,  2. ])
    """
    n, counts = len(values), np.zeros((DIGITS, VALUES), dtype=np.int64)
    keys = np.array(values, dtype=np.float64).view(np.uint64)
    count_digits(keys, counts)
    dealt = np.empty_like(keys)
    for digit in range(DIGITS):
        if counts[digit].max(initial=0) < n:  # else all keys have the same
            deal_out(keys, digit, np.concatenate([[0], counts[digit].cumsum()[:-1]]), dealt)
            keys, dealt = dealt, keys
    restore_bits(keys)
    return keys.view(np.float64)


def sorted_numbers(values: FloatArray) -> FloatArray:
    """Return values (n,), float64 without NaN, in rising order, by the faster way for so many."""
    # plainly: np.sort(values)
    return radix_sort(values) if len(values) >= MANY else np.sort(values)
