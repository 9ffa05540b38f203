"""Partition a node's rows between its children, and keep every column sorted while doing so.

Idea
    Sort each column once, before the tree grows. When a node is split, walk through its stretch of each sorted column
    and write the rows that go left to the front, those that go right behind them, each in the order in which they
    come. What was sorted stays sorted: nothing is ever sorted again.
Cost
    n d moves for each level of the tree, without comparisons. Where few features are drawn at each node (forests), it
    is cheaper to sort small nodes anew, only by the features drawn: `sort_rows`.
Differences
    scikit-learn sorts each node by each feature. Its sort and ours agree where values differ; which of two equal
    values comes first may differ.
References
    Shafer, Agrawal, Mehta, SPRINT: a scalable parallel classifier for data mining (VLDB 1996): presorted lists.
    Bentley, McIlroy, Engineering a sort function, Software Practice and Experience 23 (1993): three-way partition.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array
from .impurity import SAMPLES, SPARE, TURNED, unsigned

FEW = 16  # fewer rows than this are sorted by insertion


@lean_kernel
def split_rows(column: Array, rows: Array, start: int, end: int, threshold: float, missing_left: bool) -> int:
    """Reorder a node's rows: those with at most `threshold` in `column` (n,) come first. Return where they end.

    rows[SAMPLES, start:end] is overwritten, from both ends inwards as in the reference: the order decides how sums are
    rounded.
    """
    p, q = start, end
    while p < q:
        value = column[rows[SAMPLES, p]]
        goes_left = missing_left if np.isnan(value) else value <= threshold
        if goes_left:
            p += 1
        else:
            q -= 1
            rows[SAMPLES, p], rows[SAMPLES, q] = rows[SAMPLES, q], rows[SAMPLES, p]
    return p


@lean_kernel
def partition_column(
    all_values: Array,
    all_rows: Array,
    line: int,
    span: tuple[int, ...],
    goes_left: Array,
    left_wanted: bool,
    right_wanted: bool,
) -> None:
    """Split one sorted column (a line of values and rows) stably; span = (start, split, end).

    goes_left (n,) uint8 by row: read. A side not wanted may be garbage after. The last line (SPARE) is scratch.
    """
    start, split, end = span
    values, rows = all_values[line], all_rows[line]
    if not right_wanted:
        p = start
        for j in range(start, end):
            i, value = rows[j], values[j]
            rows[p], values[p] = i, value
            p += int(goes_left[i])
    elif not left_wanted:
        p = end - 1
        for j in range(end - 1, start - 1, -1):
            i, value = rows[j], values[j]
            rows[p], values[p] = i, value
            p -= 1 - int(goes_left[i])
    else:
        spare_values, spare_rows = all_values[SPARE], all_rows[SPARE]
        p, q = start, 0
        for j in range(start, end):
            i, value = rows[j], values[j]
            rows[p], values[p] = i, value  # plainly: if goes_left ... else ...; both are written, one will stay
            spare_rows[q], spare_values[q] = i, value
            left = int(goes_left[i])
            p += left
            q += 1 - left
        for j in range(q):
            rows[split + j], values[split + j] = spare_rows[j], spare_values[j]


@lean_kernel
def partition_rows(
    rows: Array, spare: Array, span: tuple[int, ...], goes_left: Array, left_wanted: bool, right_wanted: bool
) -> None:
    """Do what `partition_column` does to rows (m,) alone, without their values. spare (m,): scratch.

    Rows may be marked, ~i for i, as `scan_squared_error` says: i ^ (i >> 31) is the row.
    """
    start, split, end = span
    if not right_wanted:
        p = start
        for j in range(start, end):
            i = rows[unsigned(j)]
            rows[unsigned(p)] = i
            p += int(goes_left[unsigned(i ^ (i >> 31))])
    elif not left_wanted:
        p = end - 1
        for j in range(end - 1, start - 1, -1):
            i = rows[unsigned(j)]
            rows[unsigned(p)] = i
            p -= 1 - int(goes_left[unsigned(i ^ (i >> 31))])
    else:
        p, q = start, 0
        for j in range(start, end):
            i = rows[unsigned(j)]
            rows[unsigned(p)] = spare[unsigned(q)] = i  # plainly: if goes_left ... else ...; one will stay
            left = int(goes_left[unsigned(i ^ (i >> 31))])
            p += left
            q += 1 - left
        for j in range(q):
            rows[unsigned(split + j)] = spare[unsigned(j)]


@lean_kernel
def gather_values(column: Array, line: Array, start: int, end: int, values: Array) -> tuple[Any, Any]:
    """Copy the values of rows line[start:end] in a column (n,) to values[start:end]; return the (least, largest)."""
    low = high = np.float32(column[line[start]])
    for p in range(start, end):
        value = np.float32(column[unsigned(line[unsigned(p)])])
        values[unsigned(p)] = value
        low = value if value < low else low
        high = value if value > high else high
    return low, high


@lean_kernel
def part_samples(values: Array, rows: Array, start: int, end: int, threshold: float) -> int:
    """Reorder a node's rows exactly as `split_rows` does, by values (m,) in their order, without jumps to be guessed.

    There, a row found on the left side that goes right is swapped for the next from the right end, until one comes that
    goes left: it fills the hole. So on the right side all rows move down by one place, and where one has gone left, the
    next row from a hole takes its turn. The lines TURNED and SPARE are scratch: the holes, and the rows from them.
    """
    line, holes, held = rows[SAMPLES], rows[TURNED], rows[SPARE]
    split = start
    for p in range(start, end):
        split += values[unsigned(p)] <= threshold
    h = 0
    for p in range(start, split):
        holes[unsigned(h)], held[unsigned(h)] = p, line[unsigned(p)]
        h += values[unsigned(p)] > threshold
    if split == end:
        return end
    held[h] = line[split]
    k, carried = 0, held[0]
    for q in range(end - 1, split - 1, -1):
        i, line[unsigned(q)] = line[unsigned(q)], carried
        held[unsigned(k)] = i  # if it goes left, for the hole k; if not, to be carried on
        k += values[unsigned(q)] <= threshold
        carried = held[unsigned(k)]
    for k in range(h):
        line[unsigned(holes[unsigned(k)])] = held[unsigned(k)]
    return split


@lean_kernel
def gather_column(column: Array, all_values: Array, all_rows: Array, start: int, end: int) -> int:
    """Copy a node's values of a column (n,) to line SAMPLES; return how many rows have one: those come first."""
    rows, values = all_rows[SAMPLES], all_values[SAMPLES]
    p, q = start, end
    while p < q:
        value = column[rows[p]]
        if np.isnan(value):
            q -= 1
            rows[p], rows[q] = rows[q], rows[p]
        else:
            values[p] = value
            p += 1
    return q - start


@lean_kernel
def median_of_three(a: float, b: float, c: float) -> float:
    """Return the middle one of three values."""
    return max(min(a, b), min(max(a, b), c))


@lean_kernel
def sort_rows(all_values: Array, all_rows: Array, start: int, end: int, stack: Array) -> None:
    """Sort a node's values (line SAMPLES) and rows by value: quicksort in three parts, insertion for few.

    stack (m, 2) int64: scratch for the parts still to be sorted.
    """
    values, rows = all_values[SAMPLES], all_rows[SAMPLES]
    stack[0, 0], stack[0, 1], waiting = start, end, 1
    while waiting > 0:
        waiting -= 1
        a, b = stack[waiting, 0], stack[waiting, 1]
        while b - a >= FEW:
            pivot = median_of_three(values[a], values[a + (b - a) // 2], values[b - 1])
            low, j, high = a, a, b  # below low: smaller than the pivot; from high on: larger; between low and j: equal
            while j < high:
                value, row = values[j], rows[j]
                if value < pivot:
                    values[j], rows[j], values[low], rows[low] = values[low], rows[low], value, row
                    low += 1
                    j += 1
                elif value > pivot:
                    high -= 1
                    values[j], rows[j], values[high], rows[high] = values[high], rows[high], value, row
                else:
                    j += 1
            if low - a < b - high:  # the smaller part first, so that few wait
                stack[waiting, 0], stack[waiting, 1] = high, b
                b = low
            else:
                stack[waiting, 0], stack[waiting, 1] = a, low
                a = high
            waiting += 1
        for j in range(a + 1, b):
            value, row, p = values[j], rows[j], j
            while p > a and values[p - 1] > value:
                values[p], rows[p] = values[p - 1], rows[p - 1]
                p -= 1
            values[p], rows[p] = value, row
