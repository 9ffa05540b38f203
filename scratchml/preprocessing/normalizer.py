"""Normalising: every row is divided by its own length.

Idea
----
Of two texts, one twice as long as the other, the word counts differ though the mix of words is the same. Dividing each
row by its length leaves only its direction. Columns are not compared and nothing is learned.

Maths
-----
::

    z_i = x_i / length(x_i)

    "l1": length = sum_f |x_f|        "l2": length = sqrt(sum_f x_f^2)        "max": length = max_f |x_f|

Where the sum of squares is beyond float64, the row is divided by its largest absolute value first. A row of zeros
stays.

Cost
----
One pass: O(n d).

Differences
-----------
From scikit-learn: dense arrays only; float32 becomes float64; squares that overflow are caught. As there, a row
shorter than 2.2e-15 counts as zero and is left as it is.

References
----------
C. D. Manning, P. Raghavan, H. Schuetze, "Introduction to information retrieval", section 6.3.1.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, TransformerMixin, chunks, map_chunks
from ..core.jit import kernel
from ..core.rules import boolean, one_of
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, MatrixLike
from .columns import CHUNK_ROWS, NEARLY_ZERO, room_for_result

NORMS = {"l1": 1, "l2": 2, "max": 0}


@kernel
def row_length(x: Array, norm: int) -> float:
    """Return the length of x (d,), which is read: norm 1, 2, or 0 for the largest absolute value."""
    largest: float = 0.0
    total: float = 0.0
    if norm == 2:
        for f in range(x.shape[0]):
            total += x[f] * x[f]
        if total < np.inf:
            return math.sqrt(total)
    for f in range(x.shape[0]):
        largest = max(largest, abs(x[f]))
    if norm == 0:
        return largest
    total = 0.0
    if norm == 1:
        for f in range(x.shape[0]):
            total += abs(x[f])
        return total
    for f in range(x.shape[0]):  # the squares were beyond float64
        total += (x[f] / largest) ** 2
    return largest * math.sqrt(total)


@kernel
def normalise_rows(X: Array, norm: int, nearly_zero: float, Z: Array) -> None:
    """Divide each row by its length. X (m, d): read. Z (m, d): overwritten, may be X."""
    for i in range(X.shape[0]):
        length, unit = row_length(X[i], norm), 1.0
        if length == np.inf:  # not even the length is within float64: shrink the row by a power of two first
            unit = 2.0**-64
            for f in range(X.shape[1]):
                Z[i, f] = X[i, f] * unit
            length = row_length(Z[i], norm)
        if length < nearly_zero:
            length = 1.0
        for f in range(X.shape[1]):
            Z[i, f] = X[i, f] * unit / length


class Normalizer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Divide each row by its length; nothing is learned, `fit` only checks.

    Parameters
    ----------
    norm : "l1", "l2" or "max"
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array; anything else is copied anyway

    Attributes
    ----------
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Manning, Raghavan and Schuetze, section 6.3.1.

    Examples
    --------
    >>> from scratchml.preprocessing import Normalizer
    >>> Normalizer().fit_transform([[3.0, 4.0], [0.0, 0.0]])
    array([[0.6, 0.8],
           [0. , 0. ]])
    """

    _rules: ClassVar = {"norm": one_of("l1", "l2", "max"), "copy": boolean}

    def __init__(self, norm: str = "l2", *, copy: bool = True) -> None:
        self.norm = norm
        self.copy = copy

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Check the parameters and X (n, d); remember its columns.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X.
        """
        self._check_params()
        self._check_X(X, fitting=True)
        return self

    def transform(self, X: MatrixLike, copy: bool | None = None) -> FloatArray:
        """Return each row of X (n, d) divided by its length; `copy` overrides the parameter.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; for another number of columns than ``fit`` saw.
        """
        self._check_params()
        found = self._check_X(X)
        out = room_for_result(found, X, bool(self.copy if copy is None else copy))
        norm = NORMS[self.norm]
        work = chunks(len(found), CHUNK_ROWS)
        map_chunks(lambda rows: normalise_rows(found[rows], norm, NEARLY_ZERO, out[rows]), work)
        return out

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.requires_fit = False
        return tags
