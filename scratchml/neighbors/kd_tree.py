"""One query's way through a k-d tree, box by box: what `scratchml.maths.kd_tree` does, slowly enough to watch.

Idea
    Go to the nearer of two boxes, put the other one aside. In a leaf measure all points. Then take back what was put
    aside last; if it is farther than the worst of the k kept by now, nothing in it can matter: it is pruned.
Maths
    See `scratchml.maths.kd_tree`. The kernels are the same, and so is the answer, bit for bit.
Cost
    As there, and a step for each box.
Differences
    None.
References
    Friedman, Bentley, Finkel, An algorithm for finding best matches in logarithmic expected time, ACM Trans.
    Mathematical Software 3 (1977) 209-226.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..core.typing import FloatArray, IntArray
from ..maths import Reference, Tree
from ..maths.distances import finish_distances, ready_queries
from ..maths.heap import offer, sort_heap
from ..maths.kd_tree import box_distance, measure_leaf
from ..maths.nearest import empty_heaps


class Step(NamedTuple):
    """What is known after a step of a query."""

    name: str  # "descend" (an inner box is opened), "measure" (a leaf), "prune" (a box is passed over) or "done"
    node: int  # of the tree; the root when done
    bound: float  # no point in the box is nearer
    worst: float  # distance of the k-th nearest so far; infinity until k are known
    distances: FloatArray  # (k,) kept so far: a heap, sorted when done
    indices: IntArray  # (k,) of the rows


def search_by_steps(x: FloatArray, reference: Reference, tree: Tree, k: int) -> Iterator[Step]:
    """Yield a Step for each box that one query x (d,) comes to, and one when done."""
    X, inner = ready_queries(x[None, :], reference), len(tree.features)
    heaps, rows = empty_heaps(1, k, len(tree.order))
    heap, indices, kind, p = heaps[0], rows[0], tree.kind, tree.p
    values = np.empty(int(tree.stops[-1] - tree.starts[-1]) + 1)

    def told(name: str, node: int, bound: float) -> Step:
        known = finish_distances(np.array([bound, heap[0], *heap]), reference)
        return Step(name, node, float(known[0]), float(known[1]), known[2:], indices)

    aside = [(0, 0.0)]
    while aside:
        node, bound = aside.pop()
        while node < inner and bound <= heap[0]:
            yield told("descend", node, bound)
            pair = [(box_distance(X, 0, tree.boxes, child, kind, p), child) for child in (2 * node + 1, 2 * node + 2)]
            (bound, node), (other, far) = sorted(pair)
            aside.append((far, other))
        if bound > heap[0]:
            yield told("prune", node, bound)
            continue
        start, size = int(tree.starts[node]), int(tree.stops[node] - tree.starts[node])
        measure_leaf(X, 0, tree.columns, start, size, kind, p, values)
        for j in range(size):
            offer(heap, indices, values[j], int(tree.order[start + j]))
        yield told("measure", node, bound)
    sort_heap(heap, indices)
    final = finish_distances(heap.copy(), reference)
    yield Step("done", 0, 0.0, float(final[-1]), final, indices)
