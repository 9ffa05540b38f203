"""What all outlier rules share: a strangeness for each row, and a threshold.

Idea
----
A rule says how strange a row is. What lies above a threshold is an outlier; the threshold is the rule's own, or the one
that makes a given share of the training rows outliers.

Maths
-----
score(x) = -strangeness(x)      decision(x) = score(x) - offset_      outlier: decision(x) < 0
offset_ = -threshold, or the quantile of the training scores that `contamination` names.
A band has for each column low_f <= high_f and a unit s_f: strangeness(x) = max_f max(low_f - x_f, x_f - high_f) / s_f.

Cost
----
One pass over X.

Differences
-----------
scikit-learn's EllipticEnvelope always calls a tenth of the rows outliers unless told otherwise; with "auto" these rules
call those outliers that are, which may be none. A strangeness that would be infinite (a column that was constant in
fit, another value now) or above FARTHEST is FARTHEST.

References
----------
scikit-learn's outlier detectors, whose interface this is. V. Barnett, T. Lewis (1994), Outliers in Statistical Data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, OutlierMixin, check_array, check_is_fitted, chunks, map_chunks
from ..core.jit import larger, lean_kernel
from ..core.rules import either, one_of, real
from ..core.typing import Array, FloatArray, IntArray, MatrixLike
from ..maths.selection import COUNTED, ranks_of_columns

FARTHEST = 1e300  # stands for infinity: finite, and stranger than anything measured
PORTION = 512  # rows summed by themselves
SMALL = 2.0**-300  # units above this, and below its reciprocal, are as good as 1
CHUNK_ROWS = 16384  # one thread's portion of rows


class Band(NamedTuple):
    """Where a column's values usually lie, and the unit in which distances from there are measured; all (d,)."""

    low: FloatArray
    high: FloatArray
    unit: FloatArray


@lean_kernel
def leave_band(X: Array, low: Array, high: Array, unit: Array, beyond: Array) -> None:
    """Find how far each row is outside, in the column where it is farthest; negative inside.

    X (m, d), low, high, unit (d,): read. beyond (m,): overwritten.
    """
    for i in range(X.shape[0]):
        most = -FARTHEST
        for f in range(X.shape[1]):
            x = X[i, f]
            # halved, so that the difference of two huge numbers is one
            way = larger(0.5 * low[f] - 0.5 * x, 0.5 * x - 0.5 * high[f])
            if unit[f] > 0.0:
                way = 2.0 * (way / unit[f])
            elif way > 0.0:
                way = FARTHEST
            most = larger(most, way if way < FARTHEST else FARTHEST)
        beyond[i] = most


@lean_kernel
def are_safe(X: Array, largest: Array) -> bool:
    """Say whether the squares of every column's numbers are safe as they are. X (n, d): read.

    largest (d,): overwritten with the largest size in each column.
    """
    largest[:] = 0.0
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            largest[f] = larger(largest[f], abs(X[i, f]))
    safe = True
    for f in range(X.shape[1]):
        safe = safe and (largest[f] == 0.0 or SMALL < largest[f] < 1.0 / SMALL)
    return safe


@lean_kernel
def mean_and_spread(X: Array, mean: Array, spread: Array, more: Array, part: Array) -> None:
    """Find the mean and the standard deviation of each column; a constant column's are its value, and 0.

    All is measured from one of three rows, so that what nearly constant columns differ by is exact, and summed in
    portions, so that rounding does not grow with n. X (n, d), whose squares are safe: read. mean, spread, more (d,),
    part (3, d): overwritten.
    """
    n, d = X.shape
    mean[:], spread[:], more[:], origin = 0.0, 0.0, 0.0, part[2]
    for f in range(d):
        a, b, c = X[0, f], X[n // 2, f], X[n - 1, f]
        origin[f] = max(min(a, b), min(max(a, b), c))  # that in the middle: seldom an outlier
    for first in range(0, n, PORTION):
        part[:2] = 0.0
        for i in range(first, min(first + PORTION, n)):
            for f in range(d):
                part[0, f] += X[i, f] - origin[f]
        for f in range(d):
            mean[f] += part[0, f]
    for f in range(d):
        mean[f] /= n
    for first in range(0, n, PORTION):
        part[:2] = 0.0
        for i in range(first, min(first + PORTION, n)):
            for f in range(d):
                away = (X[i, f] - origin[f]) - mean[f]
                part[0, f] += away
                part[1, f] += away * away
        for f in range(d):
            more[f] += part[0, f]
            spread[f] += part[1, f]
    for f in range(d):
        more[f] /= n  # what rounding took of the mean
        spread[f] = np.sqrt(max(spread[f] / n - more[f] * more[f], 0.0))
        mean[f] = origin[f] + (mean[f] + more[f])


def column_units(X: FloatArray) -> FloatArray:
    """Return for each column of X (n, d) the power of two near its largest value: in it, no square overflows."""
    largest = np.maximum(X.max(axis=0), -X.min(axis=0))
    return np.where(largest > 0.0, np.ldexp(1.0, np.frexp(largest)[1] - 1), 1.0)


def in_units(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return X (n, d) with each column in a unit in which its squares are safe, and the units (d,).

    Where all columns are safe as they are, that is X itself and ones: powers of two change no digit.
    """
    largest = np.empty(X.shape[1])
    if are_safe(X, largest):
        return X, np.ones(X.shape[1])
    unit = column_units(X)
    return X / unit, unit


def columns_of(X: FloatArray) -> FloatArray:
    """Return a copy (d, n) of X (n, d) in which a column's numbers lie together."""
    return np.array(X.T, order="C")


def neighbours(columns: FloatArray, shares: Sequence[float]) -> list[tuple[FloatArray, FloatArray, float]]:
    """Return for each share q which numbers (d,) a sort would put at k = floor(q (n - 1)) and at k + 1.

    And, as third, q (n - 1) - k, how far from the first to the second the quantile lies. columns (d, n): read.
    """
    # plainly: np.sort(columns)[:, k]
    n, found = columns.shape[1], []
    room, sample = np.empty(n + COUNTED), np.empty(COUNTED)
    for share in shares:
        k = int(share * (n - 1))
        low, high = np.empty((2, len(columns)))
        ranks_of_columns(columns, k, room, sample, low, high)
        found.append((low, high, share * (n - 1) - k))
    return found


def between(low: FloatArray, high: FloatArray, share: float) -> FloatArray:
    """Return the numbers (d,) a share of the way from low to high, worked out from the nearer end, as NumPy does."""
    gap = high - low
    return low + gap * share if share < 0.5 else high - gap * (1.0 - share)


class BaseDetector(OutlierMixin, BaseEstimator):
    """Base of the outlier rules: a subclass learns in `_learn` and says in `_strangeness` how strange rows are."""

    _rules: ClassVar = {"contamination": either(one_of("auto"), real(0.0, 0.5, open_low=True))}
    contamination: float | str

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Learn what is usual from the rows X (n, d); return self.

        Parameters
        ----------
        y : ignored

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X.
        """
        self._check_params()
        X = self._check_X(X, fitting=True)
        self.offset_ = -float(self._learn(X))
        if not isinstance(self.contamination, str):
            self.offset_ = float(np.percentile(-self._strangeness(X), 100.0 * self.contamination))
        return self

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        # scikit-learn's checks want outliers among any rows; a rule's own threshold may well find none
        return [cls(contamination=0.1)]  # type: ignore[call-arg]

    def _learn(self, X: FloatArray) -> float:
        """Learn from X (n, d); return the threshold of strangeness."""
        raise NotImplementedError(f"{type(self).__name__} must say what is usual.")

    def _strangeness(self, X: FloatArray) -> FloatArray:
        """Return how strange each row of X (m, d) is, shape (m,)."""
        raise NotImplementedError(f"{type(self).__name__} must say what is strange.")

    def score_samples(self, X: MatrixLike) -> FloatArray:
        """Return the score (m,) of each row of X (m, d): the lower the stranger.

        Raises
        ------
        TypeError, ValueError
            For a wrong X.
        """
        check_is_fitted(self, "offset_")
        return -self._strangeness(self._check_X(X))

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return the score (m,) less `offset_`: below 0 for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: MatrixLike) -> IntArray:
        """Return -1 for each outlier and 1 for each inlier among the rows of X (m, d)."""
        found: IntArray = np.where(self.decision_function(X) < 0.0, -1, 1)
        return found

    def fit_predict(self, X: MatrixLike, y: Any = None, **fit_params: Any) -> IntArray:
        """Fit to X (n, d) and return -1 for each outlier and 1 for each inlier, shape (n,)."""
        # plainly: self.fit(X).predict(X), but the rows that fit has seen need not be looked at for NaN again
        self.fit(X, y, **fit_params)
        found: IntArray = np.where(self._strangeness(check_array(X, finite=False)) + self.offset_ > 0.0, -1, 1)
        return found


class BandDetector(BaseDetector):
    """Base of the rules that look at one column at a time: a row is as strange as its strangest value."""

    _band: Band

    def _strangeness(self, X: FloatArray) -> FloatArray:
        found: FloatArray = np.empty(len(X))

        def task(rows: slice) -> None:
            leave_band(X[rows], *self._band, found[rows])

        map_chunks(task, chunks(len(X), CHUNK_ROWS))
        return found
