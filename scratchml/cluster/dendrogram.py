"""What a tree of merges tells: the order of its leaves, cophenetic distances, cuts, and where to draw its brackets.

Idea
    Listed from left to right, the rows of every cluster lie side by side. So one walk over the tree, which notes where
    each cluster's stretch begins, answers everything else by slices.
Maths
    cophenetic distance of two rows: the height of the merge that brings them together.
    A cut at t leaves the clusters whose merges are all at t or below; top[v] is the highest merge within cluster v.
    Bracket of a merge: from the middle of its left part up to its height, over to the right part's, and down again.
Cost
    O(n), and n^2 / 2 numbers for all cophenetic distances.
Differences
    SciPy's functions of the same names return the same, with these exceptions: `fcluster` has no default criterion
    and knows "distance" and "maxclust" only; `dendrogram` draws nothing (`viz.plot_dendrogram` does).
References
    Sokal, Rohlf, The comparison of dendrograms by objective methods, Taxon 11 (1962) 33-40.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core import check_array
from ..core.jit import kernel
from ..core.rules import check_rules, integer, one_of, real
from ..core.typing import Array, FloatArray, IntArray, MatrixLike


class Walk(NamedTuple):
    """The tree from left to right. Clusters are numbered as in Z: rows first, then merges."""

    leaves: IntArray  # (n,) the rows from left to right
    start: IntArray  # (2 n - 1,) where in `leaves` each cluster's stretch begins
    size: IntArray  # (2 n - 1,) how long it is
    finished: IntArray  # (n - 1,) the merges, each after both of its parts


@kernel
def walk_tree(Z: Array, stack: Array, leaves: Array, start: Array, size: Array, finished: Array) -> None:
    """Walk over a tree from right to left, filling arrays from their ends. Z (n - 1, 4): read.

    stack (n,): scratch. leaves (n,), start (2 n - 1,), size (2 n - 1,), finished (n - 1,): overwritten.
    """
    n = Z.shape[0] + 1
    for v in range(2 * n - 1):
        size[v] = 1 if v < n else size[int(Z[v - n, 0])] + size[int(Z[v - n, 1])]
    stack[0], waiting = 2 * n - 2, 1
    place, done = n, n - 1
    while waiting > 0:
        waiting -= 1
        v = stack[waiting]
        if v < n:
            place -= 1
            leaves[place], start[v] = v, place
        else:
            start[v] = place - size[v]
            done -= 1
            finished[done] = v - n
            stack[waiting], stack[waiting + 1] = int(Z[v - n, 0]), int(Z[v - n, 1])  # the right part comes off first
            waiting += 2


@kernel
def fill_cophenetic(Z: Array, leaves: Array, start: Array, found: Array) -> None:
    """Write for every pair the height of the merge that brings it together, row by row.

    Z (n - 1, 4), leaves (n,), start (2 n - 1,): read. found (n (n - 1) / 2,), in SciPy's order: overwritten.
    """
    n = leaves.shape[0]
    place = np.empty(n, np.int64)  # of each row among the leaves
    gap = np.empty(n - 1, np.int64)  # the merge that closes the gap between each leaf and the next
    height = np.empty(n)  # at which each leaf joins row i
    for p in range(n):
        place[leaves[p]] = p
    for t in range(n - 1):
        gap[start[int(Z[t, 1])] - 1] = t
    e = 0
    for i in range(n - 1):
        # plainly: a merge comes after its parts, so leaves p < q are brought together by the last of gap[p : q]
        last = 0
        for q in range(place[i] + 1, n):
            last = max(last, gap[q - 1])
            height[q] = Z[last, 2]
        last = 0
        for q in range(place[i] - 1, -1, -1):
            last = max(last, gap[q])
            height[q] = Z[last, 2]
        for j in range(i + 1, n):
            found[e] = height[place[j]]
            e += 1


@kernel
def highest_merges(Z: Array, top: Array) -> None:
    """Find the highest merge within each merged cluster. Z (n - 1, 4): read. top (n - 1,): overwritten."""
    n = Z.shape[0] + 1
    for t in range(n - 1):
        top[t] = Z[t, 2]
        for side in range(2):
            part = int(Z[t, side]) - n
            if part >= 0 and top[part] > top[t]:
                top[t] = top[part]


@kernel
def cut_tree(Z: Array, top: Array, finished: Array, height: float, parents: Array, labels: Array) -> None:
    """Number the clusters left by a cut from 1 on, in SciPy's order.

    Z (n - 1, 4), top (n - 1,), finished (n - 1,): read. parents (2 n - 1,): scratch. labels (2 n - 1,): overwritten.
    """
    n, count = Z.shape[0] + 1, 0
    labels[:] = 0
    parents[2 * n - 2] = -1
    for t in range(n - 1):
        parents[int(Z[t, 0])] = t
        parents[int(Z[t, 1])] = t
    for k in range(n - 1):
        t = finished[k]
        whole = top[t] <= height
        if whole and (parents[n + t] < 0 or top[parents[n + t]] > height):
            count += 1
            labels[n + t] = count
        for side in range(2):
            if not whole and Z[t, side] < n:
                count += 1
                labels[int(Z[t, side])] = count
    for t in range(n - 2, -1, -1):  # a part belongs to the cluster of the whole
        if labels[n + t] > 0:
            labels[int(Z[t, 0])] = labels[n + t]
            labels[int(Z[t, 1])] = labels[n + t]


def check_tree(Z: MatrixLike) -> FloatArray:
    """Return a linkage matrix as an array (n - 1, 4).

    Raises
    ------
    TypeError, ValueError
        If it is none: a wrong shape, a cluster that is not there yet or used twice, a wrong size.
    """
    found: FloatArray = check_array(Z, name="Z")
    if found.shape[1] != 4:
        raise ValueError(f"Z has shape {found.shape}; give the matrix (n - 1, 4) that linkage returns.")
    n = len(found) + 1
    parts = found[:, :2]
    allowed = n + np.arange(n - 1)[:, None]
    if (parts != np.floor(parts)).any() or (parts < 0).any() or (parts >= allowed).any():
        raise ValueError("Z joins a cluster that is not made yet; row t may name the clusters 0 ... n + t - 1 only.")
    if (np.bincount(parts.ravel().astype(np.int64), minlength=2 * n - 1)[:-1] != 1).any():
        raise ValueError("Z joins a cluster twice; give the matrix that linkage returns.")
    if (found[:, 2] < 0).any():
        raise ValueError(f"Z holds the height {found[:, 2].min()}; heights are distances and must be 0 or more.")
    return found


def walk(Z: FloatArray) -> Walk:
    """Return the tree Z (n - 1, 4), which has been checked, from left to right."""
    n = len(Z) + 1
    sizes = [n, 2 * n - 1, 2 * n - 1, n - 1]
    found = Walk(*(np.empty(size, dtype=np.int64) for size in sizes))
    walk_tree(Z, np.empty(n + 1, dtype=np.int64), *found)
    return found


def leaves_list(Z: MatrixLike) -> IntArray:
    """Return the rows in the order in which they stand under the dendrogram of Z, shape (n,).

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix.

    >>> leaves_list([[1, 2, 1.0, 2], [0, 3, 4.0, 3]]).tolist()
    [0, 1, 2]
    """
    return walk(check_tree(Z)).leaves


def cophenet(Z: MatrixLike, Y: MatrixLike | None = None) -> Any:
    """Return the height at which each two rows come together, shape (n (n - 1) / 2,), in SciPy's order of pairs.

    With the distances `Y` of the rows, in the same order, return first their correlation with these heights: how
    faithful the tree is. NaN where all distances, or all heights, are the same.

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix, or Y has not n (n - 1) / 2 numbers.

    >>> cophenet([[1, 2, 1.0, 2], [0, 3, 4.0, 3]]).tolist()
    [4.0, 4.0, 1.0]
    """
    tree = check_tree(Z)
    n = len(tree) + 1
    places, found = walk(tree), np.empty(n * (n - 1) // 2)
    fill_cophenetic(tree, places.leaves, places.start, found)
    if Y is None:
        return found
    given = check_array(Y, name="Y", ensure_2d=False)
    if given.shape != found.shape:
        raise ValueError(f"Y has shape {given.shape}; for the {n} rows of Z give {found.shape}, one for each pair.")
    a, b = given - given.mean(), found - found.mean()
    scale = np.sqrt((a @ a) * (b @ b))
    return (float(a @ b / scale) if scale > 0 else np.nan), found


def fcluster(Z: MatrixLike, t: float, criterion: str) -> IntArray:
    """Cut a tree into flat clusters; return the cluster of each row, shape (n,), numbered from 1 from left to right.

    Parameters
    ----------
    Z : linkage matrix (n - 1, 4)
    t : for "distance", the height of the cut: merges at t or below stay together; for "maxclust", the number of
        clusters wanted; where equal heights forbid it, there will be fewer
    criterion : "distance" or "maxclust"

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix, or `t` or `criterion` is not of these.

    >>> Z = [[1, 2, 1.0, 2], [0, 3, 4.0, 3]]
    >>> fcluster(Z, 2.0, "distance").tolist(), fcluster(Z, 1, "maxclust").tolist()
    ([2, 1, 1], [1, 1, 1])
    """
    check_rules("fcluster", {"criterion": one_of("distance", "maxclust")}, {"criterion": criterion})
    if criterion == "maxclust" and isinstance(t, (float, np.floating)) and float(t).is_integer():
        t = int(t)  # SciPy's users write 3.0, too
    check_rules("fcluster", {"t": real(0.0) if criterion == "distance" else integer(1)}, {"t": t})
    tree = check_tree(Z)
    n = len(tree) + 1
    if criterion == "maxclust" and t >= n:
        return np.arange(1, n + 1)  # every row alone, and then SciPy numbers them as they come
    finished = walk(tree).finished  # first of all: its other arrays are free by the time these are wanted
    top, labels = np.empty(n - 1), np.empty(2 * n - 1, dtype=np.int64)
    highest_merges(tree, top)
    if criterion == "distance":
        height = float(t)
    else:  # all merges but the t - 1 highest
        height = float(np.sort(top)[n - 1 - int(t)])
    cut_tree(tree, top, finished, height, np.empty_like(labels), labels)
    return labels[:n].copy()


def dendrogram(Z: MatrixLike, labels: Any = None) -> dict[str, list[Any]]:
    """Return where to draw the brackets of a tree.

    Parameters
    ----------
    Z : linkage matrix (n - 1, 4)
    labels : n names for the rows, or None for their numbers

    Returns
    -------
    dict
        icoord, dcoord : n - 1 lists of 4 places each: along the leaves, which stand at 5, 15, 25, ..., and in height
        leaves : the rows from left to right; ivl : their names

    Raises
    ------
    TypeError, ValueError
        If Z is no linkage matrix, or there are not n labels.

    >>> found = dendrogram([[1, 2, 1.0, 2], [0, 3, 4.0, 3]])
    >>> found["icoord"][0], found["dcoord"][1]
    ([15.0, 15.0, 25.0, 25.0], [0.0, 4.0, 4.0, 1.0])
    """
    tree = check_tree(Z)
    n = len(tree) + 1
    if labels is not None and len(labels) != n:
        raise ValueError(f"labels has {len(labels)} names for the {n} rows of Z; give one for each.")
    places = walk(tree)
    x, top = np.empty(2 * n - 1), np.concatenate([np.zeros(n), tree[:, 2]])
    x[places.leaves] = 5.0 + 10.0 * np.arange(n)
    parts = tree[:, :2].astype(np.int64)
    for t in range(n - 1):
        x[n + t] = 0.5 * (x[parts[t, 0]] + x[parts[t, 1]])
    left, right = parts[places.finished].T
    height = tree[places.finished, 2]
    leaves = places.leaves.tolist()
    return {
        "icoord": np.stack([x[left], x[left], x[right], x[right]], axis=1).tolist(),
        "dcoord": np.stack([top[left], height, height, top[right]], axis=1).tolist(),
        "ivl": [str(i) if labels is None else labels[i] for i in leaves],
        "leaves": leaves,
    }
