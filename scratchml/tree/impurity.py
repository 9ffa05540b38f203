"""Impurity: how mixed the targets of a node are, and what a split gains by it.

Idea
    A node that holds one class only, or one number only, needs no further question: its impurity is 0. The more mixed
    it is, the larger. A good question splits a node into two whose impurities, each weighted by its size, add up to
    as little as possible.
Maths
    W the weight of a node, p_j the share of class j, m the mean of its targets, all averaged over targets:
    gini          1 - sum_j p_j^2                   the chance that two rows drawn at random differ
    entropy       -sum_j p_j log2 p_j               bits needed to tell the class of a row
    squared_error sum_i w_i y_i^2 / W - m^2         the variance
    poisson       sum_i w_i y_i log(y_i / m) / W    half the deviance of counts
    absolute_error is in `absolute_error.py`.
    gain = (W / W_root) (impurity - W_left / W impurity_left - W_right / W impurity_right)
    Within a node, the gain rises with a *score* that is cheaper: -W_left impurity_left - W_right impurity_right, or
    for regressors what is left of it after dropping terms that all splits share.
Cost
    A split's score costs one addition per class and target, given the sums of its left side.
Differences
    None from scikit-learn: each formula is rounded in the same order, so that equal splits tie in the same way.
References
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), sections 2.4, 4.1 and 8.3.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array

if TYPE_CHECKING:
    from .growth import Data

GINI, ENTROPY, SQUARED_ERROR, POISSON, ABSOLUTE_ERROR = range(5)
CODES = {
    "gini": GINI,
    "entropy": ENTROPY,
    "log_loss": ENTROPY,
    "squared_error": SQUARED_ERROR,
    "friedman_mse": SQUARED_ERROR,
    "poisson": POISSON,
    "absolute_error": ABSOLUTE_ERROR,
}
LOG_2 = log(2.0)
TOTAL, LEFT, RIGHT = range(3)  # sums (3, t, k): of a node, and of both sides of a split
SAMPLES, TURNED, SPARE = -3, -2, -1  # the last lines of rows and values: see `growth.Work`
SMALLEST_SUM = 10 * np.finfo(np.float64).eps  # poisson takes a sum of counts that is no larger for 0

unsigned = np.uint64  # for places known not to be negative: Numba then asks not whether they count from the end


@lean_kernel
def weight_of(data: Data, i: int) -> float:
    """Return the weight of row i."""
    return data.weight[i] if data.weight.shape[0] > 0 else 1.0


@lean_kernel
def add_row(data: Data, i: int, weight: float, sums: Array) -> None:
    """Add row i, `weight` times (it may be negative), to sums (t, k): its class' weight, or its targets."""
    for k in range(data.y.shape[1]):
        if data.is_classifier:
            sums[k, np.int64(data.y[i, k])] += weight
        else:
            sums[k, 0] += weight * data.y[i, k]


@lean_kernel
def clear_sums(sums: Array) -> None:
    """Overwrite sums (t, k) with zeros."""
    for k in range(sums.shape[0]):
        for c in range(sums.shape[1]):
            sums[k, c] = 0.0


@lean_kernel
def copy_total(sums: Array) -> None:
    """Overwrite the left sums with the total."""
    for k in range(sums.shape[1]):
        for c in range(sums.shape[2]):
            sums[LEFT, k, c] = sums[TOTAL, k, c]


@lean_kernel
def subtract_left(sums: Array) -> None:
    """Overwrite the right sums with the total less the left ones."""
    for k in range(sums.shape[1]):
        for c in range(sums.shape[2]):
            sums[RIGHT, k, c] = sums[TOTAL, k, c] - sums[LEFT, k, c]


@lean_kernel
def add_rows(data: Data, rows: Array, start: int, end: int, sums: Array) -> tuple[float, float]:
    """Add the node's rows, rows[SAMPLES, start:end], up: sums[TOTAL] is overwritten.

    Return (weight, sum of w y^2); the latter is 0 for classes.
    """
    total = sums[TOTAL]
    clear_sums(total)
    weight = square = 0.0
    for p in range(start, end):
        i = rows[SAMPLES, p]
        w = weight_of(data, i)
        add_row(data, i, w, total)
        weight += w
        if not data.is_classifier:
            for k in range(data.y.shape[1]):
                square += (w * data.y[i, k]) * data.y[i, k]
    return weight, square


@lean_kernel
def add_left(data: Data, rows: Array, span: tuple[int, ...], weight: float, sums: Array) -> float:
    """Add up the first rows of a node, span = (start, split, end), into sums[LEFT]; return their weight.

    Where the right side is smaller, it is taken from the total instead, as the reference does but for absolute errors.
    """
    start, split, end = span
    left = sums[LEFT]
    if split - start <= end - split or data.criterion == ABSOLUTE_ERROR:
        clear_sums(left)
        left_weight, sign, first, last, step = 0.0, 1.0, start, split, 1
    else:
        copy_total(sums)
        left_weight, sign, first, last, step = weight, -1.0, end - 1, split - 1, -1
    for p in range(first, last, step):
        i = rows[SAMPLES, p]
        w = sign * weight_of(data, i)
        add_row(data, i, w, left)
        left_weight += w
    return left_weight


@lean_kernel
def class_impurity(data: Data, sums: Array, weight: float) -> float:
    """Return the Gini impurity or entropy of sums (t, k), averaged over targets."""
    found, t = 0.0, len(sums)
    for k in range(t):
        square = 0.0
        for c in range(data.n_classes[k]):
            count = sums[k, c]
            if data.criterion == GINI:
                square += count * count
            elif count > 0.0:
                found -= (count / weight) * (log(count / weight) / LOG_2)
        if data.criterion == GINI:
            found += 1.0 - square / (weight * weight)
    return found / t


@lean_kernel
def variance(sums: Array, square: float, weight: float) -> float:
    """Return the variance, averaged over targets, from sums (t, 1) and the sum of w y^2."""
    found, t = square / weight, len(sums)
    for k in range(t):
        found -= (sums[k, 0] / weight) * (sums[k, 0] / weight)
    return found / t


@lean_kernel
def poisson_deviance(data: Data, rows: Array, start: int, end: int, sums: Array, weight: float) -> float:
    """Return half the mean Poisson deviance of the rows start:end of a node from their mean; inf where that is 0."""
    found, t = 0.0, len(sums)
    for k in range(t):
        if sums[k, 0] <= SMALLEST_SUM:
            return np.inf
        mean = sums[k, 0] / weight
        for p in range(start, end):
            i = rows[SAMPLES, p]
            y = data.y[i, k]
            if y > 0.0:
                found += weight_of(data, i) * (y * log(y / mean))
    return found / (weight * t)


@lean_kernel
def impurity_of(data: Data, rows: Array, span: tuple[int, ...], sums: Array, square: float, weight: float) -> float:
    """Return the impurity of a stretch of a node's rows from its sums; not for absolute errors. span = (start, end)."""
    if data.is_classifier:
        return class_impurity(data, sums, weight)
    if data.criterion == SQUARED_ERROR:
        return variance(sums, square, weight)
    return poisson_deviance(data, rows, span[0], span[1], sums, weight)


@lean_kernel
def sum_of_squares(data: Data, rows: Array, start: int, split: int) -> float:
    """Return the sum of w y^2 over rows start:split of a node and all targets."""
    found = 0.0
    for p in range(start, split):
        i = rows[SAMPLES, p]
        for k in range(data.y.shape[1]):
            found += weight_of(data, i) * data.y[i, k] * data.y[i, k]
    return found


@lean_kernel
def split_score(data: Data, sums: Array, left_weight: float, right_weight: float) -> float:
    """Return the score of a split from its sums on both sides: the larger, the larger the gain."""
    if data.is_classifier:
        left_impurity = class_impurity(data, sums[LEFT], left_weight)
        right_impurity = class_impurity(data, sums[RIGHT], right_weight)
        return -right_weight * right_impurity - left_weight * left_impurity
    left_part = right_part = 0.0
    for k in range(sums.shape[1]):
        a, b = sums[LEFT, k, 0], sums[RIGHT, k, 0]
        if data.criterion == SQUARED_ERROR:
            left_part += a * a
            right_part += b * b
        elif a <= SMALLEST_SUM or b <= SMALLEST_SUM:
            return -np.inf
        else:
            left_part += a * (log(a / left_weight) / LOG_2)
            right_part += b * (log(b / right_weight) / LOG_2)
    if data.criterion == SQUARED_ERROR:
        return left_part / left_weight + right_part / right_weight
    return left_part + right_part


@lean_kernel
def split_gain(
    impurity: float, left_impurity: float, right_impurity: float, weights: tuple[float, ...], root_weight: float
) -> float:
    """Return the gain of a split; weights = (node, left, right)."""
    weight, left_weight, right_weight = weights
    return (weight / root_weight) * (
        impurity - (right_weight / weight * right_impurity) - (left_weight / weight * left_impurity)
    )
