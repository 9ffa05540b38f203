"""Find a node's split: draw features, and take the best threshold of each, or one at random.

Idea
    Features are drawn without replacement until `max_features` have been looked at, of which at least one is not
    constant in this node. What was constant in a node is constant in all nodes below it, so it is remembered and never
    looked at again. With the best splitter, each feature drawn offers its best threshold; with the random splitter one
    threshold drawn between its least and largest value. The best offer wins; the first, where several are equal.
Maths
    `features` is a permutation, in four parts: constant and drawn; constant, not yet drawn; (newly found constant;)
    not yet drawn; drawn. The draw is Fisher and Yates's: pick a place among those not drawn, swap it to the border.
Differences
    None from scikit-learn: the same numbers are drawn in the same order, so the same seed gives the same tree.
References
    Geurts, Ernst, Wehenkel, Extremely randomized trees, Machine Learning 63 (2006), table 1: the random splitter.
    Fisher, Yates, Statistical tables (1938), example 12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array
from .absolute_error import absolute_impurities, find_errors, scan_absolute_error
from .draw import draw_integer, draw_real
from .impurity import ABSOLUTE_ERROR, GINI, LEFT, RIGHT, SAMPLES, TOTAL, TURNED, add_left, split_score, subtract_left
from .partition import gather_column, sort_rows, split_rows
from .scan import CLOSEST, is_too_small, keeps_order, scan_any, scan_gini, scan_squared_error

if TYPE_CHECKING:
    from .growth import Data, Errors, Limits, Work

SORTED_BY = 1  # a place in `Work.state`: the feature looked at last
KNOWN, LOOKED, FOUND, DRAWN, END = range(5)  # places in `Work.draws`: features known to be constant; looked at; found
# to be constant; drawn though known to be constant; the end of those not drawn yet


@lean_kernel
def begin_draws(draws: Array, n_features: int, n_known: int) -> None:
    """Get ready to draw features, of which `n_known` are known to be constant. draws (5,): overwritten."""
    draws[LOOKED] = draws[FOUND] = draws[DRAWN] = 0
    draws[KNOWN], draws[END] = n_known, n_features


@lean_kernel
def may_draw(draws: Array, max_features: int) -> bool:
    """Say whether to look at one more feature: there is one that may vary, and not enough were looked at."""
    n_looked: int = draws[LOOKED]
    if draws[END] <= draws[KNOWN] + draws[FOUND]:
        return False
    n_aside: int = draws[FOUND] + draws[DRAWN]
    return n_looked < max_features or n_looked <= n_aside


@lean_kernel
def draw_place(features: Array, draws: Array, state: Array) -> int:
    """Return the place of a feature drawn, or -1 if it is one known to be constant. features (2, d): reordered."""
    draws[LOOKED] += 1
    j = draw_integer(draws[DRAWN], draws[END] - draws[FOUND], state)
    if j >= draws[KNOWN]:
        place: int = j + draws[FOUND]
        return place
    k = draws[DRAWN]
    features[0, k], features[0, j] = features[0, j], features[0, k]
    draws[DRAWN] += 1
    return -1


@lean_kernel
def set_aside(features: Array, draws: Array, j: int, is_constant: bool) -> None:
    """Move the feature at place j out of the way: behind the known constants, or to the end of those not drawn."""
    if is_constant:
        k = draws[KNOWN] + draws[FOUND]
        draws[FOUND] += 1
    else:
        k = draws[END] - 1
        draws[END] = k
    features[0, k], features[0, j] = features[0, j], features[0, k]


@lean_kernel
def end_draws(features: Array, draws: Array) -> None:
    """Remember the constants found, and put the known ones into their old order: siblings must find that."""
    known = draws[KNOWN]
    for f in range(known):
        features[0, f] = features[1, f]
    for f in range(known, known + draws[FOUND]):
        features[1, f] = features[0, f]


@lean_kernel
def sorted_column(data: Data, work: Work, feature: int, span: tuple[int, ...], is_listed: bool) -> tuple[int, int]:
    """Return (line, how many have a value): where a node's rows are sorted by a feature. span = (start, end).

    One of the presorted columns; or the samples themselves, sorted now.
    """
    start, end = span
    if not is_listed:
        count = gather_column(data.columns[feature], work.values, work.rows, start, end)
        sort_rows(work.values, work.rows, start, start + count, work.stack)
        return work.rows.shape[0] + SAMPLES, count
    last = end
    while last > start and np.isnan(work.values[feature, last - 1]):
        last -= 1
    return feature, last - start


@lean_kernel
def turn(work: Work, line: int, start: int, end: int, count: int) -> None:
    """Copy a sorted column to the line TURNED, its `count` rows with a value after those without."""
    n_missing = end - start - count
    for j in range(start, end):
        p = j + n_missing if j < start + count else j - count
        work.values[TURNED, p], work.rows[TURNED, p] = work.values[line, j], work.rows[line, j]


@lean_kernel
def keep_order_of(work: Work, line: int, start: int, end: int) -> None:
    """Bring the samples into the order of a line, as the reference leaves them: it decides how sums are rounded."""
    for j in range(start, end):
        work.rows[SAMPLES, j] = work.rows[line, j]


@lean_kernel
def middle_of(values: Array, p: int) -> float:
    """Return the threshold between the values at places p - 1 and p, in float64."""
    return np.float64(values[p - 1]) / 2.0 + np.float64(values[p]) / 2.0


@lean_kernel
def scan_quickly(
    feature: int,
    rows: Array,
    span: tuple[int, ...],
    data: Data,
    sums: Array,
    weight: float,
    leaf: tuple[Any, ...],
    best: float,
) -> tuple[float, int]:
    """Return (score, split) of the best threshold of a sorted column, for one target and sums that are not rounded."""
    column = data.columns[feature]
    if data.criterion == GINI:
        return scan_gini(column, rows, span, (data.codes, data.weight), sums, leaf, best)
    total = (sums[TOTAL, 0, 0], weight)
    return scan_squared_error(column, rows, span, (data.y, data.weight), total, (leaf[0], leaf[1], False), best)


@lean_kernel
def scan(
    line: int,
    span: tuple[int, ...],
    data: Data,
    limits: Limits,
    work: Work,
    node: tuple[Any, ...],
    errors: Errors,
    best: float,
) -> tuple[float, int]:
    """Return (score, split) of the best threshold of a sorted column, by the quickest scan that serves.

    span = (start, first, last, end), node = (weight, direction, bounds, feature): as in `scan_any`.
    """
    start, first, last, end = span
    leaf = (limits.min_samples_leaf, limits.min_weight_leaf)
    if data.criterion == ABSOLUTE_ERROR:
        return scan_absolute_error(line, span, data, work, node, errors, leaf, best)
    if limits.is_simple and first == start and last == end and node[1] == 0:
        rows = work.rows[line]
        return scan_quickly(node[3], rows, (start, end), data, work.sums, node[0], leaf, best)
    return scan_any(line, span, data, work, node, leaf, best)


@lean_kernel
def best_threshold(
    feature: int, node: tuple[Any, ...], data: Data, limits: Limits, work: Work, errors: Errors, best: float
) -> tuple[float, int, float, bool]:
    """Return (score, place, threshold, missing go left) of a feature; place -1: none beats `best`, -2: constant.

    node = (start, end, weight, is_listed, bounds).
    """
    start, end, weight, is_listed, bounds = node
    line, count = sorted_column(data, work, feature, (start, end), is_listed)
    values, middle, n_missing = work.values[line], start + count, end - start - count
    low, high = values[start], values[middle - 1]
    if count > 0 and (n_missing > 0 or high > low):
        work.state[SORTED_BY] = feature
    if count == 0 or (n_missing == 0 and high <= low + CLOSEST):
        return best, -2, 0.0, False
    facts = (weight, data.monotone[feature], bounds, feature)
    best, place = scan(line, (start, start, middle, end), data, limits, work, facts, errors, best)
    threshold, missing_left = np.inf, n_missing == 0 and place - start > end - place
    if 0 <= place < middle:
        threshold = middle_of(values, place)
    if n_missing > 0:
        turn(work, line, start, end, count)
        line = work.rows.shape[0] + TURNED
        best, turned = scan(line, (start, start + n_missing, end, end), data, limits, work, facts, errors, best)
        if turned >= 0:
            place, threshold, missing_left = turned, middle_of(work.values[line], turned), True
        if not is_listed:
            keep_order_of(work, line, start, end)
    return best, place, threshold, missing_left


@lean_kernel
def random_score(
    data: Data, limits: Limits, work: Work, place: int, node: tuple[Any, ...], direction: int, errors: Errors
) -> float:
    """Return the score of the split of a node's samples at a place, or -inf if it is not allowed."""
    start, end, bounds = node[0], node[1], node[4]
    weight: float = node[2]
    if place - start < limits.min_samples_leaf or end - place < limits.min_samples_leaf:
        return -np.inf
    sums, leaf = work.sums, (limits.min_samples_leaf, limits.min_weight_leaf)
    left_weight = add_left(data, work.rows, (start, place, end), weight, sums)
    right_weight = weight - left_weight
    if is_too_small(place - start, end - place, left_weight, right_weight, leaf):
        return -np.inf
    if data.criterion == ABSOLUTE_ERROR:
        find_errors(data, work.rows, work.rows.shape[0] + SAMPLES, start, end, errors)
        if not keeps_order(direction, bounds, errors.runs[2, place - 1], errors.runs[3, place]):
            return -np.inf
        left_impurity, right_impurity = absolute_impurities(errors, place, left_weight, right_weight)
        return -right_weight * right_impurity - left_weight * left_impurity
    subtract_left(sums)
    if not keeps_order(direction, bounds, sums[LEFT, 0, 0] / left_weight, sums[RIGHT, 0, 0] / right_weight):
        return -np.inf
    return split_score(data, sums, left_weight, right_weight)


@lean_kernel
def random_threshold(
    feature: int, node: tuple[Any, ...], data: Data, limits: Limits, work: Work, errors: Errors, best: float
) -> tuple[float, int, float, bool]:
    """Return what `best_threshold` does, for a threshold drawn at random. The samples are reordered by it."""
    start, end = node[0], node[1]
    low, high, n_missing = np.float32(np.inf), np.float32(-np.inf), 0
    for p in range(start, end):
        value = data.columns[feature, work.rows[SAMPLES, p]]
        if np.isnan(value):
            n_missing += 1
        else:
            low, high = min(low, value), max(high, value)
    work.state[SORTED_BY] = feature
    if n_missing == end - start or (n_missing == 0 and high <= low + CLOSEST):
        return best, -2, 0.0, False
    threshold = draw_real(np.float64(low), np.float64(high), work.state)
    missing_left = n_missing > 0 and draw_integer(0, 2, work.state) == 1
    if threshold == high:
        threshold = np.float64(low)
    place = split_rows(data.columns[feature], work.rows, start, end, threshold, missing_left)
    score = random_score(data, limits, work, place, node, data.monotone[feature], errors)
    if not score > best:
        return best, -1, 0.0, False
    return score, place, threshold, missing_left if n_missing > 0 else place - start > end - place


@lean_kernel
def find_split(
    node: tuple[Any, ...], n_known: int, data: Data, limits: Limits, work: Work, errors: Errors, random: bool | None
) -> tuple[int, int, float, bool]:
    """Return (feature, place, threshold, missing go left) of the best split found; place -1 for none.

    node as in `best_threshold`; n_known: how many features are known to be constant; random: None for best thresholds.
    """
    start, end, is_listed = node[0], node[1], node[3]
    features, draws = work.features, work.draws
    best, chosen, at, threshold, missing_left = -np.inf, -1, -1, 0.0, False
    begin_draws(draws, features.shape[1], n_known)
    while may_draw(draws, limits.max_features):
        j = draw_place(features, draws, work.state)
        if j < 0:
            continue
        feature = features[0, j]
        if random is not None:
            found = random_threshold(feature, node, data, limits, work, errors, best)
        else:
            found = best_threshold(feature, node, data, limits, work, errors, best)
        set_aside(features, draws, j, found[1] == -2)
        if found[1] >= 0:
            chosen = feature
            best, at, threshold, missing_left = found
    end_draws(features, draws)
    if is_listed and at >= 0:
        line, count = sorted_column(data, work, work.state[SORTED_BY], (start, end), is_listed)
        keep_order_of(work, line if count == end - start else work.rows.shape[0] + TURNED, start, end)
    return chosen, at, threshold, missing_left


@lean_kernel
def find_simple_split(
    node: tuple[Any, ...], n_known: int, data: Data, limits: Limits, work: Work
) -> tuple[int, int, float, bool]:
    """Return what `find_split` does, where `scan_quickly` serves for all features: nearly always. The same, in short.

    The loop over features stands here, as the calls inside it are what a small node costs.
    """
    start, end, weight, is_listed, _ = node
    features, draws, all_values = work.features, work.draws, work.values
    leaf = (limits.min_samples_leaf, limits.min_weight_leaf)
    best, chosen, at, threshold = -np.inf, -1, -1, 0.0
    begin_draws(draws, features.shape[1], n_known)
    while may_draw(draws, limits.max_features):
        j = draw_place(features, draws, work.state)
        if j < 0:
            continue
        feature = line = features[0, j]
        if not is_listed:
            line, _ = sorted_column(data, work, feature, (start, end), is_listed)
        values = all_values[line]
        is_constant = values[end - 1] <= values[start] + CLOSEST
        set_aside(features, draws, j, is_constant)
        if values[end - 1] > values[start]:
            work.state[SORTED_BY] = feature
        if is_constant:
            continue
        found = scan_quickly(feature, work.rows[line], (start, end), data, work.sums, weight, leaf, best)
        score, place = found
        if place >= 0:
            best, chosen, at, threshold = score, feature, place, middle_of(values, place)
    end_draws(features, draws)
    if is_listed and at >= 0:
        keep_order_of(work, work.state[SORTED_BY], start, end)
    return chosen, at, threshold, at - start > end - at
