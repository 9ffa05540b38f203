"""A bounded heap: the k smallest of a long row of numbers, in one pass and k places of memory.

Idea
    Keep the k smallest seen so far, arranged so that the largest of them (the one next to go) is always in place 0.
    A newcomer that is not smaller than place 0 is passed over at the price of one comparison: nearly all of them are.
Maths
    A binary tree stored in a row: the children of place i are places 2i + 1 and 2i + 2, and no child is larger than
    its parent. Two entries are compared by value, then by index: of equal values the lowest index is the smallest.
Cost
    n comparisons and, in random order, about k (1 + ln(n / k)) replacements of log2(k) moves each. Memory: k places.
References
    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, chapter 6 (heaps, heapsort).

A heap starts as ``values[:] = inf`` and ``indices[:] = n`` (any index that is larger than all to come).
"""

from __future__ import annotations

from ..core.jit import kernel
from ..core.typing import Array


@kernel
def sift_down(values: Array, indices: Array, value: float, index: int, size: int) -> None:
    """Put (value, index) in place 0 of a heap of `size` entries and let it sink to where it belongs.

    values (k,) and indices (k,): overwritten; what stood in place 0 is lost.
    """
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (
            values[other] > values[child] or (values[other] == values[child] and indices[other] > indices[child])
        ):
            child = other
        if values[child] < value or (values[child] == value and indices[child] < index):
            break
        values[i] = values[child]
        indices[i] = indices[child]
        i = child
    values[i] = value
    indices[i] = index


@kernel
def offer(values: Array, indices: Array, value: float, index: int) -> bool:
    """Keep (value, index) if it is smaller than the largest kept so far, which then goes; say whether it was kept.

    values (k,) and indices (k,): overwritten.
    """
    if value > values[0] or (value == values[0] and index > indices[0]):
        return False
    sift_down(values, indices, value, index, values.shape[0])
    return True


@kernel
def sort_heap(values: Array, indices: Array) -> None:
    """Sort a heap in place, smallest first. values (k,) and indices (k,): overwritten."""
    for last in range(values.shape[0] - 1, 0, -1):
        value, index = values[last], indices[last]
        values[last], indices[last] = values[0], indices[0]  # the largest of what is left goes to the end
        sift_down(values, indices, value, index, last)
