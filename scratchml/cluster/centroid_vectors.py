"""Centroid and median linkage on the points themselves: merges in order, without a matrix of distances.

Idea
    Each cluster is a centre: the mean of its rows, or for median linkage the midpoint of its parts' centres. Each
    remembers its nearest among those behind it. A merge moves one centre and removes another, so what is remembered may
    be out of date, but never too large: the least is either right, and the next merge, or it is looked up anew.
Maths
    centroid c = (n_x c_x + n_y c_y) / (n_x + n_y), median c = (c_x + c_y) / 2; d(x, y) = ||c_x - c_y||.
    least[i] <= min over j > i of d(i, j)^2, with equality where nearest[i] >= 0.
Cost
    n^2 / 2 distances to begin with, and at most n after each merge, more where some are looked up anew: in practice
    O(n^2 d) time; O(n d) memory.
Differences
    SciPy updates distances by the formula of `lance_williams`; heights agree to rounding. Centres lose no digits where
    the formula subtracts.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011), figure 3 and section 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np

from ..core.jit import kernel
from ..core.lanes import place_of_least
from ..core.typing import Array, FloatArray
from ..maths import exponent_of
from .merges import Step, in_stretches
from .scans import BLOCK, square_block

SHRINK = 0.8  # share of slots in use below which the others are dropped


@kernel
def nearest_behind(i: int, centres: Array, block: Array) -> tuple[int, float]:
    """Return the slot behind i whose centre is nearest, the lowest on ties, and the squared distance; -1 for none.

    centres (d, m), infinite in unused slots: read. block (BLOCK,): scratch.
    """
    m, centre, nearest, least = centres.shape[1], centres[:, i].copy(), -1, np.inf
    for first in range(i + 1, m, BLOCK):
        b = min(BLOCK, m - first)
        square_block(centre, centres, first, block[:b])
        j = place_of_least(block[:b])
        if j >= 0 and block[j] < least:
            nearest, least = first + j, block[j]
    return nearest, least


@kernel
def remember_centres(centres: Array, nearest: Array, least: Array) -> None:
    """Find every centre's nearest behind it. centres (d, m): read. nearest (m,), least (m,): overwritten."""
    block = np.empty(BLOCK)
    for i in range(centres.shape[1]):
        nearest[i], least[i] = nearest_behind(i, centres, block)


@kernel
def closest_centres(centres: Array, nearest: Array, least: Array, block: Array) -> int:
    """Return the slot x of the closest pair x, nearest[x], after looking up anew whatever is out of date.

    centres (d, m): read. nearest (m,), least (m,): overwritten where looked up. block (BLOCK,): scratch.
    """
    while True:
        x = place_of_least(least)
        if nearest[x] >= 0:
            return x
        nearest[x], least[x] = nearest_behind(x, centres, block)


@kernel
def tell_those_before(x: int, y: int, centres: Array, nearest: Array, least: Array, block: Array) -> None:
    """Let the clusters before y know that x and y are one, now in slot y.

    centres (d, m): read. nearest (m,), -1 where what is remembered is out of date, least (m,): overwritten where
    nearer. block (BLOCK,): scratch.
    """
    centre = centres[:, y].copy()
    for first in range(0, y, BLOCK):
        b = min(BLOCK, y - first)
        square_block(centre, centres, first, block[:b])
        old, known = nearest[first : first + b], least[first : first + b]
        for j in range(b):
            old[j] = -1 if (old[j] == x) | (old[j] == y) else old[j]
            nearer = block[j] < known[j]
            old[j] = y if nearer else old[j]
            known[j] = block[j] if nearer else known[j]


@kernel
def merge_centres(
    table: tuple[Array, Array], slots: Array, nearest: Array, least: Array, halfway: bool, merges: Array
) -> None:
    """Make as many merges as `merges` has rows.

    table: centres (d, m), sizes (m,), overwritten. slots (m,), the row that names each cluster: read. nearest (m,),
    least (m,), infinite in unused slots: overwritten. halfway: median linkage. merges (s, 3): overwritten.
    """
    centres, sizes = table
    block = np.empty(BLOCK)
    for t in range(merges.shape[0]):
        x = closest_centres(centres, nearest, least, block)
        y = nearest[x]
        merges[t, 0], merges[t, 1], merges[t, 2] = slots[x], slots[y], sqrt(least[x])
        share = 0.5 if halfway else sizes[x] / (sizes[x] + sizes[y])
        for f in range(centres.shape[0]):
            centres[f, y] += share * (centres[f, x] - centres[f, y])
            centres[f, x] = np.inf
        sizes[y] += sizes[x]
        sizes[x], least[x] = 0.0, np.inf
        tell_those_before(x, y, centres, nearest, least, block)
        nearest[y], least[y] = nearest_behind(y, centres, block)


def centroid_linkage(X: FloatArray, method: str) -> Iterator[Step]:
    """Return the generator of merges of the rows X (n, d) by "centroid" or "median" linkage, and of the tree."""
    n = len(X)
    exponent = exponent_of(X)
    centres = np.array((np.ldexp(X, -exponent) if exponent else X).T, order="C")
    sizes, slots, nearest, least = np.ones(n), np.arange(n), np.empty(n, dtype=np.int64), np.empty(n)
    remember_centres(centres, nearest, least)

    def make(first: int, last: int, merges: FloatArray) -> None:
        nonlocal centres, sizes, slots, nearest, least
        merge_centres((centres, sizes), slots, nearest, least, method == "median", merges[first:last])
        if exponent:
            merges[first:last, 2] = np.ldexp(merges[first:last, 2], exponent)
        if n - last < SHRINK * len(sizes):
            kept = np.flatnonzero(sizes)
            nearest = np.where(nearest < 0, -1, np.searchsorted(kept, nearest))
            centres, sizes, slots = np.take(centres, kept, axis=1), sizes[kept], slots[kept]
            nearest, least = nearest[kept], least[kept]

    return in_stretches(n, make, monotone=False)
