"""Ward's method on the points themselves: the nearest-neighbour chain without a matrix of distances.

Idea
    Ward's distance between two clusters follows from their means and sizes alone. So keep these, measure whenever the
    chain asks for a nearest neighbour, and no matrix is needed. Means that are close in space stand close in memory,
    in blocks, each with a box around it: a box that is too far away spares all of its block.
Maths
    d(x, y)^2 = 2 n_x n_y / (n_x + n_y) ||c_x - c_y||^2, twice the inertia that merging x and y adds.
    The joined mean is c = (n_x c_x + n_y c_y) / (n_x + n_y).
    For y in a block whose box is g away and whose least size is m: d(x, y)^2 / 2 >= n_x m / (n_x + m) g^2.
Cost
    At most 3 n scans of n d multiplications: O(n^2 d) time, far less where boxes help (few features, or clusters);
    O(n d) memory. Slots of merged clusters are dropped as they pile up.
Differences
    SciPy updates distances by the formula of `lance_williams`; heights agree to rounding. Means lose no digits where
    the formula subtracts. Rows are measured in a unit in which nothing overflows.
References
    Ward, Hierarchical grouping to optimize an objective function, JASA 58 (1963) 236-244.
    Murtagh, Legendre, Ward's hierarchical agglomerative clustering method, Journal of Classification 31 (2014) 274-295.
    Mullner, arXiv:1109.2378 (2011), section 3.2 (chain) and section 5 (stored data approach).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np

from ..core.jit import kernel, lean_kernel
from ..core.lanes import place_of_least
from ..core.typing import Array, FloatArray, IntArray
from ..maths import exponent_of
from .merges import Step, in_stretches
from .scans import square_block

BLOCK = 64  # means to a box
SHRINK = 0.8  # share of slots in use below which the others are dropped
ROOM = 1.0 + 1e-12  # what rounding may make of a bound


class Means(NamedTuple):
    """The clusters, by slots."""

    means: FloatArray  # (d, m) infinite in unused slots
    sizes: FloatArray  # (m,) 0 in unused slots
    names: IntArray  # (m,) a row of each cluster
    boxes: FloatArray  # (blocks, 2 d + 1) the least coordinates in a block, the greatest, the least size


@kernel
def draw_boxes(means: Array, sizes: Array, boxes: Array) -> None:
    """Draw a box around each block. means (d, m), sizes (m,): read. boxes (blocks, 2 d + 1): overwritten."""
    d, m = means.shape
    for k in range(boxes.shape[0]):
        first, last = k * BLOCK, min(k * BLOCK + BLOCK, m)
        for f in range(d):
            boxes[k, f], boxes[k, d + f] = means[f, first:last].min(), means[f, first:last].max()
        boxes[k, 2 * d] = sizes[first:last].min()


@lean_kernel
def bound_block(mean: Array, size: float, box: Array) -> float:
    """Return what half the square of Ward's distance to a mean of the block is at least.

    mean (d,), box (2 d + 1,): read.
    """
    d, gap = mean.shape[0], 0.0
    for f in range(d):
        away = max(max(box[f] - mean[f], mean[f] - box[d + f]), 0.0)
        gap += away * away
    return float(gap * (size * box[2 * d] / (size + box[2 * d])))


@lean_kernel
def nearest_mean(i: int, previous: int, clusters: Means, block: Array) -> tuple[int, float]:
    """Return the slot nearest to slot i by Ward's distance, and half its square; ties: `previous`, then the least name.

    previous: -1 for none. clusters: read. block (BLOCK + d,): scratch.
    """
    means, sizes, names, boxes = clusters
    m, size, mean = sizes.shape[0], sizes[i], block[BLOCK:]
    for f in range(means.shape[0]):
        mean[f] = means[f, i]
    best, least = previous, np.inf
    if previous >= 0:
        square_block(mean, means, previous, block[:1])
        least = block[0] * (size * sizes[previous] / (size + sizes[previous]))
    own = i // BLOCK
    for turn in range(-1, boxes.shape[0]):  # its own block first: the nearest is likely there
        k = own if turn < 0 else turn
        if turn == own or bound_block(mean, size, boxes[k]) > least * ROOM:
            continue
        first = k * BLOCK
        b = min(BLOCK, m - first)
        square_block(mean, means, first, block[:b])
        others = sizes[first : first + b]
        for j in range(b):  # no number in unused slots: infinity times 0
            block[j] *= size * others[j] / (size + others[j])
        if k == own:
            block[i - first] = np.inf
        nearest = place_of_least(block[:b])
        if nearest < 0 or block[nearest] > least or (block[nearest] == least and best == previous):
            continue
        if block[nearest] < least:
            best, least = first + nearest, block[nearest]
        for j in range(nearest, b):
            if block[j] == least and names[first + j] < names[best]:
                best = first + j
    return best, least


@lean_kernel
def follow_means(chain: Array, length: int, clusters: Means, block: Array) -> tuple[int, float]:
    """Lengthen the chain until its last two slots are each other's nearest; return its length and half their square.

    chain (n + 1,): overwritten from `length` on. clusters: read. block (BLOCK + d,): scratch.
    """
    sizes, names = clusters[1], clusters[2]
    if length == 0:
        chain[0] = -1
        for j in range(sizes.shape[0]):
            if sizes[j] > 0.0 and (chain[0] < 0 or names[j] < names[chain[0]]):
                chain[0] = j
        length = 1
    while True:
        i = chain[length - 1]
        previous = chain[length - 2] if length > 1 else -1
        j, half = nearest_mean(i, previous, clusters, block)
        if j == previous:
            return length, half
        chain[length] = j
        length += 1


@lean_kernel
def join_means(x: int, y: int, means: Array, sizes: Array, box: Array) -> None:
    """Put the mean and the size of x and y into slot y and empty slot x.

    means (d, m), sizes (m,): overwritten. box (2 d + 1,) of the block of y: made to hold the new mean.
    """
    d, share = means.shape[0], sizes[x] / (sizes[x] + sizes[y])
    for f in range(d):
        means[f, y] += share * (means[f, x] - means[f, y])
        means[f, x] = np.inf
        box[f], box[d + f] = min(box[f], means[f, y]), max(box[d + f], means[f, y])
    sizes[y] += sizes[x]
    sizes[x] = 0.0


@lean_kernel
def merge_means(chain: Array, length: int, clusters: Means, block: Array, merges: Array) -> int:
    """Make as many merges as `merges` has rows; return how long the chain is afterwards.

    chain (n + 1,), of which `length` are in use, clusters, merges (s, 3): overwritten.
    block (BLOCK + d,): scratch.
    """
    means, sizes, names, boxes = clusters
    for t in range(merges.shape[0]):
        length, half = follow_means(chain, length, clusters, block)
        length -= 2
        x, y = chain[length], chain[length + 1]
        if names[x] > names[y]:
            x, y = y, x
        merges[t, 0], merges[t, 1], merges[t, 2] = names[x], names[y], sqrt(2.0 * half)
        join_means(x, y, means, sizes, boxes[y // BLOCK])
    return length


def in_neighbourhoods(rows: FloatArray) -> IntArray:
    """Return an order of rows (n, d) in which blocks are close in space: halved along the widest feature, again."""
    waiting: list[IntArray] = [np.arange(len(rows))]
    found: list[IntArray] = []
    while waiting:
        part = waiting.pop()
        if len(part) <= 4 * BLOCK and not found and not waiting:
            return part  # so few that no order pays
        if len(part) <= BLOCK:
            found.append(part)
            continue
        half = len(part) // 2 // BLOCK * BLOCK or BLOCK
        along = rows[part, np.ptp(rows[part], axis=0).argmax()]
        halves = np.argpartition(along, half)
        waiting += [part[halves[half:]], part[halves[:half]]]
    return np.concatenate(found)


def in_boxes(means: FloatArray, sizes: FloatArray, names: IntArray) -> Means:
    """Return clusters, all in use, with boxes around their blocks."""
    d, m = means.shape
    clusters = Means(means, sizes, names, np.empty((-(-m // BLOCK), 2 * d + 1)))
    draw_boxes(means, sizes, clusters.boxes)
    return clusters


def ward_chain(X: FloatArray) -> Iterator[Step]:
    """Return the generator of merges of the rows X (n, d) by Ward's method, and of the tree."""
    n = len(X)
    exponent = exponent_of(X)
    rows = np.ldexp(X, -exponent) if exponent else X
    order = in_neighbourhoods(rows)
    clusters = in_boxes(np.array(rows[order].T, order="C"), np.ones(n), order)
    chain, length, block = np.empty(n + 1, dtype=np.int64), 0, np.empty(BLOCK + X.shape[1])

    def make(first: int, last: int, merges: FloatArray) -> None:
        nonlocal clusters, length
        length = merge_means(chain, length, clusters, block, merges[first:last])
        if exponent:
            merges[first:last, 2] = np.ldexp(merges[first:last, 2], exponent)
        if n - last < SHRINK * len(clusters.sizes):
            kept = np.flatnonzero(clusters.sizes)
            chain[:length] = np.searchsorted(kept, chain[:length])
            clusters = in_boxes(np.take(clusters.means, kept, axis=1), clusters.sizes[kept], clusters.names[kept])

    return in_stretches(n, make)
