"""The values of some ranks in each of many long columns, without a copy of a column.

Idea
----
A column's range is cut into stretches of equal length, and its values are counted by stretch. The counts say in which
stretch the value of a rank lies, and as the how manyth there; only the values of these stretches are gathered, in a
second pass, and sorted. Where most of a column lies in such a stretch (its largest value is very far out), that column
is partitioned instead.

Maths
-----
::

    stretch of x = floor((x - low) STRETCHES / (high - low))

which rounding cannot make fall where x grows, so that every value of a lower stretch is below all of a higher one.

Cost
----
Two passes over X, row by row as it lies in memory; STRETCHES counts and one eighth of a column at most.

References
----------
D. E. Knuth (1998), "The Art of Computer Programming", volume 3, section 5.2 (distribution counting).
"""

from __future__ import annotations

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray
from .quantiles import mix

STRETCHES = 2**11
LEAST_SHARE = 8  # a column is partitioned if more than a part of its rows, one in so many, would have to be gathered


@kernel
def count_stretches(X: Array, first: int, low: Array, scale: Array, counts: Array) -> None:
    """Count the values of c columns, from the `first`, by stretch.

    X (n, d), low, scale (c,): read. counts (c, STRETCHES): added to.
    """
    for i in range(X.shape[0]):
        for j in range(low.shape[0]):
            counts[j, min(int((X[i, first + j] - low[j]) * scale[j]), STRETCHES - 1)] += 1


@kernel
def gather_stretches(X: Array, first: int, low: Array, scale: Array, place: Array, room: Array) -> None:
    """Gather the values of some stretches of c columns, each to its next place in room (m,), overwritten.

    X (n, d), low, scale (c,): read. place (c, STRETCHES), -1 for stretches that are not wanted: overwritten.
    """
    for i in range(X.shape[0]):
        for j in range(low.shape[0]):
            stretch = min(int((X[i, first + j] - low[j]) * scale[j]), STRETCHES - 1)
            if place[j, stretch] >= 0:
                room[place[j, stretch]] = X[i, first + j]
                place[j, stretch] += 1


def values_of_ranks(X: FloatArray, columns: slice, low: FloatArray, high: FloatArray, ranks: IntArray) -> FloatArray:
    """Return the values (c, r) of ranks (r,), from 0, in c columns of X (n, d), finite; low, high (c,): their ends."""
    # plainly: return np.sort(X[:, columns], axis=0)[ranks].T
    first, c = columns.start, len(low)
    with np.errstate(over="ignore", divide="ignore"):
        scale = STRETCHES / (high - low)
    scale[~np.isfinite(scale)] = 0.0  # a column of one value, or of next to no range: a single stretch
    counts = np.zeros((c, STRETCHES), dtype=np.int32)
    count_stretches(X, first, low, scale, counts)
    found, place, size, jobs = np.empty((c, len(ranks))), np.full((c, STRETCHES), -1, dtype=np.int32), 0, []
    for j in range(c):
        upto = np.cumsum(counts[j])
        stretch = np.searchsorted(upto, ranks, side="right")
        wanted = np.unique(stretch)
        if counts[j, wanted].sum() > len(X) // LEAST_SHARE:
            found[j] = np.partition(X[:, first + j], np.unique(ranks))[ranks]
            continue
        for s in wanted:
            place[j, s], here, before = size, stretch == s, upto[s] - counts[j, s]
            jobs.append((j, here, slice(size, size + counts[j, s]), ranks[here] - before))
            size += counts[j, s]
    room = np.empty(size)
    if size > 0:
        gather_stretches(X, first, low, scale, place, room)
    for j, here, part, rank in jobs:
        found[j, here] = np.sort(room[part])[rank]
    return found


def percentiles_of_columns(
    X: FloatArray, columns: slice, low: FloatArray, high: FloatArray, percents: FloatArray, average: bool
) -> FloatArray:
    """Return the values (c, q) up to which so many percent (q,) of a column lie: `values_of_ranks` says of what.

    With `average`, a share that is reached exactly gives the mean of that row and the next: these are NumPy's methods
    "averaged_inverted_cdf" and "inverted_cdf", to the bit.
    """
    # plainly: return np.percentile(X[:, columns], percents, axis=0, method=...).T
    n = len(X)
    place = n * (percents / 100) - 1
    below = np.clip(np.floor(place), 0, n - 1).astype(np.int64)
    above = np.clip(np.floor(place) + 1, 0, n - 1).astype(np.int64)
    share = np.where(place == np.floor(place), 0.5 if average else 0.0, 1.0)
    values = values_of_ranks(X, columns, low, high, np.concatenate([below, above]))
    return mix(values[:, : len(below)], values[:, len(below) :], share)
