"""Min-max scaling: every column is moved and stretched until its least and largest value are 0 and 1.

Idea
----
Pixels, percentages and ratings have ends. Where the ends matter more than the spread, a column is measured by how far a
value lies on the way from the least to the largest value seen. One outlier is enough to squeeze all others together.

Maths
-----
With the wanted ends (a, b), for each column::

    scale = (b - a) / (max - min)        shift = a - min scale        z_i = x_i scale + shift

A column without spread has scale (b - a) / 1, and lands on a.

Cost
----
``fit`` reads X once: O(n d) time, O(d) memory for each chunk. ``transform`` is one pass.

Differences
-----------
From scikit-learn: float32 becomes float64; a range that float64 cannot hold is an error, where scikit-learn returns
NaN; a column that ``fit`` saw only as NaN is an error when ``transform`` meets a number in it. As there, a column whose
range is below 2.2e-15 counts as constant.

References
----------
J. Han, M. Kamber, J. Pei, "Data mining: concepts and techniques", 3rd edition, section 3.5.2, equation 3.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, check_is_fitted, finish
from ..core.rules import Rule, boolean
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike
from .columns import check_back, extremes_of_chunks, map_columns, room_for_result, without_zeros
from .standard_scaler import destandardise, standardise

a_pair = Rule("a pair (low, high) of numbers", lambda value: isinstance(value, (tuple, list, np.ndarray)))


class Step(NamedTuple):
    """After one more chunk of rows has been looked at."""

    name: str  # "widen"
    low: FloatArray  # (d,) the least values seen so far
    high: FloatArray  # (d,) the largest


def widen(X: FloatArray, low: FloatArray, high: FloatArray) -> Iterator[Step]:
    """Yield a Step after each chunk of X. low, high (d,): overwritten."""
    for chunk_low, chunk_high in extremes_of_chunks(X):
        np.minimum(low, chunk_low, out=low)
        np.maximum(high, chunk_high, out=high)
        yield Step("widen", low, high)


class MinMaxScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Scale columns to a range: the least value seen becomes its low end, the largest its high end.

    Parameters
    ----------
    feature_range : the low and the high end
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array; anything else is copied anyway
    clip : move values that ``fit`` did not see, and that land beyond the range, to its ends

    Attributes
    ----------
    data_min_, data_max_, data_range_ : arrays of shape (d,); NaN for a column of NaN only
    scale_ : array of shape (d,): (high - low) / data_range_, over 1 for a constant column
    min_ : array of shape (d,): what is added after scaling
    n_samples_seen_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Han, Kamber and Pei, equation 3.8.

    Examples
    --------
    >>> from scratchml.preprocessing import MinMaxScaler
    >>> MinMaxScaler().fit_transform([[10.0], [15.0], [20.0]]).ravel().tolist()
    [0.0, 0.5, 1.0]
    """

    _rules: ClassVar = {"feature_range": a_pair, "copy": boolean, "clip": boolean}

    def __init__(self, feature_range: tuple[float, float] = (0, 1), *, copy: bool = True, clip: bool = False) -> None:
        self.feature_range = feature_range
        self.copy = copy
        self.clip = clip

    def _ends(self) -> tuple[float, float]:
        try:
            low, high = (float(end) for end in self.feature_range)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"feature_range={self.feature_range!r} is no pair of numbers; give (low, high)."
            ) from error
        if not (np.isfinite(low) and np.isfinite(high) and low < high):
            raise ValueError(
                "Minimum of desired feature range must be smaller than maximum, and both finite. Got "
                f"feature_range={self.feature_range!r}."
            )
        return low, high

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step]:
        """Return the fit as a generator of steps, one for each chunk of rows looked at.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; at once, before the first step.
        """
        self._check_params()
        self._ends()
        X = self._check_X(X, fitting=True)
        self._n = len(X)
        return widen(X, np.full(X.shape[1], np.inf), np.full(X.shape[1], -np.inf))

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the least and the largest value of each column of X (n, d); earlier batches are forgotten.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; for a range beyond float64.
        """
        return self._keep(finish(self.steps(X, y), self), self._n)

    def partial_fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Widen the ranges known so far by one more batch of rows.

        Raises
        ------
        TypeError, ValueError
            As `fit` does; also where the number of columns differs from the first batch's.
        """
        if not hasattr(self, "n_samples_seen_"):
            return self.fit(X, y)
        self._check_params()
        X = self._check_X(X)
        low = np.where(np.isnan(self.data_min_), np.inf, self.data_min_)
        high = np.where(np.isnan(self.data_max_), -np.inf, self.data_max_)
        return self._keep(finish(widen(X, low, high), self), self.n_samples_seen_ + len(X))

    def _keep(self, last: Step, n: int) -> Self:
        ends, empty = self._ends(), last.low > last.high
        low, high = np.where(empty, np.nan, last.low), np.where(empty, np.nan, last.high)
        with np.errstate(over="ignore"):
            spread = high - low
            scale = (ends[1] - ends[0]) / without_zeros(spread)
            shift = ends[0] - low * scale
        bad = (np.isinf(spread) | np.isinf(shift)) & ~empty
        if bad.any():
            raise ValueError(
                f"The range of column {int(bad.argmax())} is beyond float64's; divide the column by a constant first."
            )
        self.data_min_, self.data_max_, self.data_range_ = low, high, spread
        self.scale_, self.min_, self.n_samples_seen_ = scale, shift, n
        return self

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return X * scale_ + min_, shape (n, d), clipped where `clip` says so.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, infinity, or numbers in a column in which ``fit`` saw only NaN.
        """
        check_is_fitted(self, "scale_")
        found = self._check_X(X, finite=False)
        out = room_for_result(found, X, bool(self.copy))
        return map_columns(destandardise, found, self.min_, self.scale_, out, self._ends() if self.clip else None)

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return (X - min_) / scale_, shape (n, d): what `transform` did, undone.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or infinity.
        """
        check_is_fitted(self, "scale_")
        found = check_back(self, X, finite=False)
        return map_columns(standardise, found, self.min_, self.scale_, room_for_result(found, X, bool(self.copy)))

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags
