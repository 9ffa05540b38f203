"""Robust scaling: every column is shifted by its median and divided by the distance between two quantiles.

Idea
----
One wrong value of a million moves the mean and blows up the standard deviation. The median and the distance between the
quarter points do not move: half of the values may be wrong before the median is, a quarter before the quartiles are.

Maths
-----
With the shares (q_min, q_max), 25 % and 75 % unless told otherwise, for each column::

    center = quantile(0.5)        scale = quantile(q_max) - quantile(q_min)        z_i = (x_i - center) / scale

With `unit_variance`, scale is divided by ppf(q_max) - ppf(q_min), the same distance of a standard normal
distribution; so
normal data come out with variance 1.

Cost
----
``fit`` copies each column once and partitions it: O(n d) expected time, O(n) memory for each thread.

Differences
-----------
From scikit-learn: dense arrays only; float32 becomes float64; a distance of quantiles that float64 cannot hold is an
error; a column that ``fit`` saw only as NaN is an error when ``transform`` meets a number in it. As there, a
distance below
2.2e-15 counts as none.

References
----------
P. J. Huber, E. M. Ronchetti, "Robust statistics", 2nd edition, section 5.1 (median and interquartile distance).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, check_is_fitted, chunks, finish, map_chunks
from ..core.rules import boolean
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike
from ..maths.normal import normal_value
from .columns import check_back, map_columns, room_for_result, without_zeros
from .min_max_scaler import a_pair
from .quantiles import mix
from .standard_scaler import destandardise, standardise

PIECE = 2**14  # numbers, of as many columns as they are, that are looked at together


class Step(NamedTuple):
    """After one more column has been looked at."""

    name: str  # "quantiles"
    column: int
    quantiles: FloatArray  # (3, d): at q_min, the medians, at q_max; columns not reached yet hold NaN


def three_quantiles(columns: FloatArray, low: float, high: float) -> FloatArray:
    """Return the quantiles (d, 3) of columns (d, n) at shares low, 0.5, high; NaN is left out. columns: reordered."""
    n = columns.shape[1]
    if n == 0:
        return np.full((len(columns), 3), np.nan)
    if np.isnan(columns.max(axis=1)).any():  # a column at a time, each with as many values as it has
        present = (column[~np.isnan(column)][None] for column in columns)
        return np.vstack([three_quantiles(values, low, high) for values in present])
    shares = np.array([low, 0.5, high])
    place = shares * (n - 1)
    k = np.floor(place).astype(np.int64)
    above = np.minimum(k + 1, n - 1)
    columns.partition(np.unique([k, above]), axis=1)
    found = mix(columns[:, k], columns[:, above], place - k)
    if n % 2 == 0:  # the median is the mean of its neighbours, halved first: their sum may be beyond float64
        found[:, 1] = 0.5 * columns[:, k[1]] + 0.5 * columns[:, above[1]]
    return found


def look_at_columns(X: FloatArray, low: float, high: float) -> Iterator[Step]:
    """Yield a Step for each column of X (n, d)."""
    n, d = X.shape
    some = chunks(d, max(1, PIECE // max(n, 1)))
    parts = map_chunks(lambda of: three_quantiles(X[:, of].T.copy(), low, high), some)
    known = np.full((3, d), np.nan)
    for f, found in enumerate(np.concatenate(parts)):
        known[:, f] = found
        yield Step("quantiles", f, known)


class RobustScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Subtract each column's median and divide it by a distance of quantiles: what outliers do not move.

    Parameters
    ----------
    with_centering : subtract the median
    with_scaling : divide by the distance
    quantile_range : (q_min, q_max) in percent
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array; anything else is copied anyway
    unit_variance : make `scale_` so that normal data come out with variance 1

    Attributes
    ----------
    center_ : array of shape (d,), the medians, or None without `with_centering`; NaN for a column of NaN only
    scale_ : array of shape (d,), 1 where there is no distance; None without `with_scaling`
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Huber and Ronchetti, section 5.1.

    Examples
    --------
    >>> from scratchml.preprocessing import RobustScaler
    >>> RobustScaler().fit_transform([[1.0], [2.0], [3.0], [4.0], [1000.0]]).ravel().tolist()
    [-1.0, -0.5, 0.0, 0.5, 498.5]
    """

    _rules: ClassVar = {
        "with_centering": boolean,
        "with_scaling": boolean,
        "quantile_range": a_pair,
        "copy": boolean,
        "unit_variance": boolean,
    }

    def __init__(
        self,
        *,
        with_centering: bool = True,
        with_scaling: bool = True,
        quantile_range: tuple[float, float] = (25.0, 75.0),
        copy: bool = True,
        unit_variance: bool = False,
    ) -> None:
        self.with_centering = with_centering
        self.with_scaling = with_scaling
        self.quantile_range = quantile_range
        self.unit_variance = unit_variance
        self.copy = copy

    def _shares(self) -> tuple[float, float]:
        try:
            low, high = (float(q) for q in self.quantile_range)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"quantile_range={self.quantile_range!r} is no pair; give (low, high) in percent."
            ) from error
        if not 0 <= low <= high <= 100:
            raise ValueError(
                f"Invalid quantile range: {self.quantile_range!r}; give 0 <= low <= high <= 100, in percent."
            )
        if self.unit_variance and not 0 < low < high < 100:
            raise ValueError(
                f"quantile_range={self.quantile_range!r} with unit_variance=True compares with a normal distribution, "
                "which needs 0 < low < high < 100."
            )
        return low / 100, high / 100

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step]:
        """Return the fit as a generator of steps, one for each column.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; at once, before the first step.
        """
        self._check_params()
        low, high = self._shares()
        X = self._check_X(X, fitting=True)
        return look_at_columns(X, low, high)

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the median and the quantiles of each column of X (n, d).

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; for a distance beyond float64.
        """
        found = finish(self.steps(X, y), self).quantiles
        with np.errstate(over="ignore"):
            distance = found[2] - found[0]
        if self.with_scaling and np.isinf(distance).any():
            f = int(np.isinf(distance).argmax())
            raise ValueError(
                f"The quantiles of column {f} are too far apart for float64; divide it by a constant first."
            )
        self.center_ = found[1] if self.with_centering else None
        self.scale_ = None
        if self.with_scaling:
            low, high = self._shares()
            unit = normal_value(high) - normal_value(low) if self.unit_variance else 1.0
            self.scale_ = without_zeros(distance) / unit
        return self

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return (X - center_) / scale_, shape (n, d).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, infinity, or numbers in a column in which ``fit`` saw only NaN.
        """
        check_is_fitted(self, "scale_")
        found = self._check_X(X, finite=False)
        return map_columns(standardise, found, *self._numbers(), room_for_result(found, X, bool(self.copy)))

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return X * scale_ + center_, shape (n, d): what `transform` did, undone.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or infinity.
        """
        check_is_fitted(self, "scale_")
        found = check_back(self, X, finite=False)
        return map_columns(destandardise, found, *self._numbers(), room_for_result(found, X, bool(self.copy)))

    def _numbers(self) -> tuple[FloatArray, FloatArray]:
        d = self.n_features_in_
        return (
            np.zeros(d) if self.center_ is None else self.center_,
            np.ones(d) if self.scale_ is None else self.scale_,
        )

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags
