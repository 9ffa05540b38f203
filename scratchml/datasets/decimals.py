"""Read a table of plain decimal numbers, many at a time, to the same bits as ``float`` reads each.

Idea: without its point a number is a whole one, and up to eight digits fit into one machine word, a byte each. A single
multiplication joins neighbours to numbers of two digits, a second one these to numbers of four, a third to the whole;
then the point is put back by one division.

Maths: 1234 = (1 * 10 + 2) * 100 + (3 * 10 + 4), and 12.34 = 1234 / 10^2. The whole number is exact, and so is 10^k; a
quotient of two exact numbers is rounded once, to the nearest float64, which is what ``float`` promises.

Cost: O(n) time in steps of NumPy; memory for some lines beside the result.

Differences: digits, points, commas and new lines only: no sign, no exponent, no word; at most 8 digits to a number.

References: W. Clinger (1990), "How to read floating point numbers accurately", PLDI, section 3 (the fast path); L.
Lamport (1975), "Multiple byte processing with full-word instructions", Communications of the ACM 18, 471-475.
"""

from __future__ import annotations

from typing import IO, Any

import numpy as np

from ..core.typing import Array, FloatArray, IntArray

SOME = 2**10  # characters that are read at a time, or a few more: up to the end of a line
STEPS = 72  # a larger table is read in about so many steps
WORD = 8  # digits in a word
POWERS = np.array([float(f"1e{k}") for k in range(WORD + 1)])
POINT, ZERO = b".0"  # a comma and a new line are less than either
# of words of eight numbers of one digit, four of two, two of four: a number's bits, where they are, ten to its digits
PLACES = [(8, 0x0F0F0F0F0F0F0F0F, 10), (16, 0x00FF00FF00FF00FF, 100), (32, 0x0000FFFF0000FFFF, 10000)]
JOINS = [(np.uint64(mask), np.uint64((ten << bits) + 1), np.uint64(bits)) for bits, mask, ten in PLACES]


def read_table(file: IO[bytes], kind: Any = np.float64) -> tuple[FloatArray, Array, list[str]]:
    """Return all columns but the last (n, d), the last (n,) as `kind`, and the names of the former, from line one."""
    names = file.readline().decode("utf-8").split(",")
    n = 0  # lines, so that the numbers can be laid where they will stay; the file is read again
    while text := file.read(SOME):
        n += text.count(b"\n")
    some = max(SOME, file.tell() // STEPS)
    file.seek(0)
    file.readline()
    rows, last, row = np.empty((n, len(names) - 1)), np.empty(n, dtype=kind), 0
    while text := file.read(some) + file.readline():
        block = read_numbers(text).reshape(-1, len(names))
        rows[row : row + len(block)], last[row : row + len(block)] = block[:, :-1], block[:, -1]
        row += len(block)
        del block  # before there is another
    return rows, last, names[:-1]


def read_numbers(text: bytes) -> FloatArray:
    """Return the numbers of some lines, one after another; after each there is a comma or a new line."""
    bare = text.replace(b".", b"")
    (ends,) = (np.frombuffer(bare, np.uint8) < ZERO).nonzero()
    decimals = count_decimals(text, ends)
    numbers: FloatArray = read_whole(bare, ends) / POWERS.take(decimals)
    return numbers


def count_decimals(text: bytes, ends: IntArray) -> Array:
    """Return how many digits of each number (m,) follow a point; without its points the text has them end at `ends`."""
    (points,) = (np.frombuffer(text, np.uint8) == POINT).nonzero()
    points -= np.arange(len(points))  # where the character after it stands without points
    of = ends.searchsorted(points)
    decimals = np.zeros(len(ends), dtype=np.uint8)
    decimals[of] = ends.take(of) - points
    return decimals


def read_whole(text: bytes, ends: IntArray) -> Array:
    """Return the whole numbers (m,) that end before `ends`, each of which begins after the end of the one before."""
    starts = np.empty(len(ends), dtype=np.int64)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    text += bytes(WORD - 1)
    word = np.ndarray(len(text) - WORD + 1, "<u8", text, strides=(1,))[starts]  # the first digit is in the lowest byte
    # plainly: word <<= 8 * (WORD - (ends - starts)); what follows the number goes, and zeros stand before it
    starts -= ends
    starts += WORD
    starts *= 8
    word <<= starts.view(np.uint64)
    for mask, factor, bits in JOINS:
        # plainly: of two neighbours, ten * first + second
        word &= mask
        word *= factor
        word >>= bits
    return word
