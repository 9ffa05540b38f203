"""Growing a k-d tree: choose a side, find its median, bring the lower half to the front; then both halves likewise.

Idea
    Rows are moved, not indices of rows: what is near in space comes to be near in memory. Once a branch fits the cache,
    `kd_tree_branch.py` grows it, where moving indices takes less time. To find a median nothing need be sorted. Part
    the rows at a value that is likely to be near it, and go on with the side that it is on.
Maths
    The value is that of the right rank in a sample of up to SAMPLE rows: off the median by about n / (2 sqrt(SAMPLE))
    rows, 3 % of n. Rows that are on the wrong side of it are listed block by block from both ends before any is
    moved, and listing needs no jump: ``count += row is wrong``. A processor guesses jumps ahead, and here every second
    guess would be wrong, which costs more than all else.
Cost
    n log(n / leaf_size) moves of rows.
Differences
    The median is that of rank (start + stop) // 2; of rows that equal it, some are left and some are right of the cut.
References
    Floyd, Rivest, Expected time bounds for selection, CACM 18 (1975) 165-172 (a pivot from a sample).
    Edelkamp, Weiss, BlockQuicksort, ESA 2016 (listing before moving).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray
from .kd_tree_branch import grow_branch

SAMPLE = 256  # values of which the pivot is chosen, at most
BLOCK = 64  # rows that are looked at before any is moved


class Tree(NamedTuple):
    """Points in a tree; node 0 is the root, and the last 2^levels nodes are the leaves."""

    # whole numbers are int32 as long as n allows; node a holds order[starts[a] : stops[a]]
    order: Array  # (n,) which row stands where
    columns: FloatArray  # (n d,) the points: those of a leaf together, and in a leaf feature after feature
    boxes: FloatArray  # (nodes, 2, d) the least and the greatest of each node's coordinates
    starts: Array  # (nodes,)
    stops: Array  # (nodes,)
    least: Array  # (nodes,) the least row of each: of equal distances the lowest row is wanted
    features: Array  # (inner nodes,) what each is cut along
    cuts: FloatArray  # (inner nodes,) and where
    kind: int  # the formula, of KINDS
    p: float  # of minkowski


@lean_kernel
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


@lean_kernel
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


@lean_kernel
def swap_rows(points: Array, order: Array, i: int, j: int) -> None:
    """Swap two rows. points (n, d), order (n,): overwritten."""
    for g in range(points.shape[1]):
        points[i, g], points[j, g] = points[j, g], points[i, g]
    order[i], order[j] = order[j], order[i]


@lean_kernel
def part_rows(points: Array, order: Array, f: int, first: int, stop: int, pivot: float, wrong: Array) -> int:
    """Bring those of rows first to stop that are below the pivot in column f to the front; return where they end.

    points (n, d) and order (n,): rows overwritten, in another order. wrong (2, BLOCK): overwritten.
    """
    i, j, size = first, stop, wrong.shape[1]
    lefts = rights = left = right = 0  # how many rows are listed on either side, and where the first of them stands
    while j - i > 2 * size:
        if lefts == 0:
            left = 0
            for t in range(size):
                wrong[0, lefts] = i + t
                lefts += not points[i + t, f] < pivot
        if rights == 0:
            right = 0
            for t in range(size):
                wrong[1, rights] = j - 1 - t
                rights += points[j - 1 - t, f] < pivot
        moved = min(lefts, rights)
        for t in range(moved):
            swap_rows(points, order, wrong[0, left + t], wrong[1, right + t])
        left, right, lefts, rights = left + moved, right + moved, lefts - moved, rights - moved
        i, j = (i + size if lefts == 0 else i), (j - size if rights == 0 else j)
    border = i
    for row in range(i, j):
        below = points[row, f] < pivot
        swap_rows(points, order, row, border)
        border += below
    return border


@lean_kernel
def part_at_median(points: Array, order: Array, f: int, start: int, stop: int, sample: Array, wrong: Array) -> float:
    """Bring the lower half of rows start to stop by column f to the front; return the median.

    points (n, d) and order (n,): rows overwritten, in another order. sample (SAMPLE,), wrong (2, BLOCK): overwritten.
    """
    rank, first, last, pivot, equal = (start + stop) // 2, start, stop - 1, 0.0, False
    while first < last:
        if not equal:
            pivot = choose_pivot(points, f, first, last, rank, sample) if last - first > 8 else points[rank, f]
        border = part_rows(points, order, f, first, last + 1, pivot, wrong)
        if border == first:  # none is below: part off those that equal it, or equal values would never end
            pivot, equal = np.nextafter(pivot, np.inf), True
            continue
        if equal and rank < border:
            break
        equal = False
        if rank < border:
            last = border - 1
        else:
            first = border
    return float(points[rank, f])


@lean_kernel
def bound_box(points: Array, start: int, stop: int, step: int, box: Array) -> int:
    """Find the box around every step-th of rows start to stop; return its widest side.

    points (n, d): read. box (2, d): overwritten.
    """
    widest, width = 0, -1.0
    for f in range(points.shape[1]):
        box[0, f] = box[1, f] = points[start, f]
    for i in range(start + step, stop, step):
        for f in range(points.shape[1]):
            box[0, f] = min(box[0, f], points[i, f])
            box[1, f] = max(box[1, f], points[i, f])
    for f in range(points.shape[1]):
        if box[1, f] - box[0, f] > width:
            widest, width = f, box[1, f] - box[0, f]
    return widest


@lean_kernel
def join_nodes(boxes: Array, least: Array, order: Array, starts: Array, stops: Array) -> None:
    """Put around each inner node the box of its two children, and find each node's least row, n if it is empty.

    boxes (nodes, 2, d): overwritten, but the leaves'. least (nodes,): overwritten. order (n,), starts, stops: read.
    """
    inner = boxes.shape[0] // 2
    for leaf in range(inner, boxes.shape[0]):
        least[leaf] = order.shape[0]
        for j in range(starts[leaf], stops[leaf]):
            least[leaf] = min(least[leaf], order[j])
    for node in range(inner - 1, -1, -1):  # children come after their parent
        least[node] = min(least[2 * node + 1], least[2 * node + 2])
        left, right = boxes[2 * node + 1], boxes[2 * node + 2]
        for f in range(boxes.shape[2]):
            boxes[node, 0, f] = min(left[0, f], right[0, f])
            boxes[node, 1, f] = max(left[1, f], right[1, f])


@lean_kernel
def grow_tree(
    points: Array, tree: Tree, stack: Array, sample: Array, wrong: Array, room: Array, numbers: Array, spares: Array
) -> None:
    """Part the points until a branch has room in the cache, depth first; then join the leaves' boxes upwards.

    points (n, d), which are the tree's columns before they are put feature after feature: overwritten. tree, whose
    order is 0, 1, 2, ...: its arrays are overwritten. stack (64,), sample (SAMPLE,), wrong (2, BLOCK), and what
    `grow_branch` takes for branches of up to d m = room.shape[0] numbers, at least a leaf's: overwritten.
    """
    starts, stops, d, top = tree.starts, tree.stops, points.shape[1], 0
    starts[0], stops[0], stack[0] = 0, points.shape[0], 0
    while top >= 0:
        node = stack[top]
        top -= 1
        start: Any = np.int64(starts[node])  # kept as int32, three kernels would compile for both kinds of numbers
        stop: Any = np.int64(stops[node])
        if (stop - start) * d <= room.shape[0]:
            grow_branch(points, tree, node, room, numbers, spares)
            continue
        f = bound_box(points, start, stop, max(1, (stop - start) // SAMPLE), tree.boxes[node])
        tree.features[node] = f
        tree.cuts[node] = part_at_median(points, tree.order, f, start, stop, sample, wrong)
        middle = (start + stop) // 2
        starts[2 * node + 1], stops[2 * node + 1] = start, middle
        starts[2 * node + 2], stops[2 * node + 2] = middle, stop
        stack[top + 1], stack[top + 2] = 2 * node + 2, 2 * node + 1
        top += 2
    join_nodes(tree.boxes, tree.least, tree.order, tree.starts, tree.stops)
