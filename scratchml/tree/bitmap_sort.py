"""Sort a node's rows by a feature, given each row's rank in the whole column: set a bit for each, read the bits off.

Idea
    The whole column was sorted once, so each row has a rank in it. To sort a few of the rows, mark their ranks in a
    long row of bits and read the marks off from the left: no two rows are ever compared. A second, shorter row of bits
    says which words of the first hold any mark, so that empty stretches are stepped over, 4096 ranks at a time.
Maths
    Rank r is bit r mod 64 of word r // 64; that word is bit (r // 64) mod 64 of the summary's word r // 4096.
    v & (v - 1) is v without its lowest bit.
Cost
    m + (span of ranks) / 4096 for m rows. Very few rows in a wide span are sorted by insertion.
References
    Bentley, Programming pearls, 2nd edition (2000), column 1: sorting by a bitmap.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel, lowest_bit
from ..core.typing import Array
from .impurity import unsigned

NONE, ONE = np.uint64(0), np.uint64(1)


def make_bits(n: int) -> Array:
    """Return the empty rows of bits (2, words) uint64 for n ranks."""
    return np.zeros((2, n // 64 + 1), dtype=np.uint64)


@lean_kernel
def sort_few(ranks: Array, order: Array, rows: Array, start: int, end: int) -> None:
    """Do what `sort_by_rank` does, with insertions."""
    for j in range(start + 1, end):
        r, p = ranks[j], j
        while p > start and ranks[p - 1] > r:
            ranks[p] = ranks[p - 1]
            p -= 1
        ranks[p] = r
    for j in range(start, end):
        rows[j] = order[ranks[j]]


@lean_kernel
def read_bits(order: Array, rows: Array, start: int, span: tuple[int, int], bits: Array) -> None:
    """Write the row order[r] of each rank r marked to rows, from place `start` on, in ascending order; clear the bits.

    span: the lowest and the highest rank marked. bits (2, words): overwritten with zeros.
    """
    p = start
    for s in range(span[0] >> 12, (span[1] >> 12) + 1):
        words = bits[1, unsigned(s)]
        bits[1, unsigned(s)] = NONE
        while words != NONE:
            at = (s << 6) + lowest_bit(words)
            words &= words - ONE
            marks = bits[0, unsigned(at)]
            bits[0, unsigned(at)] = NONE
            while marks != NONE:
                rows[unsigned(p)] = order[unsigned((at << 6) + lowest_bit(marks))]
                marks &= marks - ONE
                p += 1


@lean_kernel
def rank_span(rank: Array, rows: Array, start: int, end: int, ranks: Array) -> tuple[int, int]:
    """Write the ranks of rows[start:end] to ranks[start:end]; return the lowest and the highest."""
    low = high = rank[rows[start]]
    for p in range(start, end):
        r = rank[unsigned(rows[unsigned(p)])]
        ranks[unsigned(p)] = r
        low = r if r < low else low
        high = r if r > high else high
    return low, high


@lean_kernel
def sort_by_rank(
    ranks: Array, order: Array, rows: Array, place: tuple[int, int], span: tuple[int, int], bits: Array
) -> None:
    """Write the rows order[r] of the ranks[start:end] to rows[start:end], place = (start, end), in ascending order.

    span: as `rank_span` says. ranks (m,) may be reordered. bits (2, words): all zero before and after.
    """
    start, end = place
    count = end - start
    if count * count < 4 * ((span[1] - span[0]) >> 12) + 144:
        sort_few(ranks, order, rows, start, end)
        return
    for p in range(start, end):
        r = np.int64(ranks[unsigned(p)])
        bits[0, unsigned(r >> 6)] |= ONE << np.uint64(r & 63)
        bits[1, unsigned(r >> 12)] |= ONE << np.uint64((r >> 6) & 63)
    read_bits(order, rows, start, span, bits)
