"""Scaling by the largest absolute value: every column ends between -1 and 1, and zeros stay zeros.

Idea
----
A column of counts, most of them 0, would lose its zeros if it were shifted. Dividing by the largest absolute value
brings it to the size of the others, and changes no sign and no zero.

Maths
-----
For each column::

    scale = max_i |x_i|        z_i = x_i / scale

A column of zeros has scale 1.

Cost
----
``fit`` reads X once: O(n d) time, O(d) memory for each chunk. ``transform`` is one pass.

Differences
-----------
From scikit-learn: dense arrays only; float32 becomes float64; a column that ``fit`` saw only as NaN is an error when
``transform`` meets a number in it. As there, a largest value below 2.2e-15 counts as zero.

References
----------
J. Han, M. Kamber, J. Pei, "Data mining: concepts and techniques", 3rd edition, section 3.5.2 (scaling by a constant).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, check_is_fitted, finish
from ..core.rules import boolean
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike
from .columns import check_back, map_columns, room_for_result, without_zeros
from .min_max_scaler import Step, widen
from .standard_scaler import destandardise, standardise


class MaxAbsScaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Divide each column by its largest absolute value.

    Parameters
    ----------
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array; anything else is copied anyway
    clip : move values that ``fit`` did not see, and that land beyond -1 and 1, to these

    Attributes
    ----------
    max_abs_ : array of shape (d,); NaN for a column of NaN only
    scale_ : array of shape (d,): `max_abs_`, 1 for a column of zeros
    n_samples_seen_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Han, Kamber and Pei, section 3.5.2.

    Examples
    --------
    >>> from scratchml.preprocessing import MaxAbsScaler
    >>> MaxAbsScaler().fit_transform([[-4.0], [0.0], [2.0]]).ravel().tolist()
    [-1.0, 0.0, 0.5]
    """

    _rules: ClassVar = {"copy": boolean, "clip": boolean}

    def __init__(self, *, copy: bool = True, clip: bool = False) -> None:
        self.copy = copy
        self.clip = clip

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step]:
        """Return the fit as a generator of steps, one for each chunk of rows looked at.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; at once, before the first step.
        """
        self._check_params()
        X = self._check_X(X, fitting=True)
        self._n = len(X)
        return widen(X, np.full(X.shape[1], np.inf), np.full(X.shape[1], -np.inf))

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the largest absolute value of each column of X (n, d); earlier batches are forgotten.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X.
        """
        return self._keep(finish(self.steps(X, y), self), self._n)

    def partial_fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Learn from one more batch of rows.

        Raises
        ------
        TypeError, ValueError
            As `fit` does; also where the number of columns differs from the first batch's.
        """
        if not hasattr(self, "n_samples_seen_"):
            return self.fit(X, y)
        self._check_params()
        X = self._check_X(X)
        known = np.where(np.isnan(self.max_abs_), -np.inf, self.max_abs_)
        return self._keep(finish(widen(X, -known, known), self), self.n_samples_seen_ + len(X))

    def _keep(self, last: Step, n: int) -> Self:
        largest = np.maximum(-last.low, last.high)
        self.max_abs_ = np.where(last.low > last.high, np.nan, np.abs(largest))
        self.scale_, self.n_samples_seen_ = without_zeros(self.max_abs_), n
        return self

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return X / scale_, shape (n, d), clipped where `clip` says so.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, infinity, or numbers in a column in which ``fit`` saw only NaN.
        """
        check_is_fitted(self, "scale_")
        found = self._check_X(X, finite=False)
        out, zeros = room_for_result(found, X, bool(self.copy)), np.zeros(found.shape[1])
        return map_columns(standardise, found, zeros, self.scale_, out, (-1.0, 1.0) if self.clip else None)

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return X * scale_, shape (n, d): what `transform` did, undone.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or infinity.
        """
        check_is_fitted(self, "scale_")
        found = check_back(self, X, finite=False)
        out, zeros = room_for_result(found, X, bool(self.copy)), np.zeros(found.shape[1])
        return map_columns(destandardise, found, zeros, self.scale_, out)

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags
