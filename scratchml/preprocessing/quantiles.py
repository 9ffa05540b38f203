"""Quantiles of a column, read off the few values that decide them.

Idea
----
The q-quantile is the value that a share q of the column lies below. Of n sorted values it stands at place q (n - 1);
where
that is no whole number, the two neighbours are mixed. Only these two places must be right, so the column is partitioned
about them (expected time O(n)) and not sorted (O(n log n)), unless many quantiles are wanted.

Maths
-----
::

    place = q (n - 1)        k = floor(place)        g = place - k
    quantile = x_(k) + g (x_(k+1) - x_(k))

This is definition 7 of Hyndman and Fan. Definition 2 (`averaged_inverted_cdf`) takes ``place = q n - 1`` and the
mean of the
two neighbours where that is a whole number, the upper one elsewhere.

References
----------
R. J. Hyndman, Y. Fan (1996), "Sample quantiles in statistical packages", The American Statistician 50(4), 361-365.
"""

from __future__ import annotations

import numpy as np

from ..core.typing import FloatArray

MANY = 8  # with more quantiles than this a sort is as fast as a partition


def present(column: FloatArray) -> FloatArray:
    """Return a copy of column (n,) without its NaN."""
    missing = np.isnan(column)
    return column[~missing] if missing.any() else column.copy()


def mix(low: FloatArray, high: FloatArray, g: FloatArray) -> FloatArray:
    """Return low + g (high - low), worked out from the nearer end, so that g = 1 gives high exactly."""
    with np.errstate(over="ignore", invalid="ignore"):
        gap = high - low
        found = np.where(g < 0.5, low + gap * g, high - gap * (1.0 - g))
    wide = ~np.isfinite(gap)  # the gap of two huge numbers may be beyond float64
    return np.where(wide, low * (1.0 - g) + high * g, found)


def quantiles(column: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the quantiles (s,) of column (n,), which is overwritten (reordered), at shares (s,) in [0, 1].

    NaN for a column without values.
    """
    n = len(column)
    if n == 0:
        return np.full(len(shares), np.nan)
    place = shares * (n - 1)
    k = np.clip(np.floor(place), 0, n - 1).astype(np.int64)
    above = np.minimum(k + 1, n - 1)
    reorder(column, np.concatenate([k, above]))
    return mix(column[k], column[above], place - k)


def weighted_quantiles(x: FloatArray, weight: FloatArray, percents: FloatArray, average: bool) -> FloatArray:
    """Return the values of x (n,), in any order, up to which so many percent of the positive weight (n,) lie.

    A row of weight 2 counts as two rows. With `average`, a share that is reached exactly gives the mean of that row
    and the next.
    """
    order = np.argsort(x)
    x, reached = x[order], np.cumsum(weight[order])
    wanted = percents / 100 * reached[-1]
    at = np.minimum(np.searchsorted(reached, wanted), len(x) - 1)
    if not average:
        return np.asarray(x[at])
    exact = reached[at] - wanted <= np.finfo(np.float64).eps
    following = np.minimum(at + 1, len(x) - 1)
    return np.asarray(np.where(exact, (x[at] + x[following]) / 2, x[at]))


def reorder(column: FloatArray, places: np.ndarray) -> None:
    """Put the values that a sort would put at `places` there, in place."""
    wanted = np.unique(places)
    if len(wanted) > 2 * MANY:
        column.sort()
    else:
        column.partition(wanted)
