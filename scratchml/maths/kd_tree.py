"""A k-d tree: halve the points again and again, and most of them need not be looked at when a query comes.

Idea
    Cut the points at the median of the coordinate along which they spread most; cut both halves likewise, until few are
    left in a leaf. Around the points of each node stands a box. A query walks down to the leaf it belongs to and knows
    then how near its neighbours are at the least; a box that is farther away than that is passed over, with all in it.
Maths
    Node a has the children 2a + 1 and 2a + 2; all leaves lie on one level, so sizes differ by one at most. The distance
    from x to a box [low, high] is that of the gaps max(low_f - x_f, x_f - high_f, 0), worked out in the order of the
    distance itself. Rounding is monotone, so the bound never exceeds what the same formula gives for a point inside,
    not even in the last bit. (A power is monotone but for a rounding: there the bound is lowered by 1e-12.) A box is
    passed over only if it is strictly farther than the worst of the k kept: ties go to the lowest index, as in
    `nearest.py`.
Cost
    Build: n log(n / leaf_size) d. A query: about 2^d boxes around its own, so log n for few columns and n for many.
    Memory: the points once more, leaf by leaf and in a leaf column by column, which measures a leaf at vector speed.
Differences
    scikit-learn's leaves hold leaf_size to 2 leaf_size points, these at most leaf_size. Queries are answered in the
    order of the leaves they fall into: then what one has just read is in the cache for the next, and what the next but
    one will read can be asked for in time. For the Euclidean distance and few neighbours a query does not walk down
    from the root but climbs from its leaf (`search_squares`).
References
    Friedman, Bentley, Finkel, An algorithm for finding best matches in logarithmic expected time, ACM Trans.
    Mathematical Software 3 (1977) 209-226.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel, lean_kernel, lowest_bit
from ..core.lanes import fetch_ahead, insert_sorted, sort_eight, squares_within
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from .distances import FORMULAS, Reference, finish_distances, power_of_gap, ready_queries
from .heap import offer, sort_heap
from .kd_tree_branch import grow_branch
from .kd_tree_build import BLOCK, SAMPLE, Tree, grow_tree, join_nodes
from .nearest import empty_heaps
from .selection import COUNTED

LANES = 8  # points that are measured at a time, and numbers in a line of the cache
STRETCH = 32  # points of a leaf that are measured before any is looked at
CACHED = 2**14  # numbers of a branch that is grown by `grow_branch`, in the cache of a core
TOGETHER = 512  # queries to a chunk
ABREAST = 16  # queries that walk down to their leaves side by side: three times as fast as one by one
FEW = 64  # neighbours that are kept sorted, not in a heap: twice as fast up to here (measured)
# kernel of `distances.py` -> number by which the kernels here know the formula
KINDS = {"squared_euclidean": 0, "manhattan": 1, "chebyshev": 2, "minkowski_powers": 3, "minkowski_steep": 4}
TREE_METRICS = ["chebyshev", "euclidean", "manhattan", "minkowski", "sqeuclidean"]


def build_tree(reference: Reference, leaf_size: int) -> Tree:
    """Return the rows of the reference as a tree whose leaves hold at most `leaf_size` of them.

    The metric must be one of TREE_METRICS.
    """
    points = reference.points
    n, d = points.shape
    leaves = 1
    while -(-n // leaves) > leaf_size:
        leaves *= 2
    nodes, whole = 2 * leaves - 1, np.int32 if n < 2**31 else np.int64
    columns, boxes, cuts = np.empty(n * d + STRETCH), np.empty((nodes, 2, d)), np.empty(leaves - 1)
    (starts, stops, least), features = np.empty((3, nodes), whole), np.empty(leaves - 1, whole)
    kind = KINDS[FORMULAS[reference.metric][0]]
    tree = Tree(np.arange(n, dtype=whole), columns, boxes, starts, stops, least, features, cuts, kind, reference.p)
    columns[n * d :] = 0.0
    rows = min(n, max(CACHED // d, -(-n // leaves)))  # of a branch, at most
    branch = np.empty(rows * d), np.empty(2 * (rows + COUNTED)), np.empty((3, rows), np.int64)
    if rows == n and points.flags.carray:  # plainly: as below. All is one branch, and the points need not be parted
        starts[0], stops[0] = 0, n
        grow_branch(points, tree, 0, *branch)
        join_nodes(boxes, least, tree.order, starts, stops)
        return tree
    stack, wrong = np.empty(64, np.int64), np.empty((2, BLOCK), np.int64)
    parted = columns[: n * d].reshape(n, d)  # where they stay
    parted[:] = points
    grow_tree(parted, tree, stack, np.empty(SAMPLE), wrong, *branch)
    return tree


# ---------------------------------------------------------------------------------------------------------------
# Searching.


@lean_kernel
def box_distance(X: Array, i: int, boxes: Array, node: int, kind: int, p: float) -> float:
    """Return a lower bound of what the formula gives for row i of X (m, d) and any point in the box of a node."""
    total, largest = 0.0, 0.0
    if kind == 0:
        for f in range(X.shape[1]):
            gap = max(max(boxes[node, 0, f] - X[i, f], X[i, f] - boxes[node, 1, f]), 0.0)
            total += gap * gap
        return total
    for f in range(X.shape[1]):
        gap = max(max(boxes[node, 0, f] - X[i, f], X[i, f] - boxes[node, 1, f]), 0.0)
        total += power_of_gap(gap, p) if kind == 3 else gap
        largest = max(largest, gap)
    if kind == 1:
        return total
    if kind == 2:
        return largest
    if kind == 4 and largest > 0.0:
        total = 0.0
        for f in range(X.shape[1]):
            gap = max(max(boxes[node, 0, f] - X[i, f], X[i, f] - boxes[node, 1, f]), 0.0)
            total += power_of_gap(gap / largest, p)
        total = largest * total ** (1.0 / p)
    return total * (1.0 - 1e-12)


@lean_kernel
def measure_leaf(X: Array, i: int, columns: Array, start: int, size: int, kind: int, p: float, values: Array) -> None:
    """Work out the formula for row i of X (m, d) and each point of a leaf, feature after feature as in `distances.py`.

    columns (n d,): read, the leaf's from start d on. values (leaf_size,): its first `size` places overwritten.
    """
    d, near = X.shape[1], values[:size]
    near[:] = 0.0
    for f in range(d):
        x, column = X[i, f], columns[start * d + f * size : start * d + (f + 1) * size]
        if kind == 0:
            for j in range(size):
                near[j] += (x - column[j]) * (x - column[j])
        elif kind == 1:
            for j in range(size):
                near[j] += abs(x - column[j])
        elif kind == 3:
            for j in range(size):
                near[j] += power_of_gap(abs(x - column[j]), p)
        else:
            for j in range(size):
                near[j] = max(near[j], abs(x - column[j]))
    if kind == 4:
        for j in range(size):
            total, largest = 0.0, near[j]
            for f in range(d):
                gap = abs(X[i, f] - columns[start * d + f * size + j])
                total += power_of_gap(gap / largest, p) if largest > 0.0 else 0.0
            near[j] = largest * total ** (1.0 / p) if largest > 0.0 else 0.0


@kernel
def search_tree(X: Array, turn: Array, tree: Tree, heaps: Array, indices: Array) -> None:
    """Fill the heaps of some queries, one after another as their `turn` comes.

    X (m, d), turn (z,), rows of X: read. heaps (m, k), indices (m, k), as of `empty_heaps`: these rows overwritten.
    """
    order, columns, boxes, starts, stops = tree.order, tree.columns, tree.boxes, tree.starts, tree.stops
    inner, kind, p = tree.features.shape[0], tree.kind, tree.p
    stack, bounds, values = np.empty(64, dtype=np.int64), np.empty(64), np.empty(stops[-1] - starts[-1] + 1)
    for i in turn:
        heap, rows = heaps[i], indices[i]
        worst, top, stack[0], bounds[0] = heap[0], 0, 0, 0.0
        while top >= 0:
            node, bound = stack[top], bounds[top]
            top -= 1
            while node < inner and bound <= worst:
                node = 2 * node + 1
                bound, other = box_distance(X, i, boxes, node, kind, p), box_distance(X, i, boxes, node + 1, kind, p)
                far = node + 1
                if other < bound:
                    node, far, bound, other = far, node, other, bound
                if other <= worst:
                    top += 1
                    stack[top], bounds[top] = far, other
            if bound > worst:
                continue
            start, size = starts[node], stops[node] - starts[node]
            measure_leaf(X, i, columns, start, size, kind, p, values)
            for j in range(size):
                if values[j] <= worst and offer(heap, rows, values[j], order[start + j]):
                    worst = heap[0]
        sort_heap(heap, rows)


@lean_kernel
def keep_marked(near: int, first: int, values: Array, order: Array, best: Array, rows: Array) -> None:
    """Put those points in their places among the nearest whose bits are set: bit j is that of the point at first + j.

    values (STRETCH,), order (n,): read. best (z,), rows (z,), which stand sorted: overwritten.
    """
    while near:
        j = lowest_bit(near)
        near &= near - 1
        insert_sorted(best, rows, values[j], order[first + j])


@lean_kernel
def begin_with_leaf(
    x: Array, columns: Array, order: Array, start: int, stop: int, k: int, values: Array, best: Array, rows: Array
) -> None:
    """Begin with the first eight points of a leaf, sorted, and put in their places what of the others is nearer.

    x (d,), columns, order: read. values (LANES,): overwritten. best (z,), rows (z,), z >= k: overwritten.
    """
    begun, base = min(stop - start, LANES), start * (x.shape[0] - 1)  # feature f of point i stands at base + i + ...
    squares_within(x, columns, base + start, stop - start, 0.0, best, 0)
    for j in range(begun):
        rows[j] = order[start + j]
    best[begun:], rows[begun:] = np.inf, order.shape[0]
    sort_eight(best, rows)
    for first in range(start + LANES, stop, LANES):
        near = squares_within(x, columns, base + first, stop - start, best[k - 1], values, 0)
        near &= (1 << int(min(stop - first, LANES))) - 1  # lanes past the end hold points of nobody
        keep_marked(near, first, values, order, best, rows)


@lean_kernel
def keep_of_leaf(
    x: Array, columns: Array, order: Array, start: int, stop: int, k: int, values: Array, best: Array, rows: Array
) -> None:
    """Put those of a leaf's points in their places that belong among the k nearest, which stand sorted.

    A stretch of points is measured before any is looked at: to look takes jumps, which a processor guesses wrong.
    x (d,), columns, order: read. values (STRETCH,): overwritten. best (z,), rows (z,), z >= k: overwritten.
    """
    base = start * (x.shape[0] - 1)
    for first in range(start, stop, STRETCH):
        near = 0
        for j in range(0, STRETCH, LANES):
            near |= squares_within(x, columns, base + first + j, stop - start, best[k - 1], values, j) << j
        near &= (1 << int(min(stop - first, STRETCH))) - 1  # lanes past the end hold points of nobody
        keep_marked(near, first, values, order, best, rows)


@lean_kernel
def fetch_points(columns: Array, order: Array, start: int, stop: int, d: int) -> None:
    """Ask for the memory of points that a query will come to soon. columns (n d,), order (n,): read."""
    for at in range(start, stop + 2 * LANES, 2 * LANES):  # eight numbers, or sixteen of half the length, fill a line
        fetch_ahead(order, at)
    for at in range(start * d, stop * d + LANES, LANES):
        fetch_ahead(columns, at)


@lean_kernel
def search_squares(
    X: Array, turn: Array, leaves: Array, tree: Tree, heaps: Array, indices: Array, numbers: Array, wholes: Array
) -> None:
    """Do what `search_tree` does for squared Euclidean distances and a small k, from the leaf upwards.

    The query's own leaf is measured first. Then it climbs to the root, and at each node looks across the cut: mostly
    one comparison shows that the other side is too far away. If not, its box may, and if not, it is walked into.
    X (m, d), turn (z,), leaves (z,), the node of the leaf of each of these: read. heaps (m, k), indices (m, k): these
    rows overwritten, sorted. numbers (3, FEW), wholes (2, FEW): overwritten.
    """
    order, columns, boxes, starts, stops = tree.order, tree.columns, tree.boxes, tree.starts, tree.stops
    features, cuts, least, k = tree.features, tree.cuts, tree.least, heaps.shape[1]
    inner, room = features.shape[0], (k + LANES - 1) // LANES * LANES
    values, bounds, best, stack, rows = numbers[0], numbers[1], numbers[2, :room], wholes[0], wholes[1, :room]
    for q in range(turn.shape[0]):
        x, climber, ahead = X[turn[q]], leaves[q], min(q + 2, turn.shape[0] - 1)
        fetch_ahead(X, turn[ahead])
        fetch_ahead(heaps, turn[ahead])
        fetch_ahead(indices, turn[ahead])
        if leaves[ahead] != leaves[q]:
            left = leaves[ahead] - 1 + (leaves[ahead] & 1)  # of the leaf and its sibling
            fetch_points(columns, order, starts[left], stops[left + 1], x.shape[0])
        begin_with_leaf(x, columns, order, starts[climber], stops[climber], k, values, best, rows)
        while climber > 0:
            other, climber = climber + 1 if climber & 1 else climber - 1, (climber - 1) >> 1
            gap = x[features[climber]] - cuts[climber]
            if gap * gap > best[k - 1] or (gap * gap == best[k - 1] and least[other] > rows[k - 1]):
                continue
            top, stack[0], bounds[0] = 0, other, gap * gap
            while top >= 0:
                node, bound, worst = stack[top], bounds[top], best[k - 1]
                top -= 1
                if bound > worst:
                    continue
                # plainly: bound = box_distance(node)
                bound, low, high = 0.0, boxes[node, 0], boxes[node, 1]
                for f in range(x.shape[0]):
                    gap = max(max(low[f] - x[f], x[f] - high[f]), 0.0)
                    bound += gap * gap
                if bound > worst or (bound == worst and least[node] > rows[k - 1]):
                    continue
                while node < inner:  # the box of the nearer child is hardly farther than this one: not looked at
                    gap = x[features[node]] - cuts[node]
                    left = int(gap < 0.0)  # a number, not a jump
                    stack[top + 1], bounds[top + 1] = 2 * node + 1 + left, gap * gap
                    top += gap * gap <= worst
                    node = 2 * node + 2 - left
                if bound == worst and least[node] > rows[k - 1]:
                    continue  # its points are no nearer than the last of the k nearest, nor do they come before it
                keep_of_leaf(x, columns, order, starts[node], stops[node], k, values, best, rows)
        for t in range(k):
            heaps[turn[q], t], indices[turn[q], t] = best[t], rows[t]


@lean_kernel
def order_by_leaf(X: Array, features: Array, cuts: Array, leaves: Array, firsts: Array, turn: Array) -> None:
    """Sort rows by the leaf they fall into, by counting. Some rows walk down abreast: none waits for the other's step.

    X (m, d), features (inner,), cuts (inner,): read. leaves (m,): overwritten with the node of each row's leaf, and
    turn (m,) with the rows in the order of their leaves. firsts (inner + 2,), zeros: overwritten.
    """
    inner = features.shape[0]
    for first in range(0, X.shape[0], ABREAST):
        last, nodes = min(first + ABREAST, X.shape[0]), inner
        leaves[first:last] = 0
        while nodes > 0:  # a level of the tree: the leaves are all on the last one
            for i in range(first, last):
                node = leaves[i]
                leaves[i] = 2 * node + 2 - (X[i, features[node]] < cuts[node])
            nodes >>= 1
        for i in range(first, last):
            firsts[leaves[i] - inner + 1] += 1
    for j in range(inner + 1):
        firsts[j + 1] += firsts[j]
    for i in range(X.shape[0]):
        turn[firsts[leaves[i] - inner]] = i
        firsts[leaves[i] - inner] += 1


def in_order_of_leaves(X: FloatArray, tree: Tree) -> tuple[Array, Array]:
    """Return the rows of X (m, d) in the order of the leaves they fall into, and their leaves in that order; (m,)."""
    whole = np.int32 if max(len(X), len(tree.starts)) < 2**31 else np.int64  # half as much to hold
    leaves, turn = np.empty(len(X), whole), np.empty(len(X), whole)
    firsts = np.zeros(len(tree.features) + 2, dtype=np.int64)
    order_by_leaf(X, tree.features, tree.cuts, leaves, firsts, turn)
    return turn, leaves[turn]


def k_nearest_in_tree(
    X: FloatArray, reference: Reference, tree: Tree, k: int, n_jobs: int | None = None
) -> tuple[FloatArray, IntArray]:
    """Return (distances, indices), both (m, k): bit for bit what `k_nearest` returns.

    Raises
    ------
    ValueError
        If a distance is too large for float64.
    """
    queries = ready_queries(X, reference)
    turn, leaves = in_order_of_leaves(queries, tree)
    distances, indices = empty_heaps(len(X), k, len(reference.points))

    def search_rows(rows: slice) -> None:
        if tree.kind == 0 and k <= FEW:
            scratch = np.empty((3, FEW)), np.empty((2, FEW), dtype=np.int64)
            search_squares(queries, turn[rows], leaves[rows], tree, distances, indices, *scratch)
        else:
            search_tree(queries, turn[rows], tree, distances, indices)

    map_chunks(search_rows, chunks(len(X), TOGETHER), n_jobs)
    with np.errstate(over="ignore", invalid="ignore"):
        finish_distances(distances, reference)
    if not np.isfinite(distances).all():
        raise ValueError(
            f"X holds {np.abs(X).max():.3g}, so a {reference.metric} distance is too large for float64; scale the "
            "features down."
        )
    return distances, indices
