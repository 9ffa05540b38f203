"""Running medians of wide windows: sort blocks once, then only let go and take back.

Idea
----
Cut the signal into blocks as long as the window. A window then covers the end of one block and the start of the next.
Sort every block once. As the window slides, the old block loses its values in the order of time, and the new one gains
its own. To lose a value from a sorted list is easy: its neighbours take hands. To gain one at its sorted place is hard,
but there is a trick: take all values out of the new block first, last one first; each remembers who its neighbours
were, so to put them back in the opposite order they only need to take hands again.

Maths
-----
With m values in the window, the median lies k = floor((m - 1) / 2) values from below. A marker in each of the two lists
has what is small before it and the rest from it on::

    |small A| + |small B| = k       max(small A) <= min(rest B)       max(small B) <= min(rest A)

so the median is the smaller of the two marked values (and of an even m, the mean of that and the next). When a value
leaves and one enters, each marker moves by a step or two.

Cost
----
log w for each value, to sort; then a constant. Memory: a place in the order for each value.

Differences
-----------
SciPy keeps two heaps, which cost log w for each value in steps that no processor can guess.

References
----------
J. Suomela (2014), "Median filtering is equivalent to sorting", arXiv:1406.1717, section 2: the two sorted blocks.
D. E. Knuth (2000), "Dancing links", arXiv:cs/0011047: to take out of a list, and to put back.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray


@lean_kernel
def link_block(block: Array, order: Array, values: Array, rank: Array, after: Array, before: Array) -> None:
    """Make the linked list of a sorted block: nodes 1 to w by value, 0 and w + 1 its ends.

    block (w,), NaN for nothing, order (w,), which sorts it: read.
    values, after, before (w + 2,), rank (w,), the node of each time: overwritten.
    """
    w = block.shape[0]
    values[0], values[w + 1] = -np.inf, np.inf
    for r in range(w):
        value = block[order[r]]
        values[r + 1] = value if value == value else np.inf  # what is missing lies above all
        rank[order[r]] = r + 1
    for r in range(w + 2):
        after[r], before[r] = min(r + 1, w + 1), max(r - 1, 0)


@lean_kernel
def take_out_all(rank: Array, after: Array, before: Array) -> None:
    """Take all nodes out of the list, the last in time first. rank (w,): read. after, before: overwritten."""
    for t in range(rank.shape[0] - 1, -1, -1):
        r = rank[t]
        after[before[r]], before[after[r]] = after[r], before[r]


@lean_kernel
def slide_over(
    old: tuple[Array, ...], new: tuple[Array, ...], marks: tuple[int, int, int], median: Array
) -> tuple[int, int, int]:
    """Slide the window from the old block to the new one, and write the median after each step.

    old, new: values, rank, after, before of a block, full and empty; overwritten, so that they are empty and full.
    marks: the old block's marked node, how many nodes before it are small, how many values the window holds.
    median (up to w,): overwritten. Returns the marks of the new block.
    """
    A, rank_a, after_a, before_a = old
    B, rank_b, after_b, before_b = new
    a, small, m = marks
    b = B.shape[0] - 1
    for t in range(median.shape[0]):
        r = rank_a[t]  # leaves: its neighbours take hands
        after_a[before_a[r]], before_a[after_a[r]] = after_a[r], before_a[r]
        small -= 1 if r < a else 0
        a = after_a[a] if r == a else a
        m -= 1 if A[r] < np.inf else 0
        r = rank_b[t]  # enters: its neighbours let it in again
        after_b[before_b[r]], before_b[after_b[r]] = r, r
        small += 1 if r < b else 0
        m += 1 if B[r] < np.inf else 0
        if B[before_b[b]] > A[a]:  # it is not small after all
            b, small = before_b[b], small - 1
        k = max(m - 1, 0) // 2
        while small > k:
            small -= 1
            if A[before_a[a]] > B[before_b[b]]:
                a = before_a[a]
            else:
                b = before_b[b]
        while small < k:
            small += 1
            if A[a] <= B[b]:
                a = after_a[a]
            else:
                b = after_b[b]
        low, high = min(A[a], B[b]), max(A[a], B[b])
        if m % 2 == 0:
            high = min(high, A[after_a[a]] if A[a] <= B[b] else B[after_b[b]])
            low = 0.5 * (low + high)
        median[t] = low if m > 0 else np.nan
    return b, small, m


@lean_kernel
def median_of_blocks(
    blocks: Array, order: Array, values: Array, rank: Array, after: Array, before: Array, median: Array
) -> None:
    """Write the median of each window of w values.

    blocks (c, w), the signal cut up, NaN for nothing, order (c, w), which sorts each: read.
    values, after, before (2, w + 2), rank (2, w): scratch space. median (n,), n <= (c - 1) w + 1: overwritten.
    """
    w, n = blocks.shape[1], median.shape[0]
    link_block(blocks[0], order[0], values[0], rank[0], after[0], before[0])
    m = 0
    for t in range(w):
        m += 1 if blocks[0, t] == blocks[0, t] else 0
    k = max(m - 1, 0) // 2
    median[0] = 0.5 * (values[0, k + 1] + values[0, m // 2 + 1]) if m > 0 else np.nan
    marks = (k + 1, k, m)
    for c in range(1, blocks.shape[0]):
        p, q = (c - 1) % 2, c % 2
        link_block(blocks[c], order[c], values[q], rank[q], after[q], before[q])
        take_out_all(rank[q], after[q], before[q])
        marks = slide_over(
            (values[p], rank[p], after[p], before[p]),
            (values[q], rank[q], after[q], before[q]),
            marks,
            median[(c - 1) * w + 1 : min(c * w + 1, n)],
        )


def see_wide_medians(padded: FloatArray, w: int, out: FloatArray) -> None:
    """Overwrite out (n,) by the medians of the windows of padded (n + w - 1,), NaN for nothing."""
    blocks = np.full((-(-len(padded) // w), w), np.nan)
    blocks.ravel()[: len(padded)] = padded
    after, before = np.empty((2, 2, w + 2), dtype=np.int64)
    rank = np.empty((2, w), dtype=np.int64)
    median_of_blocks(blocks, np.argsort(blocks, axis=1), np.empty((2, w + 2)), rank, after, before, out)
