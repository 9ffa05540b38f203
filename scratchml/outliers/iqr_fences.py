"""Tukey's fences: a value is strange if it lies far outside the middle half of its column.

Idea
----
The box of a box plot holds the middle half of the values. One and a half boxes below and above it stand the fences;
what lies outside is drawn as a point of its own. Quarters of the data can be wrong before a fence moves far.

Maths
-----
IQR_f = Q3_f - Q1_f. Fences: Q1_f - k IQR_f and Q3_f + k IQR_f, k = 1.5 ("outside"; 3 is "far out").
strangeness(x_i) = max_f max(Q1_f - x_if, x_if - Q3_f) / IQR_f, so an outlier's is above k.

Cost
----
O(n d), by selection.

Differences
-----------
Quartiles are interpolated linearly (NumPy's default, Hyndman and Fan's type 7); Tukey's hinges are medians of halves,
which differ from these by less than the gap between two neighbouring values.

References
----------
J. W. Tukey (1977), Exploratory Data Analysis, section 2D.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..core.rules import real
from ..core.typing import FloatArray
from .detector import Band, BandDetector, BaseDetector, between, columns_of, in_units, neighbours


class IQRFences(BandDetector):
    """Outliers lie more than `threshold` interquartile ranges below the first or above the third quartile.

    Parameters
    ----------
    threshold : Tukey's k
    contamination : "auto" for `threshold`, or the share of training rows to call outliers, in (0, 0.5]

    Attributes
    ----------
    q1_, q3_, iqr_ : arrays (d,), quartiles and their distance
    lower_fence_, upper_fence_ : arrays (d,), the fences that `offset_` stands for
    offset_ : float; rows that score below it are outliers
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Tukey (1977); see the top of this file.

    Examples
    --------
    >>> from scratchml.outliers import IQRFences
    >>> model = IQRFences().fit([[1.0], [2.0], [3.0], [4.0], [50.0]])
    >>> model.lower_fence_, model.upper_fence_
    (array([-1.]), array([7.]))
    >>> model.predict([[1.0], [8.0]])
    array([ 1, -1])
    """

    _rules: ClassVar = {**BaseDetector._rules, "threshold": real(0.0)}

    def __init__(self, *, threshold: float = 1.5, contamination: float | str = "auto") -> None:
        self.threshold = threshold
        self.contamination = contamination

    def _learn(self, X: FloatArray) -> float:
        scaled, unit = in_units(X)
        q1, q3 = (between(*beside) for beside in neighbours(columns_of(scaled), [0.25, 0.75]))
        self.q1_, self.q3_ = q1 * unit, q3 * unit
        self.iqr_ = np.minimum((q3 - q1) * (unit * 0.5), np.finfo(np.float64).max / 2) * 2.0
        self._band = Band(self.q1_, self.q3_, self.iqr_)
        return self.threshold

    @property
    def lower_fence_(self) -> FloatArray:
        """The lower fences (d,)."""
        return self._fences(self.q1_, 1.0)

    @property
    def upper_fence_(self) -> FloatArray:
        """The upper fences (d,)."""
        return self._fences(self.q3_, -1.0)

    def _fences(self, quartile: FloatArray, sign: float) -> FloatArray:
        with np.errstate(over="ignore"):
            found: FloatArray = quartile + sign * self.offset_ * self.iqr_
        return found
