"""Grow a tree: split the node whose turn it is, until none is left.

Idea
    All rows start in one node, the root. A node's rows are a stretch of one array. Splitting it means reordering the
    stretch so that the left child's rows come first; the children are then the two parts. Depth first, the left child
    is split next (a stack); best first, the node with the largest gain anywhere (a heap), until `max_leaf_nodes` are
    there. There is no recursion: a chain of a million nodes is as safe as a bush.
Cost
    Each level moves n d rows and looks at as many; a balanced tree has log2 n levels, a chain up to n.
Differences
    None from scikit-learn in what is chosen and in which order nodes are numbered; the sorting is our own
    (`partition.py`). A node whose impurity is at most 2.2e-16 is a leaf, whatever the units of y.
References
    Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), chapters 2 and 8.
    Shi, Best-first decision tree learning (thesis, University of Waikato 2007).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.jit import lean_kernel
from ..core.typing import Array
from .absolute_error import absolute_impurities, find_errors, rank_targets
from .find_split import FOUND, KNOWN, SORTED_BY, find_simple_split, find_split
from .growth import OWN_LINES, Growth, Record, enlarge
from .impurity import (
    ABSOLUTE_ERROR,
    LEFT,
    RIGHT,
    SAMPLES,
    SQUARED_ERROR,
    TOTAL,
    add_left,
    add_rows,
    impurity_of,
    split_gain,
    subtract_left,
    sum_of_squares,
)
from .partition import partition_column, split_rows

if TYPE_CHECKING:
    from .growth import Data, Errors, Limits, Nodes, Work

EPS = 2.220446049250313e-16
LEAF, UNDEFINED = -1, -2
N_NODES, N_PENDING, DEPTH, SPLITS_LEFT, BUDGET = 2, 3, 4, 5, 6  # places in `Work.state`


@lean_kernel
def describe_node(
    data: Data, limits: Limits, work: Work, nodes: Nodes, node_id: int, place: Record, general: Errors | None
) -> tuple[float, float]:
    """Work out a node's sums, value and, for the root, impurity; return (weight, sum of squares)."""
    start, end, sums = place["start"], place["end"], work.sums
    weight, square = add_rows(data, work.rows, start, end, sums)
    if general is not None and data.criterion == ABSOLUTE_ERROR:
        rank_targets(data, work.rows, start, end, general)
        find_errors(data, work.rows, work.rows.shape[0] + SAMPLES, start, end, general)
    for k in range(sums.shape[1]):
        for c in range(sums.shape[2]):
            nodes.value[node_id, k, c] = sums[TOTAL, k, c] / weight
        if general is not None and data.criterion == ABSOLUTE_ERROR:
            nodes.value[node_id, k, 0] = general.median[k]
    if limits.has_monotone:
        nodes.value[node_id, 0, 0] = max(place["low"], min(nodes.value[node_id, 0, 0], place["high"]))
        if data.is_classifier:
            nodes.value[node_id, 0, 1] = 1.0 - nodes.value[node_id, 0, 0]
    if node_id == 0:
        if general is not None and data.criterion == ABSOLUTE_ERROR:
            place["impurity"] = general.runs[1, 0] / (weight * sums.shape[1])
        else:
            place["impurity"] = impurity_of(data, work.rows, (start, end), sums[TOTAL], square, weight)
    return weight, square


@lean_kernel
def must_be_leaf(limits: Limits, n_samples: int, weight: float, impurity: float, depth: int) -> bool:
    """Say whether a node may not be split, whatever its features."""
    return (
        depth >= limits.max_depth
        or n_samples < limits.min_samples_split
        or n_samples < 2 * limits.min_samples_leaf
        or weight < 2 * limits.min_weight_leaf
        or impurity <= EPS
    )


@lean_kernel
def judge_split(
    data: Data, limits: Limits, work: Work, place: Record, weight: float, square: float, general: Errors | None
) -> None:
    """Write a split's gain, both sides' impurities, the left weight and the middle value to `place`."""
    start, split, end = place["start"], place["split"], place["end"]
    sums, rows = work.sums, work.rows
    left_weight = add_left(data, rows, (start, split, end), weight, sums)
    right_weight = weight - left_weight
    subtract_left(sums)
    middle = sums[LEFT, 0, 0] / (2.0 * left_weight) + sums[RIGHT, 0, 0] / (2.0 * right_weight)
    if general is not None and data.criterion == ABSOLUTE_ERROR:
        find_errors(data, rows, rows.shape[0] + SAMPLES, start, end, general)
        left, right = absolute_impurities(general, split, left_weight, right_weight)
        middle = (general.runs[2, split - 1] + general.runs[3, split]) / 2.0
    else:
        part = sum_of_squares(data, rows, start, split) if data.criterion == SQUARED_ERROR else 0.0
        left = impurity_of(data, rows, (start, split), sums[LEFT], part, left_weight)
        right = impurity_of(data, rows, (split, end), sums[RIGHT], square - part, right_weight)
    weights = (weight, left_weight, right_weight)
    place["gain"] = split_gain(place["impurity"], left, right, weights, limits.root_weight)
    place["left_impurity"], place["right_impurity"] = left, right
    place["left_weight"], place["middle"] = left_weight, middle


@lean_kernel
def try_to_split(
    place: Record,
    node_id: int,
    data: Data,
    limits: Limits,
    work: Work,
    nodes: Nodes,
    general: Errors | None,
    random: bool | None,
) -> None:
    """Describe the pending node `place` and find its split; write both to it and to node `node_id`.

    place["split"] is -1 for a leaf.
    """
    weight, square = describe_node(data, limits, work, nodes, node_id, place, general)
    start, end = place["start"], place["end"]
    node = nodes.facts[node_id]
    node["left_child"] = node["right_child"] = LEAF
    node["feature"] = node["threshold"] = UNDEFINED
    node["impurity"] = place["impurity"]
    node["n_node_samples"] = end - start
    node["weighted_n_node_samples"] = weight
    place["split"], place["gain"] = -1, 0.0
    if must_be_leaf(limits, end - start, weight, place["impurity"], place["depth"]):
        return
    searched = (start, end, weight, end - start > limits.small_node, (place["low"], place["high"]))
    if general is None:
        found = find_simple_split(searched, place["n_constants"], data, limits, work)
    else:
        found = find_split(searched, place["n_constants"], data, limits, work, general, random)
    feature, split, threshold, missing_left = found
    if split < 0:
        return
    if random is None or work.state[SORTED_BY] != feature:
        split_rows(data.columns[feature], work.rows, start, end, threshold, missing_left)
    place["split"], place["n_constants"] = split, work.draws[KNOWN] + work.draws[FOUND]
    judge_split(data, limits, work, place, weight, square, general)
    if place["gain"] + EPS < limits.min_impurity_decrease:
        place["split"], place["gain"] = -1, 0.0
        return
    node["feature"], node["threshold"], node["missing_go_to_left"] = feature, threshold, missing_left


@lean_kernel
def partition_node(
    place: Record, n_constants: int, data: Data, work: Work, left_wanted: bool, right_wanted: bool
) -> None:
    """Split the node's stretch of each sorted column, for the children that will look at them."""
    span = (place["start"], place["split"], place["end"])
    n_lines = work.rows.shape[0] - 3
    n_columns = n_lines - (data.y.shape[1] if data.criterion == ABSOLUTE_ERROR else 0)
    any_column = n_columns > 0 and (left_wanted or right_wanted)
    if not any_column and n_columns == n_lines:
        return
    for p in range(span[0], span[2]):
        work.goes_left[work.rows[SAMPLES, p]] = p < span[1]
    if any_column:
        for j in range(n_constants, work.features.shape[1]):
            partition_column(
                work.values, work.rows, work.features[0, j], span, work.goes_left, left_wanted, right_wanted
            )
    both = n_columns < n_lines  # the node's values are medians, so its children need all of them sorted by target
    for line in range(n_columns, n_lines):
        partition_column(work.values, work.rows, line, span, work.goes_left, both, both)


@lean_kernel
def make_child(child: Record, place: Record, is_left: int, node_id: int, limits: Limits, direction: int) -> bool:
    """Write a child of the split node `place` to the pending record `child`; return whether it will need columns.

    direction: the monotonic constraint on the feature split by.
    """
    child["start"] = place["start"] if is_left else place["split"]
    child["end"] = place["split"] if is_left else place["end"]
    child["depth"] = place["depth"] + 1
    child["parent"], child["is_left"], child["n_constants"] = node_id, is_left, place["n_constants"]
    child["impurity"] = place["left_impurity"] if is_left else place["right_impurity"]
    child["low"], child["high"] = place["low"], place["high"]
    if direction != 0 and is_left == (direction > 0):
        child["high"] = place["middle"]
    elif direction != 0:
        child["low"] = place["middle"]
    n_rows: int = child["end"] - child["start"]
    return n_rows > limits.small_node


@lean_kernel
def link(nodes: Nodes, place: Record, node_id: int) -> None:
    """Tell a node's parent of it."""
    if place["parent"] >= 0:
        if place["is_left"]:
            nodes.facts[place["parent"]]["left_child"] = node_id
        else:
            nodes.facts[place["parent"]]["right_child"] = node_id


@lean_kernel
def grow_depth_first(
    data: Data, limits: Limits, work: Work, nodes: Nodes, general: Errors | None, random: bool | None, budget: int
) -> None:
    """Split pending nodes, the last first, until none is left, `budget` were looked at, or the arrays are full."""
    state, pending, capacity = work.state, nodes.pending, nodes.facts.shape[0]
    room = pending.shape[0] - 1
    while state[N_PENDING] > 0 and budget > 0 and state[N_NODES] < capacity and state[N_PENDING] < room:
        budget -= 1
        top, node_id = state[N_PENDING] - 1, state[N_NODES]
        pending[room] = pending[top]  # the last record is for the node at work, whose own a child will take
        place = pending[room]
        state[N_NODES] += 1
        state[N_PENDING] -= 1
        state[DEPTH] = max(state[DEPTH], place["depth"])
        try_to_split(place, node_id, data, limits, work, nodes, general, random)
        link(nodes, place, node_id)
        if place["split"] < 0:
            continue
        node = nodes.facts[node_id]
        direction = data.monotone[node["feature"]]
        right, left = pending[top], pending[top + 1]
        right_wanted = make_child(right, place, 0, node_id, limits, direction)
        left_wanted = make_child(left, place, 1, node_id, limits, direction)
        depth, weight = place["depth"] + 1, node["weighted_n_node_samples"]
        n_left, n_right = place["split"] - place["start"], place["end"] - place["split"]
        left_weight = place["left_weight"]
        left_leaf = must_be_leaf(limits, n_left, left_weight, place["left_impurity"], depth)
        right_leaf = must_be_leaf(limits, n_right, weight - left_weight, place["right_impurity"], depth)
        left_wanted, right_wanted = left_wanted and not left_leaf, right_wanted and not right_leaf
        partition_node(place, place["n_constants"], data, work, left_wanted, right_wanted)
        state[N_PENDING] += 2


# ---------------------------------------------------------------------------------------------------------------
# Best first


@lean_kernel
def push_heap(heap: Array, n: int, node: int, pending: Array) -> None:
    """Add a node to a heap of n nodes, the largest gain on top; of equal ones, the older stays above."""
    hole = n
    while hole > 0 and pending[heap[(hole - 1) // 2]]["gain"] < pending[node]["gain"]:
        heap[hole] = heap[(hole - 1) // 2]
        hole = (hole - 1) // 2
    heap[hole] = node


@lean_kernel
def pop_heap(heap: Array, n: int, pending: Array) -> int:
    """Take the top of a heap of n nodes; return it.

    The hole sinks to the bottom along the larger children (the right one, where equal), then the last node rises from
    there: which of several equal gains comes out first is thereby the reference's.
    """
    top: int = heap[0]
    last = heap[n - 1]
    n -= 1
    hole = 0
    while 2 * hole + 2 < n:
        child = 2 * hole + 2
        if pending[heap[child]]["gain"] < pending[heap[child - 1]]["gain"]:
            child -= 1
        heap[hole] = heap[child]
        hole = child
    if 2 * hole + 2 == n:
        heap[hole] = heap[n - 1]
        hole = n - 1
    push_heap(heap, hole, last, pending)
    return top


@lean_kernel
def grow_best_first(
    data: Data, limits: Limits, work: Work, nodes: Nodes, general: Errors | None, random: bool | None, budget: int
) -> None:
    """Split the pending node of the largest gain, until none is left, `budget` were split, or the arrays are full."""
    state, pending = work.state, nodes.pending
    if state[N_NODES] == 0:
        try_to_split(pending[0], 0, data, limits, work, nodes, general, random)
        push_heap(nodes.heap, 0, 0, pending)
        state[N_NODES] = state[N_PENDING] = 1
    while state[N_PENDING] > 0 and budget > 0 and state[N_NODES] + 2 <= nodes.facts.shape[0]:
        node_id = pop_heap(nodes.heap, state[N_PENDING], pending)
        state[N_PENDING] -= 1
        place, node = pending[node_id], nodes.facts[node_id]
        state[DEPTH] = max(state[DEPTH], place["depth"])
        if place["split"] < 0 or state[SPLITS_LEFT] <= 0:
            node["feature"] = node["threshold"] = UNDEFINED
            continue
        budget -= 1
        state[SPLITS_LEFT] -= 1
        direction = data.monotone[node["feature"]]
        place["n_constants"] = 0  # the reference forgets them, and draws anew
        left = state[N_NODES]
        left_wanted = make_child(pending[left], place, 1, node_id, limits, direction)
        right_wanted = make_child(pending[left + 1], place, 0, node_id, limits, direction)
        partition_node(place, place["n_constants"], data, work, left_wanted, right_wanted)
        for child in (left, left + 1):
            try_to_split(pending[child], child, data, limits, work, nodes, general, random)
            link(nodes, pending[child], child)
            state[N_NODES] += 1
        for child in (left, left + 1):
            push_heap(nodes.heap, state[N_PENDING], child, pending)
            state[N_PENDING] += 1


def grow_some(growth: Growth, budget: int) -> None:
    """Look at up to `budget` nodes more, or as many as there is room for, by the kernel that serves."""
    data, limits, work, nodes, general, random, table, quick = growth
    if quick:
        from .grow_quickly import grow_quickly  # which itself builds on this file

        work.state[BUDGET] = budget
        targets, is_classes = (data.codes if data.is_classifier else data.y, data.weight), data.is_classifier
        best, listed, sorts = random is None or None, len(work.rows) > OWN_LINES or None, len(table.rank) > 0 or None
        exact, two = best and is_classes and limits.is_simple, work.sums.shape[2] == 2
        scans = ((exact and two) or None, (exact and not two) or None, (best and not limits.is_simple) or None)
        kinds = (is_classes or None, not is_classes or None, *scans)
        grow_quickly(table, targets, (limits, work, nodes), *kinds, best, random, listed, sorts)
    elif limits.max_leaf_nodes < 0:
        grow_depth_first(data, limits, work, nodes, general, random, budget)
    else:
        grow_best_first(data, limits, work, nodes, general, random, budget)


def grow(growth: Growth, budget: int = 2**62) -> tuple[Growth, bool]:
    """Look at up to `budget` nodes more; return the growth (its arrays enlarged if needed) and whether it is over."""
    state = growth.work.state
    while True:
        before = int(state[N_NODES])
        grow_some(growth, budget)
        if state[N_PENDING] == 0:
            return growth, True
        budget -= int(state[N_NODES]) - before
        if budget <= 0:
            return growth, False
        growth = enlarge(growth)
