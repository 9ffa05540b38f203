"""The best split of a node from its histograms: one scan over bins for each column, and never a look at the rows.

Idea
----
Three sums of a node's rows, for each bin of a column, are all that is needed to know what any split at a bin's border
would gain. Missing values are tried on both sides. Categories have no order of their own: put in the order of their
mean slope, the best of all groupings in two lies at one of the borders.

Maths
-----
A node whose gradients sum to G and hessians to H is best given the value v, and then has the loss (halved) -G v / 2::

    v = -G / (H + l2)        clipped to [lower, upper] where columns must act monotonically

    gain of a split  =  G v  -  G_left v_left  -  G_right v_right          the larger, the better

A split needs `min_samples_leaf` rows and a sum of hessians of 1e-3 on both sides. A split of a monotone column with
values in the wrong order is refused.

Cost
----
One addition of sums for each column and bin, and two divisions where enough rows lie on both sides.

Differences
-----------
None from scikit-learn 1.9.1. Categories of equal mean slope are taken last first, as glibc's qsort makes
scikit-learn do; elsewhere it may take them otherwise.

References
----------
T. Chen, C. Guestrin (2016), "XGBoost: a scalable tree boosting system", KDD, equations 5 to 7, algorithm 3 (missing
values). W. D. Fisher (1958), "On grouping for maximum homogeneity", J. Am. Stat. Assoc. 53(284) (categories).
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel, larger
from ..core.typing import Array

GRADIENT, HESSIAN = 0, 1  # of the sums in a bin; the count is number 2, or the hessian, where all hessians are one
GAIN, BIN, MISSING_LEFT, LEFT_GRADIENT, LEFT_HESSIAN, LEFT_COUNT, FOUND_COLUMNS = range(7)  # of a split found
COUNT, SUM_GRADIENT, SUM_HESSIAN, VALUE, LOWER, UPPER = range(6)  # of a node; bounds are those of its children
MIN_SAMPLES, L2 = 0, 1  # of the limits
USED, HAS_MISSING, CATEGORICAL, MONOTONIC = range(4)  # of a column
MIN_HESSIAN = 1e-3  # each side of a split needs that much
LEAST_SUPPORT = 10.0  # a category of fewer rows goes to the right, and cannot make a split; it also smooths the means
TINY = 1e-15
NO_BOUND = math.inf
Pair = tuple[float, float]


@kernel
def leaf_value(G: float, H: float, l2: float, lower: float, upper: float) -> float:
    """Return the best value of a leaf, between the bounds."""
    value = -G / (H + l2 + TINY)
    value = lower if value < lower else value
    return upper if value > upper else value


@kernel
def split_gain(left: Pair, right: Pair, whole: float, l2: float, bounds: Pair) -> float:
    """Return the gain of a split with sums (G, H) left and right; whole is the node's own term."""
    v_left = leaf_value(left[0], left[1], l2, bounds[0], bounds[1])
    v_right = leaf_value(right[0], right[1], l2, bounds[0], bounds[1])
    return whole - left[0] * v_left - right[0] * v_right


@kernel
def add_up_bins(
    histogram: Array, column: Array, forward: bool, node: Array, limits: Array, sums: Array
) -> tuple[int, int]:
    """Add up the bins one by one, and return the first place a split is allowed at, and the one behind the last.

    histogram (bins, sums), column (4,), node (6,), limits (2,): read. sums (4, bins): overwritten, up to the last
    place, with the gradients, hessians and rows on the side that was added up.
    """
    # Local names, and numbers without a sign, which need not be asked whether they count from the end: each bin waits
    # for the addition before it, and all else should be done meanwhile. That takes a third of the time.
    count_at, used, most = np.uint64(histogram.shape[1] // 2), column[USED], node[COUNT] - limits[MIN_SAMPLES]
    H_all, least, places = node[SUM_HESSIAN], limits[MIN_SAMPLES], column[USED] - 1
    sum_G, sum_H, sum_n = sums[0], sums[1], sums[2]
    if forward:
        places += column[HAS_MISSING]
    G, H, n, first = 0.0, 0.0, 0.0, 0
    for place in range(places):
        b, at = np.uint64(place if forward else used - 1 - place), np.uint64(place)
        G += histogram[b, np.uint64(GRADIENT)]
        H += histogram[b, np.uint64(HESSIAN)]
        n += histogram[b, count_at]
        sum_G[at], sum_H[at], sum_n[at] = G, H, n
        first += int(n < least)
        if n > most or (H_all - H < MIN_HESSIAN and H >= MIN_HESSIAN and n >= least):
            return first, place
    return first, places


@kernel
def list_gains(sums: Array, first: int, stop: int, forward: bool, node: Array, l2: float, sign: int) -> float:
    """Find the gain at each place from first to before stop, -1 where there is none, and return the largest, at least
    0.

    sums (4, bins): three are read, the fourth overwritten. node (6,): read. A loop of its own, without a jump: four
    places are divided at once.
    """
    G_all, H_all, lower, upper = node[SUM_GRADIENT], node[SUM_HESSIAN], node[LOWER], node[UPPER]
    here_G, here_H, gains = sums[0, first:stop], sums[1, first:stop], sums[3, first:stop]
    largest, way, whole = 0.0, float(sign if forward else -sign), node[SUM_GRADIENT] * node[VALUE]
    for place in range(gains.shape[0]):
        G, H = here_G[place], here_H[place]
        v, v_there = leaf_value(G, H, l2, lower, upper), leaf_value(G_all - G, H_all - H, l2, lower, upper)
        if forward:  # the left side's term comes first, so that both ways round as `split_gain` does
            gain = whole - G * v - (G_all - G) * v_there
        else:
            gain = whole - (G_all - G) * v_there - G * v
        wrong = (v_there - v) * way < 0.0  # of a monotone column
        gain = gain if (gain > 0.0) & (H >= MIN_HESSIAN) & (not wrong) else -1.0
        gains[place] = gain
        largest = larger(largest, gain)
    return largest


@kernel
def scan_bins(
    histogram: Array, column: Array, forward: bool, node: Array, limits: Array, found: Array, sums: Array
) -> None:
    """Try a split after each bin, from the left (missing values right) or from the right (missing values left).

    histogram (bins, sums), column (4,), node (6,), limits (2,): read. found (6,): overwritten where a split is better.
    sums (4, bins): scratch.
    """
    first, stop = add_up_bins(histogram, column, forward, node, limits, sums)
    best = list_gains(sums, first, stop, forward, node, limits[L2], column[MONOTONIC])
    if best <= max(found[GAIN], 0.0):
        return
    place = first  # of equal gains the first counts: behind a bin of nothing, all sums are as before it
    while sums[3, place] < best:
        place += 1
    b, G, H, n = place, sums[0, place], sums[1, place], sums[2, place]
    if not forward:
        b, G, H = column[USED] - 2 - place, node[SUM_GRADIENT] - G, node[SUM_HESSIAN] - H
        n = node[COUNT] - n
    found[GAIN], found[BIN], found[MISSING_LEFT] = best, b, (0.0 if forward else 1.0)
    found[LEFT_GRADIENT], found[LEFT_HESSIAN], found[LEFT_COUNT] = G, H, n


@kernel
def sort_categories(histogram: Array, column: Array, support: float) -> Array:
    """Return the bins of the categories with enough rows, by their mean slopes. histogram (bins, sums): read."""
    last, missing = column[USED], histogram.shape[0] - 1
    bins, slope, n = np.empty(last + 1, dtype=np.int64), np.empty(last + 1), 0
    for i in range(last + 1):
        b = missing if i == 0 else last - i
        if i == 0 and not column[HAS_MISSING]:
            continue
        H = histogram[b, HESSIAN]
        if H * support >= LEAST_SUPPORT:
            mean, at = histogram[b, GRADIENT] / (H + LEAST_SUPPORT), n
            while at > 0 and slope[at - 1] > mean:  # insertion: NumPy's argsort takes seconds to compile
                slope[at], bins[at] = slope[at - 1], bins[at - 1]
                at -= 1
            slope[at], bins[at] = mean, b
            n += 1
    return bins[:n]


@kernel
def scan_categories(
    histogram: Array, column: Array, node: Array, limits: Array, found: Array, goes_left: Array
) -> None:
    """Try to give the first, or the last, of the sorted categories to the left, up to one half of them.

    histogram (bins, sums), column (4,), node (6,), limits (2,): read. found (6,), goes_left (bins,): overwritten.
    """
    count_at, least, l2 = histogram.shape[1] // 2, limits[MIN_SAMPLES], limits[L2]
    G_all, H_all, bounds = node[SUM_GRADIENT], node[SUM_HESSIAN], (node[LOWER], node[UPPER])
    order = sort_categories(histogram, column, node[COUNT] / H_all)
    m = order.shape[0]
    if m < 2:
        return
    best_size, best_forward = 0, True
    for forward in (True, False):
        G, H, n = 0.0, 0.0, 0.0
        for i in range((m + 1) // 2 if forward else (m + 1) // 2 - 1):
            b = order[i] if forward else order[m - 1 - i]
            G += histogram[b, GRADIENT]
            H += histogram[b, HESSIAN]
            n += histogram[b, count_at]
            if n < least or H < MIN_HESSIAN:
                continue
            if node[COUNT] - n < least or H_all - H < MIN_HESSIAN:
                break
            gain = split_gain((G, H), (G_all - G, H_all - H), G_all * node[VALUE], l2, bounds)
            if gain > found[GAIN] and gain > 0.0:
                best_size, best_forward = i + 1, forward
                found[GAIN], found[BIN] = gain, 0.0
                found[LEFT_GRADIENT], found[LEFT_HESSIAN], found[LEFT_COUNT] = G, H, n
    if best_size:
        goes_left[:] = 0
        for i in range(best_size):
            goes_left[order[i] if best_forward else order[m - 1 - i]] = 1
        found[MISSING_LEFT] = goes_left[histogram.shape[0] - 1]


@kernel
def best_split(
    histograms: Array, columns: Array, allowed: Array, node: Array, limits: Array, found: Array, goes_left: Array
) -> None:
    """Find the best split of a node by each column of numbers; a gain of -1 says that there is none.

    histograms (d, bins, sums), columns (d, 4) int64, allowed (d,) bool, node (6,), limits (2,): read. found (d, 6):
    overwritten. goes_left (d, bins) uint8 is for categories only.
    """
    sums = np.empty((4, histograms.shape[1]))
    for f in range(histograms.shape[0]):
        found[f, GAIN] = -1.0
        if allowed[f] and not columns[f, CATEGORICAL]:
            for way in range(1 + columns[f, HAS_MISSING]):
                scan_bins(histograms[f], columns[f], way == 0, node, limits, found[f], sums)


@kernel
def best_grouping(
    histograms: Array, columns: Array, allowed: Array, node: Array, limits: Array, found: Array, goes_left: Array
) -> None:
    """Find the best split of a node by each column of categories. Arrays as above; goes_left: overwritten."""
    for f in range(histograms.shape[0]):
        if allowed[f] and columns[f, CATEGORICAL]:
            scan_categories(histograms[f], columns[f], node, limits, found[f], goes_left[f])


def value_of(G: float, H: float, l2: float, lower: float, upper: float) -> float:
    """Return a leaf's value, as `leaf_value` does, in Python."""
    value = -G / (H + l2 + TINY)
    return lower if value < lower else upper if value > upper else value
