"""Merges along edges: always contract the shortest edge of a graph, for clustering with connectivity.

Idea
    Only neighbours may merge, and the merged cluster inherits the neighbours of both. So keep, for each cluster, a list
    of its neighbours and distances, and all edges in a heap with the shortest on top. Edges to clusters that have
    been merged since are recognised when they come up, and passed over. For single linkage the merges are the edges of
    the minimum spanning tree (Kruskal).
Maths
    A neighbour of x and of y: complete max(d_xz, d_yz), average (n_x d_xz + n_y d_yz) / (n_x + n_y); of one only: its
    own distance. ward: n_x n_z / (n_x + n_z) ||c_x - c_z||^2, height sqrt(2 d).
Cost
    O(e log e) for e edges where neighbourhoods stay small, as on grids; at worst, n^2 log n.
Differences
    scikit-learn's merges, order of equal edges included: its heap compares lengths only (ward: then the clusters), so
    the heap here moves edges as Python's `heapq` does.
References
    Murtagh, A survey of algorithms for contiguity-constrained clustering and related problems, Computer Journal 28
    (1985) 82-88. Kruskal, On the shortest spanning subtree of a graph, Proc. AMS 7 (1956) 48-50.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray
from .connectivity import Edges
from .lance_williams import CODES, joined_distance
from .linkage import safe_exponent
from .merges import Step, in_stretches, root_of

WARD = CODES["ward"]


class Heap(NamedTuple):
    """Edges, the shortest on top."""

    lengths: FloatArray  # (room,)
    ends: IntArray  # (room, 2) the younger cluster first


class Lists(NamedTuple):
    """The neighbours of each cluster, as linked lists of items in common arrays, the youngest neighbour first."""

    heads: IntArray  # (2 n - 1,) the first item of each cluster's list, -1 for none
    following: IntArray  # (room,) the next item, -1 for none
    to: IntArray  # (room,) the neighbour, which may have been merged since
    away: FloatArray  # (room,) its distance


class Clusters(NamedTuple):
    """All clusters: rows 0 ... n - 1, then merges."""

    sizes: FloatArray  # (2 n - 1,) 0 for those that have been merged or are not there yet
    sums: FloatArray  # (2 n - 1, d) of their rows; (0, 0) where not needed
    names: IntArray  # (2 n - 1,) a row of each


# ---------------------------------------------------------------------------------------------------------------
# The heap, moved as Python's heapq moves it.


@kernel
def shorter(p: int, q: int, heap: Heap, by_ends: bool) -> bool:
    """Say whether edge p of the heap comes before edge q; on ties by its ends, if `by_ends`. heap: read."""
    lengths, ends = heap
    if lengths[p] != lengths[q] or not by_ends:
        return bool(lengths[p] < lengths[q])
    return bool(ends[p, 0] < ends[q, 0] or (ends[p, 0] == ends[q, 0] and ends[p, 1] < ends[q, 1]))


@kernel
def swap_edges(p: int, q: int, heap: Heap) -> None:
    """Swap two edges of the heap, which is overwritten."""
    lengths, ends = heap
    lengths[p], lengths[q] = lengths[q], lengths[p]
    ends[p, 0], ends[q, 0] = ends[q, 0], ends[p, 0]
    ends[p, 1], ends[q, 1] = ends[q, 1], ends[p, 1]


@kernel
def rise(p: int, top: int, heap: Heap, by_ends: bool) -> None:
    """Move edge p up, not above place `top`, until its parent is no longer. heap: overwritten."""
    while p > top and shorter(p, (p - 1) // 2, heap, by_ends):
        swap_edges(p, (p - 1) // 2, heap)
        p = (p - 1) // 2


@kernel
def sink(p: int, count: int, heap: Heap, by_ends: bool) -> None:
    """Move edge p down to a leaf, its shorter child up each time, and then up to its place. heap: overwritten."""
    top = p
    while 2 * p + 1 < count:
        child = 2 * p + 1
        if child + 1 < count and not shorter(child, child + 1, heap, by_ends):
            child += 1
        swap_edges(p, child, heap)
        p = child
    rise(p, top, heap, by_ends)


@kernel
def make_heap(count: int, heap: Heap, by_ends: bool) -> None:
    """Put `count` edges in the order of a heap. heap: overwritten."""
    for p in range(count // 2 - 1, -1, -1):
        sink(p, count, heap, by_ends)


@kernel
def pop_edge(count: int, heap: Heap, by_ends: bool) -> None:
    """Move the first of `count` edges to their end, the others being a heap again. heap: overwritten."""
    swap_edges(0, count - 1, heap)
    sink(0, count - 1, heap, by_ends)


# ---------------------------------------------------------------------------------------------------------------
# The graph.


@kernel
def ward_along(a: int, b: int, sizes: Array, sums: Array) -> float:
    """Return half the square of Ward's distance between two clusters. sizes (m,), sums (m, d): read."""
    total = 0.0
    for f in range(sums.shape[1]):
        difference = sums[a, f] / sizes[a] - sums[b, f] / sizes[b]
        total += difference * difference
    return float(total * (sizes[a] * sizes[b] / (sizes[a] + sizes[b])))


@kernel
def next_alive(item: int, i: int, j: int, following: Array, to: Array, sizes: Array) -> int:
    """Return the first item from `item` on whose cluster is there and neither i nor j, -1 for none. Arrays: read."""
    while item >= 0 and (sizes[to[item]] == 0.0 or to[item] == i or to[item] == j):
        item = following[item]
    return item


@kernel
def gather_neighbours(i: int, j: int, lists: Lists, sizes: Array, method: int, found: Array, known: Array) -> int:
    """Merge the lists of i and j, both descending; return how many neighbours there are.

    lists, sizes (2 n - 1,): read. method: as in CODES. found (n,), neighbours in descending order, known (n,), their
    distances from i and j joined: overwritten.
    """
    heads, following, to, away = lists
    count = 0
    p = next_alive(heads[i], i, j, following, to, sizes)
    q = next_alive(heads[j], i, j, following, to, sizes)
    while p >= 0 or q >= 0:
        z = max(to[p] if p >= 0 else -1, to[q] if q >= 0 else -1)
        of_i, of_j = p >= 0 and to[p] == z, q >= 0 and to[q] == z
        found[count], known[count] = z, away[p] if of_i else away[q]
        if of_i and of_j and method != WARD:
            known[count] = joined_distance(method, away[p], away[q], 0.0, (sizes[i], sizes[j], sizes[z]))
        if of_i:
            p = next_alive(following[p], i, j, following, to, sizes)
        if of_j:
            q = next_alive(following[q], i, j, following, to, sizes)
        count += 1
    return count


@kernel
def add_item(node: int, z: int, distance: float, item: int, lists: Lists) -> None:
    """Put z at the head of a node's list of neighbours. lists: element `item` and the head overwritten."""
    heads, following, to, away = lists
    following[item], to[item], away[item] = heads[node], z, distance
    heads[node] = item


@kernel
def contract_edges(
    first: int, last: int, heap: Heap, lists: Lists, clusters: Clusters, counts: Array, method: int, merges: Array
) -> int:
    """Make the merges first ... last - 1, or fewer if there is no room; return the number of the next.

    heap, lists, clusters: overwritten. counts (2,), edges in the heap and items in the lists: overwritten. method: as
    in CODES. merges (n - 1, 3): rows first to last overwritten.
    """
    lengths, ends = heap
    sizes, sums, names = clusters
    n, ward = merges.shape[0] + 1, method == WARD
    found, known = np.empty(n, dtype=np.int64), np.empty(n)
    for t in range(first, last):
        k = n + t
        if counts[0] + n - t > lengths.shape[0] or counts[1] + 2 * (n - t) > lists[1].shape[0]:
            return t
        while sizes[ends[0, 0]] == 0.0 or sizes[ends[0, 1]] == 0.0:
            pop_edge(counts[0], heap, ward)
            counts[0] -= 1
        pop_edge(counts[0], heap, ward)
        counts[0] -= 1
        i, j, length = ends[counts[0], 0], ends[counts[0], 1], lengths[counts[0]]
        merges[t, 0], merges[t, 1], merges[t, 2] = names[i], names[j], sqrt(2.0 * length) if ward else length
        count = gather_neighbours(i, j, lists, sizes, method, found, known)
        names[k], sizes[k] = names[i], sizes[i] + sizes[j]
        for f in range(sums.shape[1]):
            sums[k, f] = sums[i, f] + sums[j, f]
        sizes[i], sizes[j] = 0.0, 0.0
        for s in range(count - 1, -1, -1):
            z = found[s]
            distance = ward_along(k, z, sizes, sums) if ward else known[s]
            add_item(k, z, distance, counts[1], lists)
            add_item(z, k, distance, counts[1] + 1, lists)
            lengths[counts[0]], ends[counts[0], 0], ends[counts[0], 1] = distance, k, z
            rise(counts[0], 0, heap, ward)
            counts[0] += 1
            counts[1] += 2
    return last


@kernel
def measure_ward(rows: Array, columns: Array, sizes: Array, sums: Array, lengths: Array) -> None:
    """Measure `ward_along` each edge. rows, columns (e,), sizes, sums: read. lengths (e,): overwritten."""
    for e in range(rows.shape[0]):
        lengths[e] = ward_along(rows[e], columns[e], sizes, sums)


@kernel
def span(rows: Array, columns: Array, order: Array, parents: Array, chosen: Array) -> None:
    """Choose the edges of a minimum spanning tree by Kruskal's algorithm.

    rows, columns (e,), order (e,), from the shortest edge to the longest: read. parents (n,), all -1: scratch. chosen
    (e,): overwritten.
    """
    for e in order:
        a, b = root_of(parents, rows[e]), root_of(parents, columns[e])
        chosen[e] = a != b
        if a != b:
            parents[a] = b


# ---------------------------------------------------------------------------------------------------------------
# The loops


def doubled(values: Array) -> Array:
    """Return the values with as much room behind them again."""
    return np.concatenate([values, np.empty_like(values)])


def contract(edges: Edges, lengths: FloatArray, X: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges of the rows X (n, d) along edges (2 e,), and of the tree; not for single.

    lengths (2 e,) of the edges; for ward they are measured here.
    """
    n, ward, code = len(X), method == "ward", CODES[method]
    exponent = safe_exponent(X) if ward else 0
    sums = np.zeros((2 * n - 1, X.shape[1]) if ward else (0, 0))
    sizes, names = np.zeros(2 * n - 1), np.arange(2 * n - 1)
    sizes[:n] = 1.0
    if ward:
        sums[:n] = np.ldexp(X, -exponent)
        lengths = np.empty(len(edges.rows))
        measure_ward(*edges, sizes, sums, lengths)
    clusters = Clusters(sizes, sums, names)
    items, down = len(lengths), edges.columns < edges.rows
    heap = Heap(lengths[down], np.column_stack(edges)[down])
    counts = np.array([items // 2, items])
    make_heap(items // 2, heap, ward)
    starts, heads, following = (
        np.searchsorted(edges.rows, np.arange(n + 1)),
        np.full(2 * n - 1, -1),
        np.arange(items) - 1,
    )
    heads[:n] = np.where(np.diff(starts) > 0, starts[1:] - 1, -1)  # the last item of a row comes first
    following[starts[:-1][np.diff(starts) > 0]] = -1
    lists = Lists(heads, following, edges.columns.copy(), lengths.copy())

    def make(first: int, last: int, merges: FloatArray) -> None:
        nonlocal heap, lists
        begin = first
        while (first := contract_edges(first, last, heap, lists, clusters, counts, code, merges)) < last:
            heap = Heap(*map(doubled, heap))
            lists = Lists(lists.heads, *map(doubled, lists[1:]))
        if exponent:
            merges[begin:last, 2] = np.ldexp(merges[begin:last, 2], exponent)

    return in_stretches(n, make, monotone=False)


def span_edges(edges: Edges, lengths: FloatArray, n: int) -> Iterator[Step]:
    """Return the generator of merges of n rows along edges (2 e,) of the given lengths by single linkage."""
    chosen = np.empty(len(lengths), dtype=bool)
    lengths = np.where(lengths == 0.0, np.finfo(np.float64).eps, lengths)  # as in scikit-learn
    span(*edges, np.argsort(lengths, kind="stable"), np.full(n, -1), chosen)
    found = np.column_stack([*edges, lengths])[chosen]
    found = found[np.argsort(found[:, 2], kind="stable")]
    found[found[:, 2] == np.finfo(np.float64).eps, 2] = 0.0

    def make(first: int, last: int, merges: FloatArray) -> None:
        merges[first:last] = found[first:last]

    return in_stretches(n, make, ascending=False)
