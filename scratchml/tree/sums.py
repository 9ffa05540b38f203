"""Sums over rows of one target, and what follows from them: for `grow_quickly.py`.

Idea
    The same sums as in `impurity.py`, added in the same order, but of one target that is either a class or a number.
    Where a kernel is for both, one of its arguments `classes` and `numbers` is None, and Numba leaves that part out.
References
    As of `impurity.py`.
"""

from __future__ import annotations

from typing import Any

from ..core.jit import lean_kernel
from ..core.typing import Array
from .impurity import LEFT, RIGHT, TOTAL, unsigned


@lean_kernel
def add_classes(
    targets: tuple[Any, ...], line: Array, span: tuple[int, int], sign: float, counts: Array, weight: float
) -> float:
    """Add the classes of rows line[range(*span, sign)], `sign` times, to counts (k,); return weight with theirs."""
    codes, weights = targets
    for p in range(span[0], span[1], 1 if sign > 0.0 else -1):
        i = line[unsigned(p)]
        w = sign * weights[unsigned(i)] if weights.shape[0] > 0 else sign
        counts[unsigned(codes[unsigned(i)])] += w
        weight += w
    return weight


@lean_kernel
def add_numbers(
    targets: tuple[Any, ...], line: Array, span: tuple[int, int], sign: float, total: float, weight: float
) -> tuple[float, float]:
    """Return total and weight after the targets of rows line[range(*span, sign)] were added, `sign` times."""
    y, weights = targets
    for p in range(span[0], span[1], 1 if sign > 0.0 else -1):
        i = line[unsigned(p)]
        w = sign * weights[unsigned(i)] if weights.shape[0] > 0 else sign
        total += w * y[unsigned(i), 0]
        weight += w
    return total, weight


@lean_kernel
def add_squares(targets: tuple[Any, ...], line: Array, start: int, end: int) -> float:
    """Return the sum of w y^2 of rows line[start:end]."""
    y, weights = targets
    found = 0.0
    for p in range(start, end):
        i = line[unsigned(p)]
        w = weights[unsigned(i)] if weights.shape[0] > 0 else 1.0
        found += (w * y[unsigned(i), 0]) * y[unsigned(i), 0]
    return found


@lean_kernel
def sum_node(
    targets: tuple[Any, ...], line: Array, start: int, end: int, sums: Array, classes: bool | None, numbers: bool | None
) -> tuple[float, float]:
    """Overwrite sums[TOTAL] with those of a node; return (weight, sum of w y^2, or 0 for classes)."""
    for c in range(sums.shape[2]):
        sums[TOTAL, 0, c] = 0.0
    weight = square = 0.0
    if numbers is not None:
        sums[TOTAL, 0, 0], weight = add_numbers(targets, line, (start, end), 1.0, 0.0, 0.0)
        square = add_squares(targets, line, start, end)
    if classes is not None:
        weight = add_classes(targets, line, (start, end), 1.0, sums[TOTAL, 0], 0.0)
    return weight, square


@lean_kernel
def sum_left(
    targets: tuple[Any, ...],
    line: Array,
    span: tuple[int, ...],
    weight: float,
    sums: Array,
    classes: bool | None,
    numbers: bool | None,
) -> float:
    """Overwrite sums[LEFT] and [RIGHT]; return the left weight. span = (start, split, end). As `impurity.add_left`."""
    start, split, end = span
    is_small = split - start <= end - split
    walk = (start, split) if is_small else (end - 1, split - 1)
    sign, before = (1.0, 0.0) if is_small else (-1.0, weight)
    for c in range(sums.shape[2]):
        sums[LEFT, 0, c] = 0.0 if is_small else sums[TOTAL, 0, c]
    left_weight = before
    if numbers is not None:
        sums[LEFT, 0, 0], left_weight = add_numbers(targets, line, walk, sign, sums[LEFT, 0, 0], before)
    if classes is not None:
        left_weight = add_classes(targets, line, walk, sign, sums[LEFT, 0], before)
    for c in range(sums.shape[2]):
        sums[RIGHT, 0, c] = sums[TOTAL, 0, c] - sums[LEFT, 0, c]
    return left_weight


@lean_kernel
def impurity_of_sums(sums: Array, square: float, weight: float, classes: bool | None) -> float:
    """Return the Gini impurity of class weights (k,), or the variance of a weighted sum (1,) and sum of squares."""
    if classes is None:
        return float(square / weight - (sums[0] / weight) * (sums[0] / weight))
    found = 0.0
    for c in range(sums.shape[0]):
        found += sums[c] * sums[c]
    return 1.0 - found / (weight * weight)


@lean_kernel
def score_of(sums: Array, left_weight: float, right_weight: float, classes: bool | None) -> float:
    """Return the score of a split from its sums, as `impurity.split_score`."""
    if classes is None:
        a, b = sums[LEFT, 0, 0], sums[RIGHT, 0, 0]
        return float(a * a / left_weight + b * b / right_weight)
    left = impurity_of_sums(sums[LEFT, 0], 0.0, left_weight, classes)
    right = impurity_of_sums(sums[RIGHT, 0], 0.0, right_weight, classes)
    return -right_weight * right - left_weight * left


@lean_kernel
def count_left(
    values: Array, line: Array, span: tuple[int, int], threshold: float, targets: tuple[Any, ...], sums: Array
) -> tuple[int, float]:
    """Overwrite sums[LEFT] and [RIGHT] of classes by a threshold on values (m,); return (rows, weight) on the left."""
    codes, weights = targets
    n_left, left_weight, ones = 0, 0.0, 0.0
    for c in range(sums.shape[2]):
        sums[LEFT, 0, c] = 0.0
    for p in range(span[0], span[1]):
        i, goes = line[unsigned(p)], values[unsigned(p)] <= threshold
        w = weights[unsigned(i)] * goes if weights.shape[0] > 0 else 1.0 * goes
        n_left += goes
        left_weight += w
        if sums.shape[2] == 2:
            ones += w * codes[unsigned(i)]
        else:
            sums[LEFT, 0, codes[unsigned(i)]] += w
    if sums.shape[2] == 2:
        sums[LEFT, 0, 0], sums[LEFT, 0, 1] = left_weight - ones, ones
    for c in range(sums.shape[2]):
        sums[RIGHT, 0, c] = sums[TOTAL, 0, c] - sums[LEFT, 0, c]
    return n_left, left_weight
