"""All rows within a radius by a k-d tree: walk into every box that the ball reaches.

Idea
    The tree of `kd_tree.py`, but the limit is the radius from the start: there is no near and far child, only boxes
    that the ball around the query reaches and boxes that it does not. Of a box that lies in the ball (squared distances
    only) all leaves are taken, without a look at the boxes between.
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

from typing import NamedTuple

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.lanes import squares_within
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from .distances import Reference, ready_queries
from .kd_tree import LANES, TOGETHER, box_distance, in_order_of_leaves, measure_leaf
from .kd_tree_build import Tree
from .within import Kept, Neighbourhoods, generous_limit, keep_within

ALL_LANES = (1 << LANES) - 1  # the bits of points that are all within
PROBES = 16  # queries that tell how much the others find
FOUND_TOGETHER = 2**16  # points that are found and sorted while the cache holds them


@kernel
def double_room(values: Array, rows: Array) -> tuple[Array, Array]:
    """Return copies of values (z,) and rows (z,), read, that are twice as long."""
    z = values.shape[0]
    more_values, more_rows = np.empty(2 * z), np.empty(2 * z, dtype=np.int64)
    for t in range(z):
        more_values[t], more_rows[t] = values[t], rows[t]
    return more_values, more_rows


@lean_kernel
def farthest_in_box(x: Array, boxes: Array, node: int) -> float:
    """Return the squared distance of x (d,) and the farthest corner of a node's box. boxes: read."""
    total = 0.0
    for f in range(x.shape[0]):
        gap = max(x[f] - boxes[node, 0, f], boxes[node, 1, f] - x[f])
        total += gap * gap
    return total


@lean_kernel
def keep_squares(
    x: Array,
    columns: Array,
    order: Array,
    start: int,
    stop: int,
    limit: float,
    own: int,
    found: Array,
    rows: Array,
    z: int,
) -> int:
    """Put those of a leaf's points from place z on whose squared distance is within the limit; return the next place.

    Eight are measured at once, where they belong if all of them are within, as mostly they are where much is found.
    x (d,), columns, order: read. found (at least z + stop - start + LANES,), rows, as many: overwritten.
    """
    base = start * (x.shape[0] - 1)
    for first in range(start, stop, LANES):
        near = squares_within(x, columns, base + first, stop - start, limit, found, z)
        if near == ALL_LANES and own < 0 and first + LANES <= stop:
            for j in range(LANES):
                rows[z + j] = order[first + j]
            z += LANES
            continue
        at = z
        for j in range(min(stop - first, LANES)):
            found[z], rows[z] = found[at + j], order[first + j]
            z += ((near >> j) & 1) & (order[first + j] != own)  # without a jump
    return z


@lean_kernel
def walk_within(
    X: Array, i: int, own: int, tree: Tree, limit: float, stack: Array, values: Array, found: Array, rows: Array, z: int
) -> int:
    """Put the points within the limit of query i from place z on; return the next place, -1 if there is no room left.

    X (m, d), own, a row that is left out: read. stack (64,), values (leaf_size,), found, rows: overwritten.
    """
    order, columns, boxes, starts, stops = tree.order, tree.columns, tree.boxes, tree.starts, tree.stops
    inner, kind, p, top, x = tree.features.shape[0], tree.kind, tree.p, 0, X[i]
    stack[0] = 0
    while top >= 0:
        node = stack[top]
        top -= 1
        if box_distance(X, i, boxes, node, kind, p) > limit:
            continue
        last = node
        if node < inner and (kind != 0 or farthest_in_box(x, boxes, node) > limit):
            stack[top + 1], stack[top + 2] = 2 * node + 2, 2 * node + 1
            top += 2
            continue
        while last < inner:  # the whole box is within the ball: no need to look at the boxes in it
            node, last = 2 * node + 1, 2 * last + 2
        if z + stops[last] - starts[node] + LANES > found.shape[0]:
            return -1
        for leaf in range(node, last + 1):
            start, size = starts[leaf], stops[leaf] - starts[leaf]
            if kind == 0:
                z = keep_squares(x, columns, order, start, stops[leaf], limit, own, found, rows, z)
                continue
            measure_leaf(X, i, columns, start, size, kind, p, values)
            for j in range(size):
                found[z], rows[z] = values[j], order[start + j]
                z += (values[j] <= limit) & (order[start + j] != own)  # without a jump
    return z


@kernel
def search_tree_within(
    X: Array, own: Array, tree: Tree, limit: float, counts: Array, found: Array, rows: Array
) -> tuple[Array, Array, int]:
    """Return (values, rows) of all points whose value is at most the limit, query by query, and how many there are.

    X (m, d), own (m,), a row that is left out for each: read. counts (m,), how many each query has: overwritten. found
    (z,), rows (z,): where they are put, or in longer ones if these are too short.
    """
    stack, values, z = np.empty(64, dtype=np.int64), np.empty(tree.stops[-1] - tree.starts[-1] + 1), 0
    for i in range(X.shape[0]):
        after = walk_within(X, i, own[i], tree, limit, stack, values, found, rows, z)
        while after < 0:  # once more, with more room
            found, rows = double_room(found, rows)
            after = walk_within(X, i, own[i], tree, limit, stack, values, found, rows, z)
        counts[i], z = after - z, after
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


class Parts(NamedTuple):
    """What is found within a radius, as the threads left it."""

    turn: IntArray  # (m,) the queries in the order in which they were looked at
    pieces: list[slice]  # of these
    kept: list[Kept]  # of each piece


def queries_together(X: FloatArray, tree: Tree, limit: float) -> int:
    """Return how many queries of X (m, d) find about FOUND_TOGETHER points, told by some of them."""
    some = X[np.linspace(0, len(X) - 1, PROBES).astype(np.int64)]
    counts, nobody, room = np.empty(PROBES, dtype=np.int64), np.full(PROBES, -1), empty_room()
    z = search_tree_within(some, nobody, tree, limit, counts, *room)[2]
    return int(min(max(FOUND_TOGETHER * PROBES // max(z, 1), PROBES), TOGETHER))


def empty_room() -> tuple[FloatArray, IntArray]:
    """Return where values and rows may be put."""
    return np.empty(1024), np.empty(1024, dtype=np.int64)


def search_within_in_tree(
    X: FloatArray, reference: Reference, tree: Tree, radius: float, n_jobs: int | None = None, first: int | None = None
) -> Parts:
    """Return what `within_radius_in_tree` does, piece by piece."""
    queries, limit = ready_queries(X, reference), generous_limit(radius, reference)
    turn, rooms = in_order_of_leaves(queries, tree)[0], list[tuple[FloatArray, IntArray]]()

    def search_rows(rows: slice) -> Kept:
        counts = np.empty(rows.stop - rows.start, dtype=np.int64)
        own = np.full(len(counts), -1) if first is None else turn[rows] + first
        try:
            room = rooms.pop()  # which a thread has made before
        except IndexError:
            room = empty_room()
        values, indices, z = search_tree_within(queries[turn[rows]], own, tree, limit, counts, *room)
        found = np.empty(z), np.empty(z, dtype=np.int64)
        firsts = np.empty(2 * counts.max() + 2, dtype=np.int64)
        sort_neighbourhoods(values[:z], indices[:z], counts, firsts, *found)
        rooms.append((values, indices))
        return keep_within(*found, counts, radius, reference)

    together = queries_together(queries, tree, limit) if len(X) > TOGETHER else TOGETHER
    pieces = chunks(len(X), together)
    return Parts(turn, pieces, map_chunks(search_rows, pieces, n_jobs))


def joined(found: Neighbourhoods | Parts) -> Neighbourhoods:
    """Return (distances, indices, starts) of all parts, query after query; neighbourhoods as they are."""
    if not isinstance(found, Parts):
        return found
    starts = np.zeros(len(found.turn) + 1, dtype=np.int64)
    for rows, (_, _, counts) in zip(found.pieces, found.kept, strict=True):
        starts[found.turn[rows] + 1] = counts
    np.cumsum(starts, out=starts)
    distances, indices = np.empty(starts[-1]), np.empty(starts[-1], dtype=np.int64)
    for rows, part in zip(found.pieces, found.kept, strict=True):
        lay_out(*part, starts[found.turn[rows]], distances, indices)
    return distances, indices, starts


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
    return joined(search_within_in_tree(X, reference, tree, radius, n_jobs, first))


def apart(parts: Parts) -> tuple[Array, Array]:
    """Return two arrays (m,) of arrays, each query's distances and indices: views of where the threads put them."""
    far, near = np.empty((2, len(parts.turn)), dtype=object)
    for rows, (distances, indices, counts) in zip(parts.pieces, parts.kept, strict=True):
        start = 0
        for i, count in zip(parts.turn[rows].tolist(), counts.tolist(), strict=True):
            far[i], near[i] = distances[start : start + count], indices[start : start + count]
            start += count
    return far, near
