"""Dropping incomplete rows: training uses only the rows that have every value.

Idea
----
The simplest cure of missing values, and an honest one where few rows lack any and these are like the rest. In a
pipeline it may only happen while fitting: a row to be predicted cannot be dropped. So this is a sampler, which a
pipeline calls in ``fit`` alone; the rows of ``predict`` pass by untouched (give the model something that can take them,
or an imputer after this step).

Maths
-----
Row i stays if no x_if is missing.

Cost
----
One pass over X.

Differences
-----------
pandas' ``dropna`` works on one table; here X and y lose the same rows, and `sample_indices_` says which ones stay. Only
holes in X count.

References
----------
R. J. A. Little, D. B. Rubin (2002), Statistical Analysis with Missing Data, section 3.2 (complete-case analysis).
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, OneToOneFeatureMixin, SamplerMixin, check_same_length, count_samples
from ..core.tags import Tags
from ..core.typing import MatrixLike, VectorLike
from ..core.validation import take_rows
from .holes import find_holes_among, is_nan, missing_values_rule, read_cells


class DropIncompleteRows(SamplerMixin, OneToOneFeatureMixin, BaseEstimator):
    """Drop the rows of X that have a missing value, and the same rows of y.

    Parameters
    ----------
    missing_values : what marks a hole: NaN, pandas' NA, None, a number or a string

    Attributes
    ----------
    sample_indices_ : array (m,), the rows that stay
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Little, Rubin (2002); see the top of this file.

    Examples
    --------
    >>> from scratchml.impute import DropIncompleteRows
    >>> nan = float("nan")
    >>> DropIncompleteRows().fit_resample([[1.0, 2.0], [nan, 3.0], [4.0, 5.0]], ["a", "b", "c"])
    ([[1.0, 2.0], [4.0, 5.0]], ['a', 'c'])
    """

    _rules: ClassVar = {"missing_values": missing_values_rule}

    def __init__(self, *, missing_values: Any = np.nan) -> None:
        self.missing_values = missing_values

    def fit(self, X: MatrixLike, y: VectorLike | None = None) -> Self:
        """Find the complete rows of X (n, d), which is all that is learned; return self.

        Raises
        ------
        TypeError, ValueError
            As `fit_resample`.
        """
        self._check_params()
        cells, words = read_cells(self, X, True)
        if y is not None:
            n = count_samples(y, "y")
            check_same_length(X=cells, y=np.empty(n))
        holes = find_holes_among(cells, words, self.missing_values)
        self.sample_indices_ = np.flatnonzero(~holes.any(axis=1))
        if len(self.sample_indices_) == 0:
            shares = holes.mean(axis=0)
            raise ValueError(
                f"All {len(cells)} rows have a missing value, so none would stay (column {int(shares.argmax())} lacks "
                f"{shares.max():.0%} of its values). Leave out such columns, or fill them in (SimpleImputer)."
            )
        return self

    def fit_resample(self, X: MatrixLike, y: VectorLike | None = None) -> tuple[Any, Any]:
        """Return the complete rows of X (n, d), and of y (n,), as what they came in: arrays, lists, pandas' objects.

        y may be anything with a row for each row of X: classes, numbers, several columns, or None.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X, or y of another length; where no row is complete.
        """
        kept = self.fit(X, y).sample_indices_
        return take_rows(X if hasattr(X, "iloc") or isinstance(X, list) else np.asarray(X), kept), (
            None if y is None else take_rows(y, kept)
        )

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.requires_y, tags.sample_indices = False, True
        tags.allow_nan, tags.string = is_nan(self.missing_values), True
        return tags
