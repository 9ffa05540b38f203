"""Scans: how far one point is from a block of others, and the least number of a row. For kernels to call.

Idea
    Whoever looks for a nearest neighbour reads all points and needs one. So measure a block at a time, which stays in
    the first cache, and let the arithmetic run over neighbours in memory, where the processor does several at once.
Maths
    block[j] = sum_f (x_f - columns[f, first + j])^2
Cost
    d multiplications to a point; for a least number, an eighth of a comparison.
Differences
    None: no sum depends on where a block begins.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), section 5.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array

BLOCK = 128  # points measured at a time


@lean_kernel
def square_block(x: Array, columns: Array, first: int, block: Array) -> None:
    """Measure squared distances. x (d,), columns (d, m): read. block (b,), to columns from `first` on: overwritten."""
    d, b = columns.shape[0], block.shape[0]
    in_threes = d - d % 3
    block[:] = 0.0
    # plainly: for f in range(d): block += (columns[f, first : first + b] - x[f]) ** 2
    for f in range(0, in_threes, 3):
        x0, x1, x2 = x[f], x[f + 1], x[f + 2]
        y0, y1, y2 = columns[f], columns[f + 1], columns[f + 2]
        for j in range(b):
            e0, e1, e2 = y0[first + j] - x0, y1[first + j] - x1, y2[first + j] - x2
            block[j] += (e0 * e0 + e1 * e1) + e2 * e2
    for f in range(in_threes, d):
        x0, y0 = x[f], columns[f]
        for j in range(b):
            e0 = y0[first + j] - x0
            block[j] += e0 * e0


@lean_kernel
def least_in_row(row: Array) -> float:
    """Return the least number, infinity where there is none. row (m,): read."""
    m = row.shape[0]
    a = b = c = d = e = f = g = h = np.inf  # plainly: min(row); eight minima, because each waits for the one before it
    for k in range(0, m - m % 8, 8):
        a = row[k] if row[k] < a else a
        b = row[k + 1] if row[k + 1] < b else b
        c = row[k + 2] if row[k + 2] < c else c
        d = row[k + 3] if row[k + 3] < d else d
        e = row[k + 4] if row[k + 4] < e else e
        f = row[k + 5] if row[k + 5] < f else f
        g = row[k + 6] if row[k + 6] < g else g
        h = row[k + 7] if row[k + 7] < h else h
    for k in range(m - m % 8, m):
        a = row[k] if row[k] < a else a
    return min(min(min(a, b), min(c, d)), min(min(e, f), min(g, h)))
