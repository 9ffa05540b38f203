"""Read a table of plain decimal numbers, many at a time, to the same bits as ``float`` reads each.

Idea: without its point a number is a whole one, found digit by digit for all numbers at once; then the point is put
back by one division.

Maths: 12.34 = 1234 / 10^2. Below 2^53 the whole number is exact, and so is 10^k up to k = 22; a quotient of two exact
numbers is rounded once, to the nearest float64, which is what ``float`` promises.

Cost: O(n width) time in steps of NumPy; memory for some lines beside the result.

Differences: digits, points, commas and new lines only: no sign, no exponent, no word; at most 15 digits to a number.

References: W. Clinger (1990), "How to read floating point numbers accurately", PLDI, section 3 (the fast path).
"""

from __future__ import annotations

from typing import IO

import numpy as np

from ..core.typing import FloatArray

SOME = 2**13  # characters that are read at a time, or a few more: up to the end of a line
POWERS = np.array([float(f"1e{k}") for k in range(16)])
COMMA, POINT, ZERO, NEWLINE = b",.0\n"
DIGIT, SHIFT = np.zeros(256), np.ones(256)  # by character
DIGIT[ZERO : ZERO + 10], SHIFT[ZERO : ZERO + 10] = np.arange(10), 10


def read_table(file: IO[bytes]) -> tuple[FloatArray, FloatArray, list[str]]:
    """Return all columns but the last (n, d), the last (n,), and the names of the former, which stand in line one."""
    names = file.readline().decode("utf-8").split(",")
    n = sum(1 for _ in file)  # so that the numbers can be laid where they will stay; the file is read again
    file.seek(0)
    file.readline()
    rows, last, row = np.empty((n, len(names) - 1)), np.empty(n), 0
    while lines := file.readlines(SOME):
        block = read_numbers(b"".join(lines)).reshape(-1, len(names))
        rows[row : row + len(block)], last[row : row + len(block)] = block[:, :-1], block[:, -1]
        row += len(block)
    return rows, last, names[:-1]


def read_numbers(text: bytes) -> FloatArray:
    """Return the numbers of some lines, one after another; after each there is a comma or a new line."""
    characters = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero((characters == COMMA) | (characters == NEWLINE))
    starts = np.append(0, ends[:-1] + 1)
    whole = np.zeros(len(ends))
    for place in range((ends - starts).max()):
        character = characters.take(np.minimum(starts + place, ends))  # after a number's end its comma again
        # plainly: if it is a digit: whole = 10 * whole + digit
        whole *= SHIFT.take(character)
        whole += DIGIT.take(character)
    points = np.flatnonzero(characters == POINT)
    if len(points) == 0:
        return whole
    of = np.searchsorted(ends, points)
    whole[of] /= POWERS.take(ends[of] - points - 1)
    return whole
