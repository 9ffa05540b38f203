"""Modified z-score: the z-score with medians in place of means, which outliers cannot pull.

Idea
----
Half of the rows would have to be wrong before a median moves far. So take the median for the middle, and the median
of the distances from it (MAD) for the spread.

Maths
-----
MAD_f = median_i |x_if - median_f|. M_if = 0.6745 (x_if - median_f) / MAD_f; 0.6745 makes MAD / 0.6745 the standard
deviation of normal data. strangeness(x_i) = max_f |M_if|; above 3.5 is an outlier.
Where MAD_f = 0 (more than half of the values are equal): M_if = (x_if - median_f) / (1.253314 meanAD_f), with the mean
of the distances, times sqrt(pi / 2).

Cost
----
O(n d), by selection.

Differences
-----------
The authors give no rule for MAD = 0; the one above is that of IBM's Cognos Analytics.

References
----------
B. Iglewicz, D. C. Hoaglin (1993), How to Detect and Handle Outliers, ASQC Quality Press, section 3.4.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..core.rules import real
from ..core.typing import FloatArray
from .detector import Band, BandDetector, BaseDetector, columns_of, in_units, neighbours

NORMAL = 0.6745  # the upper quartile of the standard normal distribution, with the digits of the book
MEAN_TO_SPREAD = 1.253314  # sqrt(pi / 2): standard deviation / mean absolute deviation, of normal data


def medians(columns: FloatArray) -> FloatArray:
    """Return the median (d,) of each column. columns (d, n): reordered."""
    [(low, high, share)] = neighbours(columns, [0.5])
    return low if share == 0.0 else 0.5 * (low + high)


class ModifiedZScore(BandDetector):
    """Outliers have a modified z-score above `threshold`, in any column.

    Parameters
    ----------
    threshold : the largest usual |M|
    contamination : "auto" for `threshold`, or the share of training rows to call outliers, in (0, 0.5]

    Attributes
    ----------
    median_, mad_ : arrays (d,), median and median absolute deviation of each column
    scale_ : array (d,): mad_ / 0.6745, or 1.253314 times the mean absolute deviation where mad_ is 0
    offset_ : float; rows that score below it are outliers
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Iglewicz, Hoaglin (1993); see the top of this file.

    Examples
    --------
    >>> from scratchml.outliers import ModifiedZScore
    >>> ModifiedZScore().fit_predict([[1.0], [2.0], [3.0], [2.0], [50.0]])
    array([ 1,  1,  1,  1, -1])
    """

    _rules: ClassVar = {**BaseDetector._rules, "threshold": real(0.0, open_low=True)}

    def __init__(self, *, threshold: float = 3.5, contamination: float | str = "auto") -> None:
        self.threshold = threshold
        self.contamination = contamination

    def _learn(self, X: FloatArray) -> float:
        scaled, unit = in_units(X)
        columns = columns_of(scaled)
        middle = medians(columns)
        columns -= middle[:, None]
        mad = medians(np.abs(columns, out=columns))
        self.median_, self.mad_ = middle * unit, mad * unit
        spread = mad / NORMAL
        if not mad.all():
            spread = np.where(mad > 0.0, spread, MEAN_TO_SPREAD * np.abs(scaled - middle).mean(axis=0))
        self.scale_ = spread * unit
        self._band = Band(self.median_, self.median_, self.scale_)
        return self.threshold
