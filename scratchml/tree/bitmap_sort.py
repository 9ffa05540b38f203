"""Sort a node's rows by a feature, given each row's rank in the whole column: set a bit for each, read the bits off.

Idea
    The whole column was sorted once, so each row has a rank in it. To sort a few of the rows, mark their ranks in a
    long row of bits and read the marks off from the left: no two rows are ever compared. A second, shorter row of bits
    says which words of the first hold any mark, so that empty stretches are stepped over a thousand ranks at a time.
Maths
    Rank r is bit r mod 32 of word r // 32; that word is bit (r // 32) mod 32 of the summary's word r // 1024.
    The lowest bit of v is v & -v = 2^k. A de Bruijn sequence holds each pattern of five bits once, so multiplying it by
    2^k brings a pattern to the top that tells k.
Cost
    m + (span of ranks) / 1024 for m rows. Very few rows in a wide span are sorted by insertion.
References
    Bentley, Programming pearls, 2nd edition (2000), column 1: sorting by a bitmap.
    Leiserson, Prokop, Randall, Using de Bruijn sequences to index a 1 in a computer word (MIT, 1998).
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, IntArray

DE_BRUIJN = 0x077CB531
WORD = 0xFFFFFFFF
PLACE = np.zeros(32, dtype=np.int64)  # PLACE[pattern of five bits] = k
PLACE[[((DE_BRUIJN << k) & WORD) >> 27 for k in range(32)]] = np.arange(32)


def make_bits(n: int) -> IntArray:
    """Return the empty rows of bits (2, words) for n ranks."""
    return np.zeros((2, n // 32 + 1), dtype=np.int64)


@lean_kernel
def sort_few(rank: Array, rows: Array, start: int, end: int) -> None:
    """Sort rows[start:end] by rank (n,) with insertions."""
    for j in range(start + 1, end):
        i, p = rows[j], j
        r = rank[i]
        while p > start and rank[rows[p - 1]] > r:
            rows[p] = rows[p - 1]
            p -= 1
        rows[p] = i


@lean_kernel
def read_bits(order: Array, rows: Array, start: int, span: tuple[int, int], bits: Array) -> None:
    """Write the row order[r] of each rank r marked to rows, from place `start` on, in ascending order; clear the bits.

    span: the lowest and the highest rank marked. bits (2, words): overwritten with zeros.
    """
    p = start
    for s in range(span[0] >> 10, (span[1] >> 10) + 1):
        words = bits[1, s]
        bits[1, s] = 0
        while words != 0:
            low = words & -words
            words ^= low
            at = (s << 5) + PLACE[((low * DE_BRUIJN) & WORD) >> 27]
            marks = bits[0, at]
            bits[0, at] = 0
            while marks != 0:
                low = marks & -marks
                marks ^= low
                rows[p] = order[(at << 5) + PLACE[((low * DE_BRUIJN) & WORD) >> 27]]
                p += 1


@lean_kernel
def rank_span(rank: Array, rows: Array, start: int, end: int) -> tuple[int, int]:
    """Return the lowest and the highest rank of rows[start:end]."""
    low = high = rank[rows[start]]
    for p in range(start + 1, end):
        r = rank[rows[p]]
        low = r if r < low else low
        high = r if r > high else high
    return low, high


@lean_kernel
def sort_by_rank(
    rank: Array, order: Array, rows: Array, place: tuple[int, int], span: tuple[int, int], bits: Array
) -> None:
    """Sort rows[start:end], place = (start, end), by rank (n,), where order[rank[i]] = i; span: as `rank_span` says.

    bits (2, words): all zero before and after.
    """
    start, end = place
    count = end - start
    if count * count < 4 * ((span[1] - span[0]) >> 10) + 128:
        sort_few(rank, rows, start, end)
        return
    for p in range(start, end):
        r = np.int64(rank[rows[p]])
        bits[0, r >> 5] |= 1 << (r & 31)
        bits[1, r >> 10] |= 1 << ((r >> 5) & 31)
    read_bits(order, rows, start, span, bits)
