"""All rows within a radius by a k-d tree: walk into every box that the ball reaches.

Idea
    The tree of `kd_tree.py`, but the limit is the radius from the start: there is no near and far child, only boxes
    that the ball around the query reaches and boxes that it does not.
Maths
    As in `kd_tree.py` for the bound, as in `within.py` for what counts as within.
Cost
    What is found, and the leaves that the ball cuts. Sorting what is found by its rows takes buckets, not comparisons:
    about as many buckets as rows, so that there is little left to sort in each.
Differences
    scikit-learn takes a whole box without measuring where it lies inside the ball and no distance is asked for.
References
    Bentley, Multidimensional binary search trees used for associative searching, CACM 18 (1975) 509-517.
    Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, section 8.4 (bucket sort).
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray
from .distances import Reference, ready_queries
from .kd_tree import TOGETHER, box_distance, in_order_of_leaves, measure_leaf
from .kd_tree_build import Tree
from .within import Kept, Neighbourhoods, generous_limit, keep_within


@kernel
def double_room(values: Array, rows: Array) -> tuple[Array, Array]:
    """Return copies of values (z,) and rows (z,), read, that are twice as long."""
    z = values.shape[0]
    more_values, more_rows = np.empty(2 * z), np.empty(2 * z, dtype=np.int64)
    for t in range(z):
        more_values[t], more_rows[t] = values[t], rows[t]
    return more_values, more_rows


@kernel
def search_tree_within(X: Array, own: Array, tree: Tree, limit: float, counts: Array) -> tuple[Array, Array, int]:
    """Return (values, rows) of all points whose value is at most the limit, query by query, and how many there are.

    X (m, d), own (m,), a row that is left out for each: read. counts (m,), how many each query has: overwritten.
    """
    order, columns, boxes, starts, stops = tree.order, tree.columns, tree.boxes, tree.starts, tree.stops
    inner, kind, p = tree.features.shape[0], tree.kind, tree.p
    stack, values = np.empty(64, dtype=np.int64), np.empty(stops[-1] - starts[-1] + 1)
    found, rows, z = np.empty(1024), np.empty(1024, dtype=np.int64), 0
    for i in range(X.shape[0]):
        first, top, stack[0] = z, 0, 0
        while top >= 0:
            node = stack[top]
            top -= 1
            if box_distance(X, i, boxes, node, kind, p) > limit:
                continue
            if node < inner:
                stack[top + 1], stack[top + 2] = 2 * node + 2, 2 * node + 1
                top += 2
                continue
            start, size = starts[node], stops[node] - starts[node]
            measure_leaf(X, i, columns, start, size, kind, p, values)
            while z + size > found.shape[0]:
                found, rows = double_room(found, rows)
            for j in range(size):
                found[z], rows[z] = values[j], order[start + j]
                z += (values[j] <= limit) & (rows[z] != own[i])  # without a jump
        counts[i] = z - first
    return found, rows, z


@lean_kernel
def sort_by_row(values: Array, rows: Array, firsts: Array, sorted_values: Array, sorted_rows: Array) -> None:
    """Sort by row: into buckets of equal width first, then what little is out of order in each, by insertion.

    values (z,), rows (z,): read. firsts (at least 2 z + 2,), sorted_values (z,), sorted_rows (z,): overwritten.
    """
    z, low, high, shift = rows.shape[0], rows[0], rows[0], 0
    for t in range(z):
        low, high = min(low, rows[t]), max(high, rows[t])
    while (high - low) >> shift > 2 * z:
        shift += 1
    buckets = ((high - low) >> shift) + 1
    firsts[: buckets + 1] = 0
    for t in range(z):
        firsts[((rows[t] - low) >> shift) + 1] += 1
    for b in range(buckets):
        firsts[b + 1] += firsts[b]
    for t in range(z):
        b = (rows[t] - low) >> shift
        sorted_values[firsts[b]], sorted_rows[firsts[b]] = values[t], rows[t]
        firsts[b] += 1
    for t in range(1, z if shift > 0 else 0):
        value, row = sorted_values[t], sorted_rows[t]
        while t > 0 and sorted_rows[t - 1] > row:
            sorted_values[t], sorted_rows[t] = sorted_values[t - 1], sorted_rows[t - 1]
            t -= 1
        sorted_values[t], sorted_rows[t] = value, row


@lean_kernel
def sort_neighbourhoods(
    values: Array, rows: Array, counts: Array, firsts: Array, sorted_values: Array, sorted_rows: Array
) -> None:
    """Sort what is found query by query, each by row.

    values (z,), rows (z,), counts (m,): read. firsts, as of `sort_by_row` for the largest count, sorted_values (z,),
    sorted_rows (z,): overwritten.
    """
    start = 0
    for i in range(counts.shape[0]):
        stop = start + counts[i]
        if stop > start:
            own = sorted_values[start:stop], sorted_rows[start:stop]
            sort_by_row(values[start:stop], rows[start:stop], firsts, own[0], own[1])
        start = stop


@lean_kernel
def lay_out(values: Array, rows: Array, counts: Array, places: Array, all_values: Array, all_rows: Array) -> None:
    """Copy what is found query by query to where each query's answer belongs.

    values (z,), rows (z,), counts (m,), places (m,): read. all_values, all_rows: overwritten from each place on.
    """
    start = 0
    for i in range(counts.shape[0]):
        for t in range(counts[i]):
            all_values[places[i] + t], all_rows[places[i] + t] = values[start + t], rows[start + t]
        start += counts[i]


def within_radius_in_tree(
    X: FloatArray,
    reference: Reference,
    tree: Tree,
    radius: float,
    n_jobs: int | None = None,
    first: int | None = None,
) -> Neighbourhoods:
    """Return (distances, indices, starts): bit for bit what `within_radius` returns.

    If X are the rows of the reference from `first` on, none is a neighbour of itself.

    Raises
    ------
    ValueError
        If a distance that is within an infinite radius is too large for float64.
    """
    queries, limit = ready_queries(X, reference), generous_limit(radius, reference)
    turn = in_order_of_leaves(queries, tree)[0]

    def search_rows(rows: slice) -> Kept:
        counts = np.empty(rows.stop - rows.start, dtype=np.int64)
        own = np.full(len(counts), -1) if first is None else turn[rows] + first
        values, indices, z = search_tree_within(queries[turn[rows]], own, tree, limit, counts)
        found = np.empty(z), np.empty(z, dtype=np.int64)
        firsts = np.empty(2 * counts.max() + 2, dtype=np.int64)
        sort_neighbourhoods(values[:z], indices[:z], counts, firsts, *found)
        return keep_within(*found, counts, radius, reference)

    pieces = chunks(len(X), TOGETHER)
    parts = map_chunks(search_rows, pieces, n_jobs)
    starts = np.zeros(len(X) + 1, dtype=np.int64)
    for rows, (_, _, counts) in zip(pieces, parts, strict=True):
        starts[turn[rows] + 1] = counts
    np.cumsum(starts, out=starts)
    distances, indices = np.empty(starts[-1]), np.empty(starts[-1], dtype=np.int64)
    for rows, part in zip(pieces, parts, strict=True):
        lay_out(*part, starts[turn[rows]], distances, indices)
    return distances, indices, starts
