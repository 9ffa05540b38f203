"""Ward's method on the points themselves: the nearest-neighbour chain without a matrix of distances.

Idea
    Ward's distance between two clusters follows from their means and sizes alone. So keep these, measure whenever the
    chain asks for a nearest neighbour, and no matrix is needed: a million distances an answer, none of them kept.
Maths
    d(x, y)^2 = 2 n_x n_y / (n_x + n_y) ||c_x - c_y||^2, twice the inertia that merging x and y adds.
    The joined mean is c = (n_x c_x + n_y c_y) / (n_x + n_y).
Cost
    At most 3 n scans of n d multiplications: O(n^2 d) time, O(n d) memory. With few features this is faster than
    a matrix as well, because means stay in the cache. Slots of merged clusters are dropped as they pile up.
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

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from .merges import Step, tree_of
from .points import exponent_of

SHRINK = 0.8  # share of slots in use below which the others are dropped


@kernel
def measure_from(i: int, means: Array, away: Array) -> None:
    """Measure the squared distance from mean i to all. means (d, m): read. away (m,): overwritten."""
    d, m = means.shape
    in_fours = d - d % 4
    away[:] = 0.0
    # plainly: for f in range(d): away += (means[f] - means[f, i]) ** 2
    for f in range(0, in_fours, 4):
        a0, a1, a2, a3 = means[f, i], means[f + 1, i], means[f + 2, i], means[f + 3, i]
        for j in range(m):
            e0, e1, e2, e3 = means[f, j] - a0, means[f + 1, j] - a1, means[f + 2, j] - a2, means[f + 3, j] - a3
            away[j] += (e0 * e0 + e1 * e1) + (e2 * e2 + e3 * e3)
    for f in range(in_fours, d):
        a0 = means[f, i]
        for j in range(m):
            e0 = means[f, j] - a0
            away[j] += e0 * e0


@kernel
def nearest_mean(i: int, previous: int, means: Array, sizes: Array, away: Array) -> int:
    """Return the slot nearest to slot i by Ward's distance; on equal distances `previous` (-1: none), then the lowest.

    means (d, m), sizes (m,), infinite in unused slots: read. away (m,): overwritten with half the squared distances.
    """
    measure_from(i, means, away)
    size = sizes[i]
    for j in range(sizes.shape[0]):
        away[j] *= size * sizes[j] / (size + sizes[j]) if sizes[j] > 0.0 else 1.0
    away[i] = np.inf
    best = previous
    least = away[previous] if previous >= 0 else np.inf
    for j in range(sizes.shape[0]):
        if away[j] < least:
            best, least = j, away[j]
    return best


@kernel
def follow_means(chain: Array, length: int, means: Array, sizes: Array, away: Array) -> int:
    """Lengthen the chain until its last two slots are each other's nearest; return its length.

    chain (n + 1,): overwritten from `length` on. means (d, m), sizes (m,): read. away (m,): scratch; away[chain[-2]] is
    half of their squared distance at the end.
    """
    if length == 0:
        chain[0] = 0
        while sizes[chain[0]] == 0.0:
            chain[0] += 1
        length = 1
    while True:
        i = chain[length - 1]
        previous = chain[length - 2] if length > 1 else -1
        j = nearest_mean(i, previous, means, sizes, away)
        if j == previous:
            return length
        chain[length] = j
        length += 1


@kernel
def join_means(x: int, y: int, means: Array, sizes: Array) -> None:
    """Put the mean and the size of x and y into slot y and empty slot x. means (d, m), sizes (m,): overwritten."""
    share = sizes[x] / (sizes[x] + sizes[y])
    for f in range(means.shape[0]):
        means[f, y] += share * (means[f, x] - means[f, y])
        means[f, x] = np.inf
    sizes[y] += sizes[x]
    sizes[x] = 0.0


def ward_chain(X: FloatArray) -> Iterator[Step]:
    """Yield a Step after each merge of the rows X (n, d) by Ward's method, and the tree at the end."""
    n = len(X)
    exponent = exponent_of(X)
    means = np.ascontiguousarray((np.ldexp(X, -exponent) if exponent else X).T)
    sizes, away, slots = np.ones(n), np.empty(n), np.arange(n)
    merges, chain, length = np.empty((n - 1, 3)), np.empty(n + 1, dtype=np.int64), 0
    for t in range(n - 1):
        length = follow_means(chain, length, means, sizes, away) - 2
        x, y = sorted(chain[length : length + 2].tolist())
        height = float(np.ldexp(sqrt(2.0 * away[chain[length]]), exponent))
        merges[t] = slots[x], slots[y], height
        join_means(x, y, means, sizes)
        yield Step("merge", t + 1, int(slots[x]), int(slots[y]), height, merges[: t + 1])
        if n - t - 1 < SHRINK * len(sizes):
            kept = np.flatnonzero(sizes)
            chain[:length] = np.searchsorted(kept, chain[:length])
            means, sizes, away, slots = np.take(means, kept, axis=1), sizes[kept], away[: len(kept)], slots[kept]
    yield Step("tree", n - 1, -1, -1, float(merges[:, 2].max(initial=0.0)), tree_of(merges))
