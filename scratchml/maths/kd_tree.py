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
    order of the leaves they fall into: then what one has just read is in the cache for the next.
References
    Friedman, Bentley, Finkel, An algorithm for finding best matches in logarithmic expected time, ACM Trans.
    Mathematical Software 3 (1977) 209-226. Floyd, Rivest, Expected time bounds for selection, CACM 18 (1975) 165-172
    (a pivot from a sample).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks
from ..core.typing import Array, FloatArray, IntArray
from .distances import FORMULAS, Reference, finish_distances, ready_queries
from .heap import offer, sort_heap
from .nearest import empty_heaps

TOGETHER = 512  # queries to a chunk
FEW = 16  # neighbours that are kept sorted, not in a heap
SAMPLE = 256  # values of which the pivot is chosen, at most
# kernel of `distances.py` -> number by which the kernels here know the formula
KINDS = {"squared_euclidean": 0, "manhattan": 1, "chebyshev": 2, "minkowski_powers": 3, "minkowski_steep": 4}
TREE_METRICS = ["chebyshev", "euclidean", "manhattan", "minkowski", "sqeuclidean"]


class Tree(NamedTuple):
    """Points in a tree; node 0 is the root, and the last 2^levels nodes are the leaves."""

    order: IntArray  # (n,) which row stands where: node a holds order[starts[a] : stops[a]]
    columns: FloatArray  # (n d,) the points: those of a leaf together, and in a leaf feature after feature
    boxes: FloatArray  # (nodes, 2, d) the least and the greatest of each node's coordinates
    starts: IntArray  # (nodes,)
    stops: IntArray  # (nodes,)
    features: IntArray  # (inner nodes,) what each is cut along
    cuts: FloatArray  # (inner nodes,) and where
    kind: int  # the formula, of KINDS
    p: float  # of minkowski


# ---------------------------------------------------------------------------------------------------------------
# Building.


@kernel
def select_value(values: Array, size: int, rank: int) -> float:
    """Return the value of that rank among the first `size`. values: overwritten, in another order."""
    first, last = 0, size - 1
    while first < last:
        pivot, i, j = values[rank], first, last
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if j < rank:
            first = i
        if rank < i:
            last = j
    return float(values[rank])


@kernel
def choose_pivot(points: Array, f: int, first: int, last: int, rank: int, sample: Array) -> float:
    """Return a value of column f, rows first to last, that is likely to be near that of the rank wanted.

    points (n, d): read. sample (SAMPLE,): overwritten.
    """
    size = last - first + 1
    taken = min(sample.shape[0], max(3, size // 16))
    step = size // taken
    for t in range(taken):
        sample[t] = points[first + t * step, f]
    return select_value(sample, taken, min((rank - first) * taken // size, taken - 1))


@kernel
def part_at_median(points: Array, order: Array, f: int, start: int, stop: int, sample: Array) -> float:
    """Bring the lower half of rows start to stop by column f to the front; return the median.

    points (n, d) and order (n,): rows overwritten, in another order. sample (SAMPLE,): overwritten.
    """
    rank, first, last, d = (start + stop) // 2, start, stop - 1, points.shape[1]
    while first < last:
        pivot = choose_pivot(points, f, first, last, rank, sample) if last - first > 8 else points[rank, f]
        i, j = first, last
        while i <= j:
            while points[i, f] < pivot:
                i += 1
            while points[j, f] > pivot:
                j -= 1
            if i <= j:
                for g in range(d):
                    points[i, g], points[j, g] = points[j, g], points[i, g]
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if j < rank:
            first = i
        if rank < i:
            last = j
    return float(points[rank, f])


@kernel
def bound_box(points: Array, start: int, stop: int, box: Array) -> int:
    """Find the box around rows start to stop; return its widest side. points (n, d): read. box (2, d): overwritten."""
    widest, width = 0, -1.0
    for f in range(points.shape[1]):
        box[0, f] = box[1, f] = points[start, f]
    for i in range(start + 1, stop):
        for f in range(points.shape[1]):
            box[0, f] = min(box[0, f], points[i, f])
            box[1, f] = max(box[1, f], points[i, f])
    for f in range(points.shape[1]):
        if box[1, f] - box[0, f] > width:
            widest, width = f, box[1, f] - box[0, f]
    return widest


@kernel
def grow_tree(
    points: Array, order: Array, columns: Array, boxes: Array, starts: Array, stops: Array, features: Array, cuts: Array
) -> None:
    """Part the points until the leaves are reached, depth first; see Tree for the shapes.

    points (n, d): overwritten, in another order. All else: overwritten.
    """
    inner, d = features.shape[0], points.shape[1]
    stack, sample, top = np.empty(64, dtype=np.int64), np.empty(SAMPLE), 0
    starts[0], stops[0], stack[0] = 0, points.shape[0], 0
    while top >= 0:
        node = stack[top]
        top -= 1
        start, stop = starts[node], stops[node]
        f = bound_box(points, start, stop, boxes[node])
        if node >= inner:
            for i in range(start, stop):
                for g in range(d):
                    columns[start * d + g * (stop - start) + i - start] = points[i, g]
            continue
        features[node] = f
        cuts[node] = part_at_median(points, order, f, start, stop, sample)
        middle = (start + stop) // 2
        starts[2 * node + 1], stops[2 * node + 1] = start, middle
        starts[2 * node + 2], stops[2 * node + 2] = middle, stop
        stack[top + 1], stack[top + 2] = 2 * node + 2, 2 * node + 1
        top += 2


def build_tree(reference: Reference, leaf_size: int) -> Tree:
    """Return the rows of the reference as a tree whose leaves hold at most `leaf_size` of them.

    The metric must be one of TREE_METRICS.
    """
    n, d = reference.points.shape
    leaves = 1
    while -(-n // leaves) > leaf_size:
        leaves *= 2
    nodes = 2 * leaves - 1
    order, columns, boxes = np.arange(n), np.empty(n * d), np.empty((nodes, 2, d))
    starts, stops = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    features, cuts = np.empty(leaves - 1, dtype=np.int64), np.empty(leaves - 1)
    grow_tree(reference.points.copy(), order, columns, boxes, starts, stops, features, cuts)
    kind = KINDS[FORMULAS[reference.metric][0]]
    return Tree(order, columns, boxes, starts, stops, features, cuts, kind, reference.p)


# ---------------------------------------------------------------------------------------------------------------
# Searching.


@kernel
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
        total += gap**p if kind == 3 else gap
        largest = max(largest, gap)
    if kind == 1:
        return total
    if kind == 2:
        return largest
    if kind == 4 and largest > 0.0:
        total = 0.0
        for f in range(X.shape[1]):
            gap = max(max(boxes[node, 0, f] - X[i, f], X[i, f] - boxes[node, 1, f]), 0.0)
            total += (gap / largest) ** p
        total = largest * total ** (1.0 / p)
    return total * (1.0 - 1e-12)


@kernel
def measure_leaf(X: Array, i: int, columns: Array, start: int, size: int, kind: int, p: float, values: Array) -> None:
    """Work out the formula for row i of X (m, d) and each point of a leaf, feature after feature as in `distances.py`.

    columns (n d,): read, the leaf's from start d on. values (leaf_size,): its first `size` places overwritten.
    """
    d = X.shape[1]
    values[:size] = 0.0
    for f in range(d):
        x, at = X[i, f], (start * d) + f * size
        if kind == 0:
            for j in range(size):
                values[j] += (x - columns[at + j]) * (x - columns[at + j])
        elif kind == 1:
            for j in range(size):
                values[j] += abs(x - columns[at + j])
        elif kind == 3:
            for j in range(size):
                values[j] += abs(x - columns[at + j]) ** p
        else:
            for j in range(size):
                values[j] = max(values[j], abs(x - columns[at + j]))
    if kind == 4:
        for j in range(size):
            total, largest = 0.0, values[j]
            for f in range(d):
                total += (abs(X[i, f] - columns[start * d + f * size + j]) / largest) ** p if largest > 0.0 else 0.0
            values[j] = largest * total ** (1.0 / p) if largest > 0.0 else 0.0


@kernel
def search_tree(X: Array, tree: Tree, heaps: Array, indices: Array) -> None:
    """Fill the heap of each query. X (m, d): read. heaps (m, k), indices (m, k), as of `empty_heaps`: overwritten."""
    order, columns, boxes, starts, stops = tree.order, tree.columns, tree.boxes, tree.starts, tree.stops
    inner, kind, p = tree.features.shape[0], tree.kind, tree.p
    stack, bounds, values = np.empty(64, dtype=np.int64), np.empty(64), np.empty(stops[-1] - starts[-1] + 1)
    for i in range(X.shape[0]):
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


@kernel
def search_squares(X: Array, tree: Tree, heaps: Array, indices: Array) -> None:
    """Do what `search_tree` does for squared Euclidean distances and a small k, with everything in one place.

    Calls and the heap are written out (two and a half times faster): the k best stand sorted, a new one is put in among
    them. X (m, d): read. heaps (m, k), indices (m, k), as of `empty_heaps`: overwritten.
    """
    order, columns, boxes, starts, stops = tree.order, tree.columns, tree.boxes.reshape(-1), tree.starts, tree.stops
    inner, d, k = tree.features.shape[0], X.shape[1], heaps.shape[1]
    stack, bounds, values = np.empty(64, dtype=np.int64), np.empty(64), np.empty(stops[-1] - starts[-1] + 1)
    x, best, rows = np.empty(d), np.empty(k), np.empty(k, dtype=np.int64)
    for i in range(X.shape[0]):
        for f in range(d):
            x[f] = X[i, f]
        for t in range(k):
            best[t], rows[t] = heaps[i, t], indices[i, t]
        worst, top, stack[0], bounds[0] = best[k - 1], 0, 0, 0.0
        while top >= 0:
            node, bound = stack[top], bounds[top]
            top -= 1
            while node < inner and bound <= worst:
                # plainly: bound, other = box_distance(left), box_distance(right)
                node, at, bound, other = 2 * node + 1, (2 * node + 1) * 2 * d, 0.0, 0.0
                for f in range(d):
                    gap = max(max(boxes[at + f] - x[f], x[f] - boxes[at + d + f]), 0.0)
                    bound += gap * gap
                    gap = max(max(boxes[at + 2 * d + f] - x[f], x[f] - boxes[at + 3 * d + f]), 0.0)
                    other += gap * gap
                far = node + 1
                if other < bound:
                    node, far, bound, other = far, node, other, bound
                if other <= worst:
                    top += 1
                    stack[top], bounds[top] = far, other
            if bound > worst:
                continue
            # plainly: measure_leaf(...)
            start, size = starts[node], stops[node] - starts[node]
            for j in range(size):
                values[j] = 0.0
            for f in range(d):
                for j in range(size):
                    values[j] += (x[f] - columns[start * d + f * size + j]) * (x[f] - columns[start * d + f * size + j])
            for j in range(size):
                value, row, t = values[j], order[start + j], k - 1
                if value > worst or (value == worst and row > rows[t]):
                    continue
                # plainly: offer(best, rows, value, row)
                while t > 0 and (best[t - 1] > value or (best[t - 1] == value and rows[t - 1] > row)):
                    best[t], rows[t] = best[t - 1], rows[t - 1]
                    t -= 1
                best[t], rows[t] = value, row
                worst = best[k - 1]
        for t in range(k):
            heaps[i, t], indices[i, t] = best[t], rows[t]


@kernel
def order_by_leaf(X: Array, features: Array, cuts: Array, turn: Array) -> None:
    """Sort rows by the leaf they fall into, by counting.

    X (m, d), features (inner,), cuts (inner,): read. turn (m,): overwritten with the rows in order.
    """
    inner = features.shape[0]
    leaves, firsts = np.empty(X.shape[0], dtype=np.int64), np.zeros(inner + 2, dtype=np.int64)
    for i in range(X.shape[0]):
        node = 0
        while node < inner:
            node = 2 * node + 1 if X[i, features[node]] < cuts[node] else 2 * node + 2
        leaves[i] = node - inner
        firsts[leaves[i] + 1] += 1
    for j in range(inner + 1):
        firsts[j + 1] += firsts[j]
    for i in range(X.shape[0]):
        turn[firsts[leaves[i]]] = i
        firsts[leaves[i]] += 1


def in_order_of_leaves(X: FloatArray, tree: Tree) -> IntArray:
    """Return the rows of X (m, d) in the order of the leaves they fall into, shape (m,)."""
    turn = np.empty(len(X), dtype=np.int64)
    order_by_leaf(X, tree.features, tree.cuts, turn)
    return turn


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
    turn = in_order_of_leaves(queries, tree)
    distances, indices = np.empty((len(X), k)), np.empty((len(X), k), dtype=np.int64)

    def search_rows(rows: slice) -> None:
        heaps = empty_heaps(rows.stop - rows.start, k, len(reference.points))
        if tree.kind == 0 and k <= FEW:
            search_squares(queries[turn[rows]], tree, *heaps)
        else:
            search_tree(queries[turn[rows]], tree, *heaps)
        with np.errstate(over="ignore", invalid="ignore"):
            distances[turn[rows]], indices[turn[rows]] = finish_distances(heaps[0], reference), heaps[1]

    map_chunks(search_rows, chunks(len(X), TOGETHER), n_jobs)
    if not np.isfinite(distances).all():
        raise ValueError(
            f"X holds {np.abs(X).max():.3g}, so a {reference.metric} distance is too large for float64; scale the "
            "features down."
        )
    return distances, indices
