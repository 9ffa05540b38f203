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
Two passes over X, row by row as it lies in memory. For each column in hand STRETCHES counts and as many places, and one
eighth of the column at most.

References
----------
D. E. Knuth (1998), "The Art of Computer Programming", volume 3, section 5.2 (distribution counting).
"""

from __future__ import annotations

import numpy as np

from ..core import chunks, map_chunks, worker_count
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray
from .columns import extremes_of_chunks
from .quantiles import mix

STRETCHES = 2**11
TOGETHER = 64  # columns that are in hand at a time
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
        span = high - low
        scale = STRETCHES / span
    # a column of one value, of next to no range, or of one beyond float64: a single stretch
    plain = np.isfinite(scale) & np.isfinite(span)
    low, scale = np.where(plain, low, 0.0), np.where(plain, scale, 0.0)
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
    X: FloatArray, percents: FloatArray, average: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the values (d, q) up to which so many percent (q,) of each column of X (n, d), finite, lie, and its ends.

    With `average`, a share that is reached exactly gives the mean of that row and the next: these are NumPy's methods
    "averaged_inverted_cdf" and "inverted_cdf". The ends (d,) are each column's least and greatest.
    """
    # plainly: return np.percentile(X, percents, axis=0, method=...).T, X.min(axis=0), X.max(axis=0)
    n, d = X.shape
    ends = extremes_of_chunks(X)
    low, high = np.min([end[0] for end in ends], axis=0), np.max([end[1] for end in ends], axis=0)
    place = n * (percents / 100) - 1
    ranks = np.clip([np.floor(place), np.floor(place) + 1], 0, n - 1).astype(np.int64)
    share = np.where(place == np.floor(place), 0.5 if average else 0.0, 1.0)
    some = chunks(d, min(TOGETHER, -(-d // worker_count(None))))
    values = np.concatenate(map_chunks(lambda of: values_of_ranks(X, of, low[of], high[of], ranks.ravel()), some))
    return mix(values[:, : len(place)], values[:, len(place) :], share), low, high
