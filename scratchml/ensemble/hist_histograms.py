"""Histograms: what rows add up to in each bin of each column. The only work of a boosted tree that looks at all rows.

Idea
----
Count the rows of a node in each bin, and sum their gradients and hessians on the way. Of two children only the smaller
one is counted: what is missing from the parent's sums is the other child's.

Maths
-----
::

    sums[f, b]  =  sum of (g, h, 1) over the rows of the node whose bin of column f is b
    sums of the parent  =  sums of the left child  +  sums of the right child

Cost
----
d additions for each row, each of a gradient, a hessian and a 1 at once. The bins of four columns lie side by side: a
row asks far memory once for four of them, and the sums of four columns (32 kB) stay in the nearest cache.

Differences
-----------
Sums are float64 over rows in their order, and so have scikit-learn's bits. Read column by column, one
number after the other, all rows take 1.6 times as long, and one row in two hundred 4 times.

References
----------
G. Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree", NIPS, section 2.1, algorithm 1.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.lanes import add_pair, add_triple, fetch_ahead
from ..core.typing import Array

WIDTH = 4  # columns whose bins lie side by side, and whose sums fill the nearest cache
AHEAD = 24  # rows from now that are fetched: the time of a far read


@kernel
def add_rows(bins: Array, rows: Array, gradient: Array, hessian: Array, sums: Array, n_bins: int) -> None:
    """Add each row's gradient, hessian and 1 to its bins' sums, of four columns.

    bins (n, 4) uint8, rows (m,) uint32, gradient, hessian (m,): read. sums (4 * n_bins, 4): added to.
    """
    last = rows.shape[0] - 1
    for i in range(rows.shape[0]):
        row = rows[i]
        fetch_ahead(bins, np.int64(rows[min(i + AHEAD, last)]))
        # plainly: for c in range(4): b = c * n_bins + bins[row, c]; sums[b] += (g, h, 1.0, 0.0)
        a, b = np.int64(bins[row, 0]), n_bins + np.int64(bins[row, 1])
        c, e = 2 * n_bins + np.int64(bins[row, 2]), 3 * n_bins + np.int64(bins[row, 3])
        g, h = np.float64(gradient[i]), np.float64(hessian[i])
        add_triple(sums, a, g, h, 1.0)
        add_triple(sums, b, g, h, 1.0)
        add_triple(sums, c, g, h, 1.0)
        add_triple(sums, e, g, h, 1.0)


@kernel
def add_unit_rows(bins: Array, rows: Array, gradient: Array, sums: Array, n_bins: int) -> None:
    """Add each row's gradient and 1, where all hessians are one. Arrays as above, but sums (4 * n_bins, 2)."""
    last = rows.shape[0] - 1
    for i in range(rows.shape[0]):
        row = rows[i]
        fetch_ahead(bins, np.int64(rows[min(i + AHEAD, last)]))
        a, b = np.int64(bins[row, 0]), n_bins + np.int64(bins[row, 1])
        c, e = 2 * n_bins + np.int64(bins[row, 2]), 3 * n_bins + np.int64(bins[row, 3])
        g = np.float64(gradient[i])
        add_pair(sums, a, g, 1.0)
        add_pair(sums, b, g, 1.0)
        add_pair(sums, c, g, 1.0)
        add_pair(sums, e, g, 1.0)


@kernel
def add_rows_of_few(bins: Array, rows: Array, gradient: Array, hessian: Array, histograms: Array) -> None:
    """Do the same where fewer than four columns are left. bins, rows, gradient, hessian: as above, hessian (0,) for
    ones. histograms (columns, n_bins, 4 or 2): added to."""
    for i in range(rows.shape[0]):
        row, g = rows[i], np.float64(gradient[i])
        h = np.float64(hessian[i]) if hessian.shape[0] else 1.0
        for c in range(histograms.shape[0]):
            b = bins[row, c]
            histograms[c, b, 0] += g
            histograms[c, b, 1] += h
            if hessian.shape[0]:
                histograms[c, b, 2] += 1.0


@kernel
def build_histogram(bins: Array, rows: Array, gradient: Array, hessian: Array, histograms: Array) -> None:
    """Sum up rows by column and bin. bins (blocks, n, 4), rows (m,), gradient (m,), hessian (m,) or (0,): read.
    histograms (d, bins, 4), or (d, bins, 2) where all hessians are one: overwritten."""
    d, n_bins, lanes = histograms.shape
    sums, numbers = histograms.reshape(d * n_bins, lanes), histograms.reshape(-1)
    numbers[:] = 0.0  # as one row: a loop over the few sums of a bin would take three times as long
    for block in range(bins.shape[0]):
        first = WIDTH * block
        if d - first < WIDTH:
            add_rows_of_few(bins[block], rows, gradient, hessian, histograms[first:])
        elif lanes == 2:
            add_unit_rows(bins[block], rows, gradient, sums[first * n_bins :], n_bins)
        else:
            add_rows(bins[block], rows, gradient, hessian, sums[first * n_bins :], n_bins)


@kernel
def subtract_histogram(parent: Array, child: Array) -> None:
    """Turn the parent's sums into those of the other child. parent (d, bins, sums): overwritten. child: read."""
    # plainly: parent -= child; as one row of numbers, the loop over the few sums of a bin takes three times as long
    theirs, ours = parent.reshape(-1), child.reshape(-1)
    for i in range(theirs.shape[0]):
        theirs[i] -= ours[i]


@kernel
def split_rows(rows: Array, bins: Array, column: int, goes_left: Array, aside: Array) -> int:
    """Put the rows whose bin goes left first, in order, and return how many. rows (m,): overwritten. bins (n, 4), of
    which one column counts, goes_left (256,) uint8: read. aside (at least m,): scratch."""
    left, right = 0, 0
    for i in range(rows.shape[0]):
        row = rows[i]
        go = int(goes_left[bins[row, column]])
        rows[left] = row
        aside[right] = row
        left += go
        right += 1 - go
    for i in range(right):  # plainly: rows[left:] = aside[:right], which takes seconds to compile
        rows[left + i] = aside[i]
    return left


@kernel
def take_rows(rows: Array, gradient: Array, hessian: Array, some_gradient: Array, some_hessian: Array) -> None:
    """Copy the rows' gradients and hessians, so that they are read in order. rows (m,), gradient (n,), hessian (n,) or
    (0,): read. some_gradient, some_hessian: overwritten."""
    for i in range(rows.shape[0]):
        some_gradient[i] = gradient[rows[i]]
    if hessian.shape[0]:
        for i in range(rows.shape[0]):
            some_hessian[i] = hessian[rows[i]]


@kernel
def add_leaf_values(rows: Array, stops: Array, values: Array, scores: Array) -> None:
    """Add each leaf's value to its rows' scores. rows (n,), leaf after leaf, stops, values (leaves,): read. scores
    (n,): added to."""
    start = 0
    for leaf in range(stops.shape[0]):
        for i in range(start, stops[leaf]):
            scores[rows[i]] += values[leaf]
        start = stops[leaf]
