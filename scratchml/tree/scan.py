"""Scan a sorted column for the threshold with the best score, one row at a time.

Idea
    Sort a node's rows by one feature. Between two neighbours that differ lies a candidate threshold. Walk through them
    and move one row after the other from the right side to the left: each move changes the sums by one addition, so all
    thresholds of a feature cost one walk.
Maths
    The two scans for one target are the general one with its formulas written out. With integer weights the squares of
    class counts are kept up to date exactly: one more of class c adds 2 count_c + 1. To spare divisions, a candidate is
    first held against a bar that is a little lower than the best score so far, multiplied out:
    a / W_l + b / W_r > bar   <=>   a W_r + b W_l > bar W_l W_r.
    For two classes, with W_1 of W ones in the node and D = W L_1 - W_1 W_l, a / W_l + b / W_r is
    (W_0^2 + W_1^2) / W + 2 D^2 / (W W_l W_r), so that D, one addition a row, tells it.
    Only what passes is worked out with the exact formula, so the choice (ties included) is that of the formula.
Cost
    One walk: n additions and n multiplied-out comparisons; with k classes and weights that are no integers, n k.
Differences
    None from scikit-learn. Values closer than 1e-7 (in float32) count as equal.
References
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), section 2.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array
from .impurity import (
    LEFT,
    RIGHT,
    TOTAL,
    add_row,
    clear_sums,
    copy_total,
    split_score,
    subtract_left,
    unsigned,
    weight_of,
)

if TYPE_CHECKING:
    from .growth import Data, Work

CLOSEST = np.float32(1e-7)  # values no farther apart than this count as equal
SLACK = 1e-13  # what rounding can take from a score beside its size, and much more


@lean_kernel
def is_too_small(n_left: int, n_right: int, left_weight: float, right_weight: float, leaf: tuple[Any, ...]) -> bool:
    """Say whether a side of a split has fewer rows or less weight than leaf = (rows, weight)."""
    return bool(n_left < leaf[0] or n_right < leaf[0] or left_weight < leaf[1] or right_weight < leaf[1])


@lean_kernel
def scan_gini(
    column: Array,
    rows: Array,
    span: tuple[int, ...],
    targets: tuple[Any, ...],
    sums: Array,
    leaf: tuple[Any, ...],
    best: float,
) -> tuple[float, int]:
    """Return (score, split) of the best threshold for one target with classes and integer weights.

    column (n,): the feature; rows (m,): sorted by it, read in span = (start, end). targets = (class codes (n,), weights
    (n,) or none). sums (3, t, k): total read, left overwritten. leaf: the least (rows, weight) of a side. best: the
    score to beat; split is -1 if no threshold does. Rows before the place `split` go left.
    """
    start, end = span
    codes, weights = targets
    weight, left_weight, left_square, right_square = 0.0, 0.0, 0.0, 0.0
    for c in range(sums.shape[2]):
        sums[LEFT, 0, unsigned(c)] = 0.0
        weight += sums[TOTAL, 0, c]
        right_square += sums[TOTAL, 0, c] * sums[TOTAL, 0, c]
    split, bar = -1, best + weight - SLACK * weight
    for j in range(start, end - 1):
        i, p = rows[unsigned(j)], j + 1
        c = codes[unsigned(i)]
        w = weights[unsigned(i)] if weights.shape[0] > 0 else 1.0
        count = sums[LEFT, 0, unsigned(c)]
        rest = sums[TOTAL, 0, unsigned(c)] - count
        left_square += w * (count + count + w)
        right_square -= w * (rest + rest - w)
        sums[LEFT, 0, unsigned(c)] = count + w
        left_weight += w
        right_weight = weight - left_weight
        if left_square * right_weight + right_square * left_weight <= bar * (left_weight * right_weight):
            continue
        if np.float32(column[rows[p]]) <= np.float32(column[i]) + CLOSEST:
            continue
        if is_too_small(p - start, end - p, left_weight, right_weight, leaf):
            continue
        left_impurity = 1.0 - left_square / (left_weight * left_weight)
        right_impurity = 1.0 - right_square / (right_weight * right_weight)
        score = -right_weight * right_impurity - left_weight * left_impurity
        if score > best:
            best, split, bar = score, p, score + weight - SLACK * weight
    return best, split


@lean_kernel
def scan_two_classes(
    column: Array,
    rows: Array,
    span: tuple[int, ...],
    targets: tuple[Any, ...],
    sums: Array,
    leaf: tuple[Any, ...],
    best: float,
) -> tuple[float, int]:
    """Return what `scan_gini` does, for two classes; see *Maths* of this file for the bar. Whole numbers stay exact."""
    start, end = span
    codes, weights = targets
    ones, weight = sums[TOTAL, 0, 1], sums[TOTAL, 0, 0] + sums[TOTAL, 0, 1]
    zeros, left_weight, excess = weight - ones, 0.0, 0.0
    split, rest, half = -1, weight - SLACK * weight - (ones * ones + zeros * zeros) / weight, weight / 2.0
    bar = (best + rest) * half
    for j in range(start, end - 1):
        i, p = rows[unsigned(j)], j + 1
        w = weights[unsigned(i)] if weights.shape[0] > 0 else 1.0
        left_weight += w
        excess += w * (codes[unsigned(i)] * weight - ones)
        right_weight = weight - left_weight
        if excess * excess <= bar * (left_weight * right_weight):
            continue
        if np.float32(column[rows[p]]) <= np.float32(column[i]) + CLOSEST:
            continue
        if is_too_small(p - start, end - p, left_weight, right_weight, leaf):
            continue
        left_ones = (excess + ones * left_weight) / weight
        left_zeros, right_ones = left_weight - left_ones, ones - left_ones
        right_zeros = right_weight - right_ones
        left_impurity = 1.0 - (left_ones * left_ones + left_zeros * left_zeros) / (left_weight * left_weight)
        right_impurity = 1.0 - (right_ones * right_ones + right_zeros * right_zeros) / (right_weight * right_weight)
        score = -right_weight * right_impurity - left_weight * left_impurity
        if score > best:
            best, split, bar = score, p, (score + rest) * half
    return best, split


@lean_kernel
def scan_rounded_gini(
    column: Array,
    rows: Array,
    span: tuple[int, ...],
    targets: tuple[Any, ...],
    sums: Array,
    leaf: tuple[Any, ...],
    best: float,
    weight: float,
) -> tuple[float, int]:
    """Return what `scan_gini` does, for weights whose sums are rounded: added and subtracted in the reference's order.

    rows (m,): ~i for a row i whose next value may be equal, as for `scan_squared_error`. weight: of the node, as it was
    added up.
    """
    start, end = span
    codes, weights = targets
    for c in range(sums.shape[2]):
        sums[LEFT, 0, c] = 0.0
    left_weight, split, moved = 0.0, -1, start
    mark = rows[start]
    i = mark ^ (mark >> 31)  # plainly: ~mark if mark < 0 else mark
    for p in range(start + 1, end):
        sums[LEFT, 0, codes[unsigned(i)]] += weights[unsigned(i)]
        left_weight += weights[unsigned(i)]
        before, may_tie = i, mark < 0
        mark = rows[unsigned(p)]
        i = mark ^ (mark >> 31)
        if may_tie and np.float32(column[i]) <= np.float32(column[before]) + CLOSEST:
            continue
        if p - start < leaf[0] or end - p < leaf[0]:
            continue
        if p - moved > end - p:
            copy_total(sums)
            left_weight = weight
            for q in range(end - 1, p - 1, -1):
                k = rows[q] ^ (rows[q] >> 31)
                sums[LEFT, 0, codes[k]] -= weights[k]
                left_weight -= weights[k]
        moved = p
        right_weight = weight - left_weight
        if left_weight < leaf[1] or right_weight < leaf[1]:
            continue
        left_square = right_square = 0.0
        for c in range(sums.shape[2]):
            left, right = sums[LEFT, 0, c], sums[TOTAL, 0, c] - sums[LEFT, 0, c]
            left_square += left * left
            right_square += right * right
        left_impurity = 1.0 - left_square / (left_weight * left_weight)
        right_impurity = 1.0 - right_square / (right_weight * right_weight)
        score = -right_weight * right_impurity - left_weight * left_impurity
        if score > best:
            best, split = score, p
    return best, split


@lean_kernel
def scan_squared_error(
    column: Array,
    rows: Array,
    span: tuple[int, ...],
    targets: tuple[Any, ...],
    total: tuple[float, ...],
    leaf: tuple[Any, ...],
    best: float,
) -> tuple[float, int]:
    """Return (score, split) of the best threshold for one target with squared errors, as `scan_gini` does.

    rows (m,): where leaf[2] says that ties are marked, ~i for a row i whose next value may be equal, most values need
    not be looked at.
    targets = (y (n, 1), weights (n,) or none); total = (weighted sum of y, weight) of the node. Sums are added in
    sorted order, or from the right after a jump over many equal values, as the reference does: rounding decides between
    splits that are equal otherwise.
    """
    start, end = span
    y, weights = targets
    left = left_weight = 0.0
    split, moved, bar = -1, start, best - SLACK * abs(best)
    mark = rows[start]
    i = mark ^ (mark >> 31)  # plainly: ~mark if mark < 0 else mark
    for p in range(start + 1, end):
        w = weights[unsigned(i)] if weights.shape[0] > 0 else 1.0
        left += w * y[unsigned(i), 0]
        left_weight += w
        before, may_tie = i, mark < 0 or not leaf[2]
        mark = rows[unsigned(p)]
        i = mark ^ (mark >> 31)
        if may_tie and np.float32(column[i]) <= np.float32(column[before]) + CLOSEST:
            continue
        if p - start < leaf[0] or end - p < leaf[0]:
            continue
        if p - moved > end - p:
            left, left_weight = total
            for q in range(end - 1, p - 1, -1):
                k = rows[q] ^ (rows[q] >> 31)
                w = weights[k] if weights.shape[0] > 0 else 1.0
                left -= w * y[k, 0]
                left_weight -= w
        moved = p
        right, right_weight = total[0] - left, total[1] - left_weight
        if left * left * right_weight + right * right * left_weight <= bar * (left_weight * right_weight):
            continue
        if left_weight < leaf[1] or right_weight < leaf[1]:
            continue
        score = left * left / left_weight + right * right / right_weight
        if score > best:
            best, split, bar = score, p, score - SLACK * abs(score)
    return best, split


@lean_kernel
def keeps_order(direction: int, bounds: tuple[float, ...], left_value: float, right_value: float) -> bool:
    """Say whether a split obeys a monotonic constraint: direction -1, 0 or 1, and values within bounds (low, high)."""
    if direction == 0:
        return True
    low, high = bounds
    if left_value < low or right_value < low or left_value > high or right_value > high:
        return False
    return (left_value - right_value) * direction <= 0


@lean_kernel
def scan_any(
    line: int,
    span: tuple[int, ...],
    data: Data,
    work: Work,
    node: tuple[Any, ...],
    leaf: tuple[Any, ...],
    best: float,
) -> tuple[float, int]:
    """Return (score, split) of the best threshold for any sums, as `scan_gini` does; the plain form of all scans.

    span = (start, first, last, end): candidates lie between the rows first to last; what lies before goes left and
    what lies after right in any case (rows without a value). node = (weight, direction, bounds, feature).
    """
    start, first, last, end = span
    rows, sums = work.rows, work.sums
    node_weight, direction, bounds, _ = node
    left = sums[LEFT]
    clear_sums(left)
    left_weight, split, moved = 0.0, -1, start
    for j in range(start, min(last, end - 1)):
        w = weight_of(data, rows[line, j])
        add_row(data, rows[line, j], w, left)
        left_weight += w
        p = j + 1
        if j < first or (p < last and work.values[line, p] <= work.values[line, j] + CLOSEST):
            continue
        if p - start < leaf[0] or end - p < leaf[0]:
            continue
        if p - moved > end - p:
            copy_total(sums)
            left_weight = node_weight
            for q in range(end - 1, j, -1):
                w = weight_of(data, rows[line, q])
                add_row(data, rows[line, q], -w, left)
                left_weight -= w
        moved = p
        right_weight = node_weight - left_weight
        subtract_left(sums)
        if not keeps_order(direction, bounds, sums[LEFT, 0, 0] / left_weight, sums[RIGHT, 0, 0] / right_weight):
            continue
        if left_weight < leaf[1] or right_weight < leaf[1]:
            continue
        score = split_score(data, sums, left_weight, right_weight)
        if score > best:
            best, split = score, p
    return best, split
