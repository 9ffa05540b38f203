"""All rows within a radius by a k-d tree: walk into every box that the ball reaches.

Idea
    The tree of `kd_tree.py`, but the limit is the radius from the start: there is no near and far child, only boxes
    that the ball around the query reaches and boxes that it does not.
Maths
    As in `kd_tree.py` for the bound, as in `within.py` for what counts as within.
Cost
    What is found, and the leaves that the ball cuts.
Differences
    scikit-learn takes a whole box without measuring where it lies inside the ball and no distance is asked for.
References
    Bentley, Multidimensional binary search trees used for associative searching, CACM 18 (1975) 509-517.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from .distances import Reference, ready_queries
from .kd_tree import TOGETHER, box_distance, in_order_of_leaves, measure_leaf
from .kd_tree_build import Tree
from .within import Neighbourhoods, generous_limit, join, keep_within


@kernel
def double_room(values: Array, rows: Array) -> tuple[Array, Array]:
    """Return copies of values (z,) and rows (z,), read, that are twice as long."""
    z = values.shape[0]
    more_values, more_rows = np.empty(2 * z), np.empty(2 * z, dtype=np.int64)
    for t in range(z):
        more_values[t], more_rows[t] = values[t], rows[t]
    return more_values, more_rows


@kernel
def search_tree_within(X: Array, tree: Tree, limit: float, counts: Array) -> tuple[Array, Array, int]:
    """Return (values, rows) of all points whose value is at most the limit, query by query, and how many there are.

    X (m, d): read. counts (m,), how many each query has: overwritten.
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
                z += values[j] <= limit
        counts[i] = z - first
    return found, rows, z


def within_radius_in_tree(
    X: FloatArray, reference: Reference, tree: Tree, radius: float, n_jobs: int | None = None
) -> Neighbourhoods:
    """Return (distances, indices, starts): bit for bit what `within_radius` returns.

    Raises
    ------
    ValueError
        If a distance that is within an infinite radius is too large for float64.
    """
    queries, limit = ready_queries(X, reference), generous_limit(radius, reference)
    turn, _ = in_order_of_leaves(queries, tree)

    def search_rows(rows: slice) -> tuple[FloatArray, IntArray, IntArray]:
        counts = np.empty(rows.stop - rows.start, dtype=np.int64)
        values, indices, z = search_tree_within(queries[turn[rows]], tree, limit, counts)
        values, indices = values[:z], indices[:z]
        by_index = np.argsort(np.repeat(np.arange(len(counts)) * len(tree.order), counts) + indices)
        return keep_within(values[by_index], indices[by_index], counts, radius, reference)

    distances, indices, starts = join(map_chunks(search_rows, chunks(len(X), TOGETHER), n_jobs))
    back = np.argsort(turn)  # where each query's answer stands
    counts = np.diff(starts)[back]
    ends = np.concatenate([[0], np.cumsum(counts)])
    places = np.repeat(starts[:-1][back] - ends[:-1], counts) + np.arange(len(indices))
    return distances[places], indices[places], ends
