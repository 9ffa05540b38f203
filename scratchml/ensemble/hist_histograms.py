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
d additions for each row. One byte is read for each, column after column, so that a column's sums (6 kB) and the bytes
of 200 000 rows stay in the cache.

Differences
-----------
Sums are float64 over rows in their order, and so have scikit-learn's bits. Two columns go through the rows together,
which costs a tenth less than one.

References
----------
G. Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree", NIPS, section 2.1, algorithm 1.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array


@kernel
def add_rows(
    one: Array, other: Array, rows: Array, gradient: Array, hessian: Array, sums: Array, other_sums: Array
) -> None:
    """Add each row's gradient, hessian and 1 to its bin's sums, of two columns at a time, which hides waiting times.

    one, other (n,) bins, rows (m,), gradient, hessian (m,): read. sums, other_sums (bins, 3): added to.
    """
    for i in range(rows.shape[0]):
        b, c = one[rows[i]], other[rows[i]]
        g, h = np.float64(gradient[i]), np.float64(hessian[i])
        sums[b, 0] += g
        sums[b, 1] += h
        sums[b, 2] += 1.0
        other_sums[c, 0] += g
        other_sums[c, 1] += h
        other_sums[c, 2] += 1.0


@kernel
def add_unit_rows(one: Array, other: Array, rows: Array, gradient: Array, sums: Array, other_sums: Array) -> None:
    """Add each row's gradient and 1 to its bin's sums, where all hessians are one. Arrays as above, sums (bins, 2)."""
    for i in range(rows.shape[0]):
        b, c = one[rows[i]], other[rows[i]]
        g = np.float64(gradient[i])
        sums[b, 0] += g
        sums[b, 1] += 1.0
        other_sums[c, 0] += g
        other_sums[c, 1] += 1.0


@kernel
def build_histogram(bins: Array, rows: Array, gradient: Array, hessian: Array, histograms: Array) -> None:
    """Sum up rows by column and bin. bins (d, n), rows (m,), gradient (m,), hessian (m,) or (0,): read. histograms
    (d, bins, 3), or (d, bins, 2) where all hessians are one: overwritten."""
    d = bins.shape[0]
    histograms[:] = 0.0
    aside = np.zeros(histograms.shape[1:])  # takes the sums of a column that has no partner
    for f in range(0, d, 2):
        other = min(f + 1, d - 1)
        other_sums = histograms[other] if other > f else aside
        if histograms.shape[2] == 2:
            add_unit_rows(bins[f], bins[other], rows, gradient, histograms[f], other_sums)
        else:
            add_rows(bins[f], bins[other], rows, gradient, hessian, histograms[f], other_sums)


@kernel
def subtract_histogram(parent: Array, child: Array) -> None:
    """Turn the parent's sums into those of the other child. parent (d, bins, sums): overwritten. child: read."""
    for f in range(parent.shape[0]):
        for b in range(parent.shape[1]):
            for s in range(parent.shape[2]):
                parent[f, b, s] -= child[f, b, s]


@kernel
def split_rows(rows: Array, bins: Array, goes_left: Array, aside: Array) -> int:
    """Put the rows whose bin goes left first, in order, and return how many. rows (m,): overwritten. bins (n,),
    goes_left (256,) uint8: read. aside (at least m,): scratch."""
    left, right = 0, 0
    for i in range(rows.shape[0]):
        row = rows[i]
        go = int(goes_left[bins[row]])
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
