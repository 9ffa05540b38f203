"""Variance threshold: drop the columns that hardly change.

Idea
----
A column with the same value in every row tells nothing about the rows. This looks at X alone, never at y.

Maths
-----
variance_f = (1/n) sum_i (x_if - mean_f)^2 over the values that are there; column f is kept if variance_f > threshold.

Cost
----
Two passes over X, row by row.

Differences
-----------
scikit-learn leaves a variance that is no number in float64 (overflow) out of its count of columns kept; here it is
infinity and the column is kept. A constant column with missing values is dropped (scikit-learn keeps it if the mean is
rounded). A column of tiny numbers that are not all the same keeps a variance above 0 where the
square would be rounded to 0. float32 becomes float64; sparse X is refused.

References
----------
Chan, Golub, LeVeque, Algorithms for computing the sample variance, The American Statistician 37 (1983), equation 1.8.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, Tags
from ..core.jit import kernel
from ..core.rules import real
from ..core.typing import Array, FloatArray, MatrixLike
from .selector import SelectorMixin

SMALLEST = 5e-324


@kernel
def add_rows(X: Array, counts: Array, sums: Array, low: Array, high: Array) -> None:
    """Count, add up and bound the values of each column that are there.

    X (n, d), NaN where a value is missing: read. counts, sums, low, high (d,): overwritten; all NaN gives low > high.
    """
    counts[:], sums[:], low[:], high[:] = 0.0, 0.0, np.inf, -np.inf
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            x = X[i, f]
            there = x == x
            counts[f] += 1.0 if there else 0.0
            sums[f] += x if there else 0.0
            low[f] = x if x < low[f] else low[f]
            high[f] = x if x > high[f] else high[f]


@kernel
def add_squares(X: Array, means: Array, deviations: Array, squares: Array) -> None:
    """Add up the deviations from the mean, and their squares.

    X (n, d), means (d,): read. deviations, squares (d,): overwritten.
    """
    deviations[:], squares[:] = 0.0, 0.0
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            x = X[i, f] - means[f]
            x = x if x == x else 0.0
            deviations[f] += x
            squares[f] += x * x


def column_variances(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the variance and the range (largest less smallest) of each column, both (d,); NaN where all is NaN."""
    counts, sums, low, high, deviations, squares = np.empty((6, X.shape[1]))
    with np.errstate(all="ignore"):
        add_rows(X, counts, sums, low, high)
        add_squares(X, sums / counts, deviations, squares)
        # plainly: squares / counts; the rest takes the rounding of the mean out again
        variances = (squares - deviations**2 / counts) / counts
        extreme = ~np.isfinite(variances) & (counts > 0)
        if extreme.any():  # the sums left float64's range: the same in units of the column's largest number
            scale = np.maximum(-low[extreme], high[extreme])
            variances[extreme] = np.nanvar(X[:, extreme] / scale, axis=0) * scale * scale
        spread = np.where(counts > 0, high - low, np.nan)
    return np.where(spread > 0, np.maximum(variances, SMALLEST), np.where(counts > 0, 0.0, np.nan)), spread


class VarianceThreshold(SelectorMixin, BaseEstimator):
    """Keep the columns whose variance is above a threshold.

    Parameters
    ----------
    threshold : in squared units of the column, 0 or more; 0 drops only columns that are constant

    Attributes
    ----------
    variances_ : array of shape (d,); with threshold 0 the lesser of variance and range, as in scikit-learn
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Chan, Golub and LeVeque (1983), equation 1.8.

    Examples
    --------
    >>> from scratchml.feature_selection import VarianceThreshold
    >>> VarianceThreshold().fit_transform([[0, 2, 0, 3], [0, 1, 4, 3], [0, 1, 1, 3]])
    array([[2., 0.],
           [1., 4.],
           [1., 1.]])
    """

    _rules: ClassVar = {"threshold": real(0.0)}

    def __init__(self, threshold: float = 0.0) -> None:
        self.threshold = threshold

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Learn the variances of the columns of X (n, d); NaN is left out.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; if no column is above the threshold.
        """
        self._check_params()
        table = self._check_X(X, fitting=True)
        variances, spread = column_variances(table)
        self.variances_ = np.fmin(variances, spread) if self.threshold == 0 else variances
        if not (self.variances_ > self.threshold).any():
            only = " (X contains only one sample)" if len(table) == 1 else ""
            raise ValueError(f"No feature in X meets the variance threshold {self.threshold:.5f}{only}; lower it.")
        return self

    def _get_support_mask(self) -> Array:
        mask: Array = self.variances_ > self.threshold
        return mask

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags
