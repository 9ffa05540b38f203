"""Binning: every column is told in at most 255 whole numbers, so that a split is sought among 255 places and not n.

Idea
----
A tree asks "is x above t?". Hardly anything is lost if t may be one of 255 values only, chosen so that about as many
rows lie between each two of them. A row is then d bytes, and all later work is counting by byte.

Maths
-----
Where a column has at most `max_bins` distinct values, the thresholds are the middles between neighbours; otherwise the
quantiles at 1/max_bins, 2/max_bins, ... (a quantile that falls between two rows is their mean). Then::

    bin(x) = number of thresholds t with t < x,     so that    x <= thresholds[b]  <=>  bin(x) <= b

The last bin, number `max_bins`, is for missing values. A category's bin is its place among the sorted categories.

Cost
----
Sorting each column, O(n log n) for each, of 200 000 rows at most; then O(log max_bins) for each number.

Differences
-----------
None from scikit-learn 1.9.1 on finite numbers. Where infinities of both signs would make a threshold NaN, it is 0 (the
middle of the two) or left out.

References
----------
G. Ke et al. (2017), "LightGBM: a highly efficient gradient boosting decision tree", NIPS, section 2.1 and algorithm 1.
R. J. Hyndman, Y. Fan (1996), "Sample quantiles in statistical packages", American Statistician 50(4), definition 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..core import check_random_state, chunks, map_chunks, worker_count
from ..core.jit import kernel
from ..core.typing import Array, FloatArray, IntArray
from ..preprocessing.quantiles import weighted_quantiles
from .hist_histograms import WIDTH

ROWS_FOR_THRESHOLDS = 200_000  # of more rows, so many are drawn to find the thresholds
COLUMNS_AT_ONCE = 8  # copied by up to eight threads together, not to hold X twice: what a line of the cache holds
ROWS_AT_ONCE = 1024  # for a thread
LARGEST_THRESHOLD = 1e300  # so that an infinite value stays above every threshold


class Bins(NamedTuple):
    """How columns are told in bins."""

    thresholds: list[FloatArray]  # of each column, increasing: the upper ends of all bins but the last
    counts: IntArray  # (d,) how many bins a column uses, the one for missing values apart
    categorical: Array  # (d,) bool
    missing: int  # the number of the bin for missing values


@kernel
def bin_numbers(X: Array, thresholds: Array, categorical: Array, missing: int, first: int, bins: Array) -> None:
    """Find the bins of some rows, by halving: eight questions for each number, and no branch to be guessed wrong.

    X (m, d), thresholds (d, 255) with inf behind the last, categorical (d,): read. bins (blocks, n, 4) uint8: rows
    `first` and the next m - 1 overwritten, but not where there are categories.
    """
    for f in range(X.shape[1]):
        if categorical[f]:
            continue
        t = thresholds[f]
        for i in range(X.shape[0]):
            x, b = X[i, f], 0
            for step in (128, 64, 32, 16, 8, 4, 2, 1):
                b += step if x > t[b + step - 1] else 0
            bins[f // WIDTH, first + i, f % WIDTH] = missing if np.isnan(x) else b


@kernel
def bin_categories(x: Array, missing: int, column: int, bins: Array) -> None:
    """Turn category numbers into bins; NaN is missing. x (n,): read. bins (n, 4) uint8: one column overwritten."""
    for i in range(x.shape[0]):
        bins[i, column] = missing if np.isnan(x[i]) else int(x[i])


def quantiles(x: FloatArray, percents: FloatArray) -> FloatArray:
    """Return the values of sorted x (n,) up to which so many percent of the rows lie; between two rows, their mean."""
    place = len(x) * (percents / 100) - 1
    at = np.floor(place)
    low = np.clip(at, 0, len(x) - 1).astype(np.int64)
    a, b = x[low], x[np.minimum(low + 1, len(x) - 1)]
    return np.asarray(np.where((place == at) & (a != b), b - (b - a) * 0.5, b))


def find_thresholds(x: FloatArray, max_bins: int, weight: FloatArray | None) -> FloatArray:
    """Return the increasing thresholds of one column (n,), at most max_bins - 1; rows of weight 0 do not count."""
    keep = ~np.isnan(x)
    if weight is not None:
        keep &= weight != 0
        weight = weight[keep]
    x = x[keep]
    if weight is None:
        x.sort()
    else:
        order = np.argsort(x)
        x, weight = x[order], weight[order]
    if not len(x):
        return np.empty(0)
    distinct = x[np.r_[True, x[1:] != x[:-1]]]
    with np.errstate(over="ignore", invalid="ignore"):
        if len(distinct) <= max_bins:
            found = (distinct[1:] + distinct[:-1]) / 2
            found[np.isnan(found)] = 0.0  # between -inf and inf
        elif weight is None:
            found = quantiles(x, np.linspace(0, 100, num=max_bins + 1)[1:-1])
        else:
            found = weighted_quantiles(x, weight, np.linspace(0, 100, num=max_bins + 1)[1:-1], average=True)
    return np.minimum(np.unique(found[~np.isnan(found)]), LARGEST_THRESHOLD)


def find_bins(
    X: FloatArray, max_bins: int, category_counts: IntArray, weight: FloatArray | None, seed: int, n_jobs: int | None
) -> Bins:
    """Return how to bin X (n, d). category_counts (d,): number of categories of a column, -1 for columns of numbers."""
    if len(X) > ROWS_FOR_THRESHOLDS:
        share = None if weight is None else weight / np.sum(weight)
        rows = check_random_state(seed).choice(len(X), ROWS_FOR_THRESHOLDS, p=share, replace=True)
        X, weight = X.take(rows, axis=0), None  # weights have played their part in the drawing

    def task(part: slice) -> list[FloatArray]:
        columns = np.ascontiguousarray(X[:, part].T)
        numbers = np.arange(part.start, part.stop)
        return [
            np.empty(0) if category_counts[f] >= 0 else find_thresholds(x, max_bins, weight)
            for f, x in zip(numbers, columns)
        ]

    workers = worker_count(n_jobs) if X.size > 2**17 else 1
    parts = map_chunks(task, chunks(X.shape[1], max(1, COLUMNS_AT_ONCE // workers)), workers)
    thresholds = [found for part in parts for found in part]
    used = np.array([len(t) + 1 for t in thresholds], dtype=np.int64)
    categorical = category_counts >= 0
    return Bins(thresholds, np.where(categorical, category_counts, used), categorical, max_bins)


def bin_rows(X: FloatArray, bins: Bins, n_jobs: int | None) -> Array:
    """Return the bins of X (n, d), four columns side by side: (d / 4 rounded up, n, 4) uint8, 0 where there is none."""
    out = np.zeros((-(-X.shape[1] // WIDTH), len(X), WIDTH), dtype=np.uint8)
    table = np.full((X.shape[1], 255), np.inf)
    for f, thresholds in enumerate(bins.thresholds):
        table[f, : len(thresholds)] = thresholds
        if bins.categorical[f]:
            bin_categories(np.ascontiguousarray(X[:, f]), bins.missing, f % WIDTH, out[f // WIDTH])

    def task(rows: slice) -> None:
        bin_numbers(X[rows], table, bins.categorical, bins.missing, rows.start, out)

    map_chunks(task, chunks(len(X), ROWS_AT_ONCE), n_jobs if X.size > 2**17 else 1)
    return out
