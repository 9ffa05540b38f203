"""Absolute errors: a node predicts its median, and its impurity is the mean distance from it.

Idea
    Unlike a mean, a median is not had from sums. But if the targets seen so far lie in their sorted order in a tree of
    partial sums (Fenwick's), then adding one, finding the middle and summing what lies below it take log n steps each.
    One walk from the left gives the error of every left side, one from the right that of every right side.
Maths
    With m the weighted median, W_l and S_l the weight and weighted sum of the targets below m, W_r and S_r of the
    others: sum_i w_i |y_i - m| = (S_r - m W_r) + (m W_l - S_l).
Cost
    n log n for each feature of a node, and no sort of the targets: their sorted order is kept as that of a column is.
Differences
    None from scikit-learn.
References
    Fenwick, A new data structure for cumulative frequency tables, Software Practice and Experience 24 (1994).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.jit import lean_kernel
from ..core.typing import Array
from .impurity import weight_of
from .scan import CLOSEST, is_too_small, keeps_order

if TYPE_CHECKING:
    from .growth import Data, Errors, Work


@lean_kernel
def add_to_fenwick(tree: Array, size: int, place: int, weight: float, weighted: float) -> None:
    """Add (weight, weighted) at a place (from 0) to tree (n + 1, 2), overwritten up to size + 1."""
    p = place + 1
    while p <= size:
        tree[p, 0] += weight
        tree[p, 1] += weighted
        p += p & -p


@lean_kernel
def search_fenwick(tree: Array, size: int, weight: float, or_equal: bool) -> tuple[int, float, float]:
    """Return (place, weight before it, weighted sum before it) where the running weight comes to pass `weight`.

    With `or_equal`, places that reach it exactly lie before, too.
    """
    bit, place = 1, 0
    while 2 * bit <= size:
        bit *= 2
    before = weighted = 0.0
    while bit > 0:
        p = place + bit
        if p <= size and (weight > tree[p, 0] or (or_equal and weight == tree[p, 0])):
            weight -= tree[p, 0]
            before += tree[p, 0]
            weighted += tree[p, 1]
            place = p
        bit //= 2
    return place, before, weighted


@lean_kernel
def running_errors(
    data: Data, rows: Array, line: int, span: tuple[int, ...], k: int, errors: Errors, side: int
) -> None:
    """Add to errors.runs[side, j] the summed distance from the median of target k of all rows walked through up to j.

    rows[line, j] for j in range(*span): read. The medians themselves: errors.runs[side + 2], overwritten.
    """
    first, last, step = span
    size = abs(last - first)
    for j in range(size + 1):
        errors.tree[j, 0] = errors.tree[j, 1] = 0.0
    total = total_weighted = 0.0
    for j in range(first, last, step):
        i = rows[line, j]
        w = weight_of(data, i)
        add_to_fenwick(errors.tree, size, errors.ranks[k, i], w, w * data.y[i, k])
        total += w
        total_weighted += w * data.y[i, k]
        low, _, _ = search_fenwick(errors.tree, size, 0.5 * total, False)
        middle, before, weighted = search_fenwick(errors.tree, size, 0.5 * total, True)
        median = errors.sorted_y[k, middle]
        if low != middle:  # half the weight lies on either side: the median is in between
            median = (errors.sorted_y[k, low] + errors.sorted_y[k, middle]) / 2
        errors.runs[side + 2, j] = median
        errors.runs[side, j] += ((total_weighted - weighted) - median * (total - before)) + (median * before - weighted)


@lean_kernel
def find_errors(data: Data, rows: Array, line: int, start: int, end: int, errors: Errors) -> None:
    """Overwrite errors.runs from start to end, for the node's rows in the order of a line."""
    for j in range(start, end):
        errors.runs[0, j] = errors.runs[1, j] = 0.0
    for k in range(data.y.shape[1]):
        running_errors(data, rows, line, (start, end, 1), k, errors, 0)
        running_errors(data, rows, line, (end - 1, start - 1, -1), k, errors, 1)
        errors.median[k] = errors.runs[3, start]


@lean_kernel
def rank_targets(data: Data, rows: Array, start: int, end: int, errors: Errors) -> None:
    """Overwrite errors.ranks (t, n) for the node's rows and its sorted targets, from the lines sorted by target."""
    t = data.y.shape[1]
    for k in range(t):
        for j in range(start, end):
            i = rows[rows.shape[0] - 3 - t + k, j]
            errors.ranks[k, i] = j - start
            errors.sorted_y[k, j - start] = data.y[i, k]


@lean_kernel
def absolute_impurities(errors: Errors, split: int, left_weight: float, right_weight: float) -> tuple[float, float]:
    """Return the impurity of both sides of a split of rows whose errors were found."""
    t = errors.median.shape[0]
    return errors.runs[0, split - 1] / (left_weight * t), errors.runs[1, split] / (right_weight * t)


@lean_kernel
def scan_absolute_error(
    line: int,
    span: tuple[int, ...],
    data: Data,
    work: Work,
    node: tuple[Any, ...],
    errors: Errors,
    leaf: tuple[Any, ...],
    best: float,
) -> tuple[float, int]:
    """Return (score, split) of the best threshold for absolute errors; arguments as in `scan_any`."""
    start, first, last, end = span
    node_weight, direction, bounds, _ = node
    find_errors(data, work.rows, line, start, end, errors)
    split, left_weight = -1, 0.0
    for j in range(start, min(last, end - 1)):
        p = j + 1
        left_weight += weight_of(data, work.rows[line, j])
        if j < first or (p < last and work.values[line, p] <= work.values[line, j] + CLOSEST):
            continue
        right_weight = node_weight - left_weight
        if is_too_small(p - start, end - p, left_weight, right_weight, leaf):
            continue
        if not keeps_order(direction, bounds, errors.runs[2, j], errors.runs[3, p]):
            continue
        left_impurity, right_impurity = absolute_impurities(errors, p, left_weight, right_weight)
        score = -right_weight * right_impurity - left_weight * left_impurity
        if score > best:
            best, split = score, p
    return best, split
