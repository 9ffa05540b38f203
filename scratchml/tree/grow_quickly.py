"""Grow a tree in the common case: one target, Gini or squared error, no gaps, no constraints, depth first.

Idea
    `grow.py` serves all criteria, many targets and missing values. Nearly all trees, and those of forests, need none of
    it. This file does the same steps in the same order for them alone, so that it compiles in a third of the time
    and runs faster: sums need no loops over targets, and what only one kind of y needs is left out for the other (one
    of `classes` and `numbers` is None, and Numba drops its branches). Read it beside `grow.py`; the differences are the
    lesson.
Maths
    As in `impurity.py`, `scan.py` and `find_split.py`.
Cost
    All features looked at: each level moves n d rows, already sorted. Few drawn: each level sorts n rows by each
    feature drawn with `bitmap_sort.py`, 4 ns a row in large nodes, 6 for 1000 of 20 000 rows. Random thresholds: three
    passes over n rows for each.
Differences
    None: both files give the same tree, bit for bit. But where few features are drawn, y are numbers and rows have the
    same value of a feature: these are sorted in another order, and sums may be rounded otherwise.
References
    As of `grow.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array
from .bitmap_sort import rank_span, sort_by_rank
from .draw import draw_real
from .find_split import FOUND, KNOWN, SORTED_BY, begin_draws, draw_place, end_draws, may_draw, set_aside
from .grow import BUDGET, DEPTH, LEAF, N_NODES, N_PENDING, UNDEFINED, link, make_child, must_be_leaf
from .growth import Record
from .impurity import LEFT, RIGHT, SAMPLES, SPARE, TOTAL, split_gain, unsigned
from .partition import gather_values, part_samples, partition_rows
from .scan import CLOSEST, is_too_small, scan_gini, scan_rounded_gini, scan_squared_error, scan_two_classes
from .sums import add_squares, count_left, impurity_of_sums, score_of, sum_left, sum_node

if TYPE_CHECKING:
    from .growth import Limits, Nodes, Table, Work

EPS = 2.220446049250313e-16
UNLIKE = (np.float32(0.0), np.float32(1.0))  # any two values that differ


@lean_kernel
def judge(
    place: Record,
    targets: tuple[Any, ...],
    line: Array,
    node: tuple[float, ...],
    sums: Array,
    classes: bool | None,
    numbers: bool | None,
) -> None:
    """Write a split's gain, both sides' impurities and the left weight to `place`.

    node = (weight, square, root weight, least gain).
    """
    start, split, end = place["start"], place["split"], place["end"]
    weight, square, root_weight, _ = node
    left_weight = sum_left(targets, line, (start, split, end), weight, sums, classes, numbers)
    part = 0.0
    if numbers is not None:
        part = add_squares(targets, line, start, split)
    left = impurity_of_sums(sums[LEFT, 0], part, left_weight, classes)
    right = impurity_of_sums(sums[RIGHT, 0], square - part, weight - left_weight, classes)
    weights = (weight, left_weight, weight - left_weight)
    place["gain"] = split_gain(place["impurity"], left, right, weights, root_weight)
    place["left_impurity"], place["right_impurity"], place["left_weight"] = left, right, left_weight


@lean_kernel
def middle_between(column: Array, i: int, k: int) -> float:
    """Return the threshold between the values of two rows of a column (n,), marked (~i) or not."""
    low, high = np.float32(column[i ^ (i >> 31)]), np.float32(column[k ^ (k >> 31)])
    return np.float64(low) / 2.0 + np.float64(high) / 2.0


@lean_kernel
def find_best(
    node: tuple[Any, ...],
    table: Table,
    work: tuple[Any, ...],
    targets: tuple[Any, ...],
    search: tuple[Any, ...],
    numbers: bool | None,
    pair: bool | None,
    many: bool | None,
    rounded: bool | None,
    listed: bool | None,
    sorts: bool | None,
) -> tuple[int, int, float]:
    """Return (feature, split, threshold) of the best split of the features drawn; split -1 for none.

    node = (start, end, weight, constants known, is listed), search = (max_features, least rows, least weight);
    work = (rows, sums, features, draws, state), as in `growth.Work`.
    """
    start, end, weight, n_known, is_listed = node
    rows, sums, features, draws, state = work
    leaf = (search[1], search[2], is_listed)
    best, chosen, split, threshold = -np.inf, -1, -1, 0.0
    begin_draws(draws, features.shape[1], n_known)
    while may_draw(draws, search[0]):
        j = draw_place(features, draws, state)
        if j < 0:
            continue
        feature = features[0, j]
        column, line = table.columns[feature], rows[rows.shape[0] + SAMPLES]
        low, high = UNLIKE
        if listed is not None and is_listed:
            line = rows[feature]
            first, last = line[start], line[end - 1]
            if numbers is None or first < 0:  # else no tie is marked: the next value is larger, no need to look
                low, high = np.float32(column[first ^ (first >> 31)]), np.float32(column[last ^ (last >> 31)])
        if sorts is not None and not is_listed:
            order = table.order[feature]
            span = rank_span(table.rank[feature], line, start, end, rows[SPARE])
            low, high = np.float32(column[order[span[0]]]), np.float32(column[order[span[1]]])
            if high > low:
                sort_by_rank(rows[SPARE], order, line, (start, end), span, table.bits)
        if high > low:
            state[SORTED_BY] = feature
        is_constant = bool(high <= low + CLOSEST)
        set_aside(features, draws, j, is_constant)
        if is_constant:
            continue
        score, at = best, -1
        if numbers is not None:
            total = (sums[TOTAL, 0, 0], weight)
            score, at = scan_squared_error(column, line, (start, end), targets, total, leaf, best)
        if rounded is not None:
            score, at = scan_rounded_gini(column, line, (start, end), targets, sums, leaf, best, weight)
        if pair is not None:
            score, at = scan_two_classes(column, line, (start, end), targets, sums, leaf, best)
        if many is not None:
            score, at = scan_gini(column, line, (start, end), targets, sums, leaf, best)
        if at >= 0:
            best, chosen, split = score, feature, at
            if not is_listed:  # the line will be sorted anew
                threshold = middle_between(column, line[at - 1], line[at])
    end_draws(features, draws)
    if listed is not None and is_listed and split >= 0:
        threshold = middle_between(table.columns[chosen], rows[chosen, split - 1], rows[chosen, split])
        # the reference leaves the samples in the order of the last feature, and it decides how sums are rounded
        for p in range(start, end):
            i = rows[state[SORTED_BY], p]
            rows[SAMPLES, p] = i ^ (i >> 31)
    return chosen, split, threshold


@lean_kernel
def find_random(
    node: tuple[Any, ...],
    columns: Array,
    work: tuple[Any, ...],
    values: Array,
    targets: tuple[Any, ...],
    search: tuple[Any, ...],
    classes: bool | None,
    numbers: bool | None,
) -> tuple[int, int, float]:
    """Return what `find_best` does, for one threshold drawn at random for each feature drawn.

    values (m,): scratch. Numbers are parted by each threshold tried, as in the reference: the order of the rows decides
    how sums are rounded. Sums of classes are exact in any order, so that counting does.
    """
    start, end, weight, n_known, _ = node
    rows, sums, features, draws, state = work
    line, best, chosen, split, threshold = rows[SAMPLES], -np.inf, -1, -1, 0.0
    begin_draws(draws, features.shape[1], n_known)
    while may_draw(draws, search[0]):
        j = draw_place(features, draws, state)
        if j < 0:
            continue
        feature = state[SORTED_BY] = features[0, j]
        low, high = gather_values(columns[feature], line, start, end, values)
        is_constant = bool(high <= low + CLOSEST)
        set_aside(features, draws, j, is_constant)
        if is_constant:
            continue
        drawn = draw_real(np.float64(low), np.float64(high), state)
        if drawn == high:
            drawn = np.float64(low)
        at, left_weight = start, 0.0
        if numbers is not None:
            at = part_samples(values, rows, start, end, drawn)
            left_weight = sum_left(targets, line, (start, at, end), weight, sums, classes, numbers)
        if classes is not None:
            n_left, left_weight = count_left(values, line, (start, end), drawn, targets, sums)
            at += n_left
        right_weight = weight - left_weight
        if is_too_small(at - start, end - at, left_weight, right_weight, (search[1], search[2])):
            continue
        score = score_of(sums, left_weight, right_weight, classes)
        if score > best:
            best, chosen, split, threshold = score, feature, at, drawn
    end_draws(features, draws)
    return chosen, split, threshold


@lean_kernel
def begin_node(
    nodes: Nodes, place: Record, node_id: int, weight: float, square: float, sums: Array, classes: bool | None
) -> None:
    """Write what is known of a node before it is split: its value, impurity and sizes."""
    if node_id == 0:
        place["impurity"] = impurity_of_sums(sums[TOTAL, 0], square, weight, classes)
    for c in range(sums.shape[2]):
        nodes.value[node_id, 0, c] = sums[TOTAL, 0, c] / weight
    node = nodes.facts[node_id]
    node["left_child"] = node["right_child"] = LEAF
    node["feature"] = node["threshold"] = UNDEFINED
    node["missing_go_to_left"] = 0
    node["impurity"] = place["impurity"]
    node["n_node_samples"] = place["end"] - place["start"]
    node["weighted_n_node_samples"] = weight
    place["split"], place["gain"] = -1, 0.0


@lean_kernel
def split_node(
    place: Record,
    node: Record,
    columns: Array,
    work: Work,
    targets: tuple[Any, ...],
    known: tuple[float, ...],
    classes: bool | None,
    numbers: bool | None,
    random: bool | None,
) -> None:
    """Part the samples of a node whose split was found, and judge it; it stays a leaf if it gains too little.

    known = (weight, square, root weight, least gain); node: its record in `Nodes.facts`.
    """
    start, end, feature = place["start"], place["end"], node["feature"]
    if random is None or numbers is None or work.state[SORTED_BY] != feature:  # else the last threshold tried did it
        gather_values(columns[feature], work.rows[SAMPLES], start, end, work.values[SPARE])
        part_samples(work.values[SPARE], work.rows, start, end, node["threshold"])
    place["n_constants"] = work.draws[KNOWN] + work.draws[FOUND]
    judge(place, targets, work.rows[SAMPLES], known, work.sums, classes, numbers)
    if place["gain"] + EPS < known[3]:
        place["split"], place["gain"] = -1, 0.0
        node["feature"] = node["threshold"] = UNDEFINED


@lean_kernel
def part_columns(place: Record, work: Work, left_wanted: bool, right_wanted: bool) -> None:
    """Part the node's stretch of each sorted column, for the children that will look at them."""
    span, rows = (place["start"], place["split"], place["end"]), work.rows
    if not (left_wanted or right_wanted):
        return
    for p in range(span[0], span[2]):
        work.goes_left[unsigned(rows[SAMPLES, unsigned(p)])] = p < span[1]
    for j in range(place["n_constants"], work.features.shape[1]):
        line = rows[work.features[0, j]]
        partition_rows(line, rows[SPARE], span, work.goes_left, left_wanted, right_wanted)


@lean_kernel
def grow_quickly(
    table: Table,
    targets: tuple[Any, ...],
    tree: tuple[Limits, Work, Nodes],
    classes: bool | None,
    numbers: bool | None,
    pair: bool | None,
    many: bool | None,
    rounded: bool | None,
    best: bool | None,
    random: bool | None,
    listed: bool | None,
    sorts: bool | None,
) -> None:
    """Do what `grow_depth_first` does, for one target without missing values.

    targets = (class codes (n,) or y (n, 1), weights (n,) or none). The rest say what will be met, None for what will
    not, so that Numba compiles no code for it (it leaves out what stands below ``if flag is not None``, and not an
    ``else``): classes or numbers; for the best thresholds of classes, two of them or more with exact sums, or sums that
    may be rounded; best or random thresholds; nodes whose columns are kept sorted; nodes to be sorted.
    """
    limits, work, nodes = tree
    state, pending, capacity = work.state, nodes.pending, nodes.facts.shape[0]
    rows, sums, room = work.rows, work.sums, nodes.pending.shape[0] - 1
    search = (limits.max_features, limits.min_samples_leaf, limits.min_weight_leaf)
    searched = (rows, sums, work.features, work.draws, state)
    while state[N_PENDING] > 0 and state[BUDGET] > 0 and state[N_NODES] < capacity and state[N_PENDING] < room:
        state[BUDGET] -= 1
        top, node_id = state[N_PENDING] - 1, state[N_NODES]
        pending[room] = pending[top]  # the last record is for the node at work, whose own a child will take
        place, node = pending[room], nodes.facts[node_id]
        state[N_NODES] += 1
        state[N_PENDING] -= 1
        start, end, depth = place["start"], place["end"], place["depth"]
        if depth > state[DEPTH]:
            state[DEPTH] = depth
        weight, square = sum_node(targets, rows[SAMPLES], start, end, sums, classes, numbers)
        begin_node(nodes, place, node_id, weight, square, sums, classes)
        link(nodes, place, node_id)
        if must_be_leaf(limits, end - start, weight, place["impurity"], depth):
            continue
        facts = (start, end, weight, place["n_constants"], end - start > limits.small_node)
        found = (-1, -1, 0.0)
        if best is not None:
            found = find_best(facts, table, searched, targets, search, numbers, pair, many, rounded, listed, sorts)
        if random is not None:
            found = find_random(facts, table.columns, searched, work.values[SPARE], targets, search, classes, numbers)
        node["feature"], place["split"], node["threshold"] = found
        if place["split"] < 0:
            node["feature"] = node["threshold"] = UNDEFINED
            continue
        known = (weight, square, limits.root_weight, limits.min_impurity_decrease)
        split_node(place, node, table.columns, work, targets, known, classes, numbers, random)
        if place["split"] < 0:
            continue
        node["missing_go_to_left"] = place["split"] - start > end - place["split"]
        left_wanted = right_wanted = False
        for is_left in range(2):  # the right child, then the left one: in a loop, so that it is compiled once
            child = pending[top + is_left]
            right_wanted, left_wanted = left_wanted, make_child(child, place, is_left, node_id, limits, 0)
        if listed is not None:
            n_left, n_right, left_weight = place["split"] - start, end - place["split"], place["left_weight"]
            left_leaf = must_be_leaf(limits, n_left, left_weight, place["left_impurity"], depth + 1)
            right_leaf = must_be_leaf(limits, n_right, weight - left_weight, place["right_impurity"], depth + 1)
            part_columns(place, work, left_wanted and not left_leaf, right_wanted and not right_leaf)
        state[N_PENDING] += 2
