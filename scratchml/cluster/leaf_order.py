"""Leaf order: turn the brackets of a tree so that rows beside each other are as close as they can be.

Idea
    A tree does not say which part of a merge goes left: n - 1 brackets, 2^(n - 1) orders. The best one is found from
    the bottom up. For each cluster and each pair of rows that could be its ends, keep the least sum of the distances
    between neighbours; a merge puts the ends of two parts together in the best way.
Maths
    best(u, w) = min over m, k of best(u, m) + d(m, k) + best(k, w), with u and m the ends of the one part, k and w
    those of the other. m is in the part of the part that u is not in, and k likewise. As u and w say which cluster is
    meant, the first that holds both, one matrix holds all. The minimum over m is taken first, for each u and k.
Cost
    At most n^3 / 2 additions, and two matrices of n^2 numbers.
Differences
    SciPy's function of this name finds the least sum and often returns an order that does not have it (its issue
    11227; so in SciPy 1.17). Where several orders have the least, any of them is returned.
References
    Bar-Joseph, Gifford, Jaakkola, Fast optimal leaf ordering for hierarchical clustering, Bioinformatics 17 (2001)
    S22-S29.
"""

from __future__ import annotations

import numpy as np

from ..core import check_array
from ..core.jit import kernel
from ..core.rules import check_rules, one_of
from ..core.typing import Array, FloatArray, MatrixLike
from ..maths import METRICS, all_distances, prepare
from .dendrogram import check_tree, walk
from .linkage import square_form

# Rows are called by their places in the tree as it is given; a cluster is a stretch of places, its left part first.


@kernel
def other_part(v: int, place: int, Z: Array, start: Array, size: Array) -> tuple[int, int]:
    """Return the stretch of the part of cluster v that a place is not in; of a single row, itself. All arrays: read."""
    n = Z.shape[0] + 1
    if v < n:
        return start[v], start[v] + 1
    a, b = int(Z[v - n, 0]), int(Z[v - n, 1])
    other = a if place >= start[b] else b
    return start[other], start[other] + size[other]


@kernel
def extend_ends(p: int, a: int, b: int, Z: Array, places: tuple[Array, Array], D: Array, best: Array) -> None:
    """Find best(p, w) for an end p in cluster a and every w in cluster b, when a stands left of b.

    Z, places: start and size of each cluster's stretch, D (n, n) by places: read. best (n, n): rows of b read, those
    numbers of row p overwritten, and of column p.
    """
    start, size = places
    n, first, last = D.shape[0], start[b], start[b] + size[b]
    joined = np.full(last - first, np.inf)  # over the places k of b
    begin, end = other_part(a, p, Z, start, size)
    for m in range(begin, end):
        known = best[p, m]
        for k in range(first, last):
            joined[k - first] = min(joined[k - first], known + D[m, k])
    if b < n:
        best[p, first] = joined[0]
    else:
        best[p, first:last] = np.inf
        for k in range(first, last):
            left, right = other_part(b, k, Z, start, size)
            for w in range(left, right):
                best[p, w] = min(best[p, w], joined[k - first] + best[k, w])
    for w in range(first, last):
        best[w, p] = best[p, w]


@kernel
def find_best(Z: Array, start: Array, size: Array, D: Array, best: Array) -> None:
    """Fill best (n, n), 0 on its diagonal, from the lowest merge up. Z, start, size, D: read."""
    n = D.shape[0]
    for t in range(n - 1):
        a, b = int(Z[t, 0]), int(Z[t, 1])
        for p in range(start[a], start[a] + size[a]):
            extend_ends(p, a, b, Z, (start, size), D, best)


@kernel
def meeting_ends(
    u: int, w: int, left: tuple[int, int], right: tuple[int, int], D: Array, best: Array
) -> tuple[int, int]:
    """Return the inner ends m, k that best(u, w) was found with. left, right: where to look. D, best: read."""
    least, m, k = np.inf, left[0], right[0]
    for i in range(left[0], left[1]):
        for j in range(right[0], right[1]):
            total = best[u, i] + D[i, j] + best[j, w]
            if total < least:
                least, m, k = total, i, j
    return m, k


@kernel
def turn_brackets(Z: Array, start: Array, size: Array, D: Array, best: Array, turned: Array) -> None:
    """Say which merges have to change sides. Z, start, size, D, best: read. turned (n - 1,): overwritten."""
    n = D.shape[0]
    turned[:] = False
    stack, waiting = np.empty((n, 3), dtype=np.int64), 1
    a, b = int(Z[n - 2, 0]), int(Z[n - 2, 1])
    ends, least = (start[a], start[b]), np.inf
    for u in range(start[a], start[a] + size[a]):
        for w in range(start[b], start[b] + size[b]):
            if best[u, w] < least:
                least, ends = best[u, w], (u, w)
    stack[0, 0], stack[0, 1], stack[0, 2] = 2 * n - 2, ends[0], ends[1]
    while waiting > 0:
        waiting -= 1
        v, u, w = stack[waiting]
        if v < n:
            continue
        a, b = int(Z[v - n, 0]), int(Z[v - n, 1])
        if u >= start[b]:
            turned[v - n] = True
            a, b = b, a
        m, k = meeting_ends(u, w, other_part(a, u, Z, start, size), other_part(b, w, Z, start, size), D, best)
        stack[waiting, 0], stack[waiting, 1], stack[waiting, 2] = a, u, m
        stack[waiting + 1, 0], stack[waiting + 1, 1], stack[waiting + 1, 2] = b, k, w
        waiting += 2


def turn_tree(Z: FloatArray, D: FloatArray) -> FloatArray:
    """Return the tree Z (n - 1, 4) with its best order of leaves; D (n, n): the distances of the rows."""
    places = walk(Z)
    by_place = np.ascontiguousarray(D[np.ix_(places.leaves, places.leaves)])
    best, turned = np.zeros_like(by_place), np.empty(len(Z), dtype=bool)
    find_best(Z, places.start, places.size, by_place, best)
    turn_brackets(Z, places.start, places.size, by_place, best, turned)
    found = Z.copy()
    found[turned, :2] = Z[turned, 1::-1]
    return found


def optimal_leaf_ordering(Z: MatrixLike, y: MatrixLike, metric: str = "euclidean") -> FloatArray:
    """Return the tree Z turned so that the distances between rows beside each other have the least sum.

    Parameters
    ----------
    Z : linkage matrix (n - 1, 4)
    y : the rows, shape (n, d), or their distances by pairs, shape (n (n - 1) / 2,)
    metric : distance between rows; not used where y holds distances

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix, or y does not have n rows, or all their distances.

    >>> optimal_leaf_ordering([[0, 1, 1.0, 2], [2, 3, 4.0, 3]], [[1.0], [2.0], [6.0]])[:, :2].tolist()
    [[1.0, 0.0], [2.0, 3.0]]
    """
    check_rules("optimal_leaf_ordering", {"metric": one_of(*METRICS)}, {"metric": metric})
    tree = check_tree(Z)
    given: FloatArray = check_array(y, name="y", ensure_2d=False)
    with np.errstate(over="ignore"):
        D = square_form(given) if given.ndim == 1 else all_distances(given, prepare(given, metric), same=True)
    if len(D) != len(tree) + 1:
        raise ValueError(f"y has {len(D)} rows, but Z {len(tree) + 1}; give the rows that Z was made of.")
    if not np.isfinite(D).all():
        raise ValueError("The distances overflow float64; divide y by a constant first.")
    return turn_tree(tree, D)
