"""Growing a branch of a k-d tree that fits the cache: there numbers of rows are moved, and no row is.

Idea
    A row is d numbers, its own number is one, and in the cache it does not matter where a row lies. So the rows of a
    branch are put down once, column by column; a cut reads one column and puts the rows' numbers in another order. The
    rows themselves move once, to their leaf.
Maths
    The tree is that of `kd_tree_build.py`: node a has the children 2a + 1 and 2a + 2, cut at the value of rank
    size // 2 along the side that is widest (of some rows). How that value is found, see `selection.py`.
Cost
    For each level of the tree some five passes over as many numbers as the branch has rows; a tree of 500 rows takes
    three fifths of the time that moving the rows takes.
Differences
    Of rows that equal the median, those that stand first are left of the cut.
References
    As for `kd_tree_build.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.jit import larger, lean_kernel
from ..core.typing import Array
from .selection import COUNTED, select_between

LOOKED_AT = 32  # rows by which the widest side of a node is chosen, at least; more did not speed up any search


@lean_kernel
def part_numbers(keys: Array, places: Array, start: int, stop: int, median: float, spare: Array) -> None:
    """Bring the numbers of the lower half to the front, both halves in the order they have.

    keys (stop - start,), the values of places start to stop: read. places (m,), spare (m,): overwritten.
    """
    size = stop - start
    equal = size // 2  # how many that equal the median go left
    for t in range(size):
        equal -= keys[t] < median
    left = right = 0
    for t in range(size):
        taken = (keys[t] == median) & (equal > 0)
        equal -= taken
        taken |= keys[t] < median
        place = places[start + t]
        places[start + left] = place
        spare[right] = place
        left += taken
        right += 1 - taken
    for t in range(right):
        places[start + left + t] = spare[t]


@lean_kernel
def widest_side(points: Array, begin: int, places: Array, start: int, stop: int, least: Array, most: Array) -> int:
    """Return the feature in which some of the rows reach farthest.

    points (n, d), whose rows from `begin` on are the branch's, places (m,), which of them start to stop are: read.
    least, most (d,): overwritten.
    """
    step = max(1, (stop - start) // LOOKED_AT)
    for f in range(least.shape[0]):
        least[f] = most[f] = points[begin + places[start], f]
    for t in range(start + step, stop, step):
        row = points[begin + places[t]]
        for f in range(row.shape[0]):
            least[f], most[f] = -larger(-least[f], -row[f]), larger(most[f], row[f])
    widest, width = 0, -1.0
    for f in range(least.shape[0]):
        if most[f] - least[f] > width:
            widest, width = f, most[f] - least[f]
    return widest


@lean_kernel
def settle_leaf(tree: Any, leaf: int, columns: Array, places: Array, rows: Array, begin: int) -> None:
    """Move rows to their leaf, feature after feature, and put the box around them.

    columns (d, m), places (m,), which of the columns stand where, and rows (m,), their numbers, of the branch that
    begins at `begin`: read. tree: what belongs to the leaf is overwritten.
    """
    start: Any = np.int64(tree.starts[leaf])
    stop: Any = np.int64(tree.stops[leaf])
    for t in range(start, stop):
        tree.order[t] = rows[places[t - begin]]
    for f in range(columns.shape[0]):
        at = start * columns.shape[0] + f * (stop - start)
        least = most = columns[f, places[min(start - begin, places.shape[0] - 1)]]  # an empty leaf's is a neighbour's
        for t in range(stop - start):
            x = columns[f, places[start - begin + t]]
            tree.columns[at + t] = x
            least, most = -larger(-least, -x), larger(most, x)
        tree.boxes[leaf, 0, f], tree.boxes[leaf, 1, f] = least, most


@lean_kernel
def grow_branch(points: Array, tree: Any, root: int, room: Array, numbers: Array, spares: Array) -> None:
    """Grow the branch of a node: choose a side, find its median, part the numbers; level by level down to the leaves.

    points (n, d), which may be the tree's columns: the branch's rows read. tree: what belongs to the nodes below the
    root is overwritten, the boxes of inner nodes by what is of no use. room (d m,), numbers (2 m + 2 COUNTED,), spares
    (3, m), for a branch of m rows or fewer: overwritten.
    """
    starts, stops, inner, d = tree.starts, tree.stops, tree.features.shape[0], points.shape[1]
    begin: Any = np.int64(starts[root])  # kept as int32, kernels would compile for both kinds of numbers
    m: Any = np.int64(stops[root]) - begin
    columns, places, spare, rows = room[: d * m].reshape((d, m)), spares[0, :m], spares[1, :m], spares[2, :m]
    sample, keys, values = numbers[:COUNTED], numbers[COUNTED : COUNTED + m], numbers[COUNTED + m :]
    for i in range(m):
        places[i], rows[i] = i, tree.order[begin + i]
        for f in range(d):
            columns[f, i] = points[begin + i, f]
    first, nodes = root, 1
    while first < inner:
        for node in range(first, first + nodes):
            start: Any = np.int64(starts[node]) - begin
            stop: Any = np.int64(stops[node]) - begin
            half = (stop - start) // 2
            f = widest_side(points, begin, places, start, stop, tree.boxes[node, 0], tree.boxes[node, 1])
            for t in range(stop - start):
                keys[t] = values[t] = columns[f, places[start + t]]
            median = select_between(values, stop - start, half, sample)
            part_numbers(keys, places, start, stop, median, spare)
            tree.features[node], tree.cuts[node] = f, median
            starts[2 * node + 1], stops[2 * node + 1] = starts[node], starts[node] + half
            starts[2 * node + 2], stops[2 * node + 2] = starts[node] + half, stops[node]
        first, nodes = 2 * first + 1, 2 * nodes
    for leaf in range(first, first + nodes):
        settle_leaf(tree, leaf, columns, places, rows, begin)
