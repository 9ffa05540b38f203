"""z-score: a value is strange if it lies many standard deviations from its column's mean.

Idea
----
Measure every value by its column's mean and spread. Simple, but an outlier pulls the mean towards itself and widens
the spread: among n rows no |z| can be larger than sqrt(n - 1), so among ten rows none ever reaches 3.

Maths
-----
z_if = (x_if - mean_f) / s_f, s_f^2 = sum_i (x_if - mean_f)^2 / n. strangeness(x_i) = max_f |z_if|.

Cost
----
O(n d).

Differences
-----------
None known from the definition; the divisor is n, as in `scipy.stats.zscore`.

References
----------
R. E. Shiffler (1988), "Maximum z scores and outliers", The American Statistician 42(1), 79-80: the bound sqrt(n - 1),
which for a divisor of n - 1 is (n - 1) / sqrt(n).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..core.rules import real
from ..core.typing import FloatArray
from .detector import Band, BandDetector, BaseDetector, in_units, mean_and_spread


class ZScore(BandDetector):
    """Outliers lie more than `threshold` standard deviations from the mean, in any column.

    Parameters
    ----------
    threshold : the largest usual |z|
    contamination : "auto" for `threshold`, or the share of training rows to call outliers, in (0, 0.5]

    Attributes
    ----------
    mean_, scale_ : arrays (d,), mean and standard deviation of each column
    offset_ : float; rows that score below it are outliers
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Shiffler (1988); see the top of this file.

    Examples
    --------
    >>> from scratchml.outliers import ZScore
    >>> ZScore(threshold=1.5).fit_predict([[1.0], [2.0], [3.0], [2.0], [50.0]])
    array([ 1,  1,  1,  1, -1])
    """

    _rules: ClassVar = {**BaseDetector._rules, "threshold": real(0.0, open_low=True)}

    def __init__(self, *, threshold: float = 3.0, contamination: float | str = "auto") -> None:
        self.threshold = threshold
        self.contamination = contamination

    def _learn(self, X: FloatArray) -> float:
        scaled, unit = in_units(X)
        mean, spread, more, *part = np.empty((6, X.shape[1]))
        mean_and_spread(scaled, mean, spread, more, np.array(part))
        self.mean_, self.scale_ = mean * unit, spread * unit
        self._band = Band(self.mean_, self.mean_, self.scale_)
        return self.threshold
