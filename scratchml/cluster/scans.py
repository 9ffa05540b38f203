"""Scans: how far one point is from a block of others. For kernels to call.

Idea
    Whoever looks for a nearest neighbour reads all points and needs one. So measure a block at a time, which stays in
    the first cache, and let the arithmetic run over neighbours in memory, where the processor does several at once.
Maths
    block[j] = sum_f (x_f - columns[f, first + j])^2
Cost
    d multiplications to a point. (The least of a block: `place_of_least` of `core/lanes.py`.)
Differences
    None: no sum depends on where a block begins.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), section 5.
"""

from __future__ import annotations

from ..core.jit import lean_kernel
from ..core.typing import Array

BLOCK = 256  # points measured at a time


@lean_kernel
def square_block(x: Array, columns: Array, first: int, block: Array) -> None:
    """Measure squared distances. x (d,), columns (d, m): read. block (b,), to columns from `first` on: overwritten."""
    d, b = columns.shape[0], block.shape[0]
    last, in_threes = first + b, d - d % 3  # slices, because an index `first + j` might be negative for all Numba knows
    block[:] = 0.0
    # plainly: for f in range(d): block += (columns[f, first : first + b] - x[f]) ** 2
    for f in range(0, in_threes, 3):
        x0, x1, x2 = x[f], x[f + 1], x[f + 2]
        y0, y1, y2 = columns[f, first:last], columns[f + 1, first:last], columns[f + 2, first:last]
        for j in range(b):
            e0, e1, e2 = y0[j] - x0, y1[j] - x1, y2[j] - x2
            block[j] += (e0 * e0 + e1 * e1) + e2 * e2
    for f in range(in_threes, d):
        x0, y0 = x[f], columns[f, first:last]
        for j in range(b):
            e0 = y0[j] - x0
            block[j] += e0 * e0
