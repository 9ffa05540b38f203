"""The missing indicator: a table of holes, one column of True and False for each column that has some.

Idea
----
Who does not answer a question often differs from who does. So the hole itself is a feature.

Maths
-----
z_if = [x_if is missing].

Cost
----
One pass over X.

Differences
-----------
From scikit-learn: results are dense, so ``sparse=True`` is refused.

References
----------
R. J. A. Little, D. B. Rubin (2002), Statistical Analysis with Missing Data, section 1.2 (missing-data indicator).
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, TransformerMixin, check_is_fitted, input_feature_names
from ..core.rules import boolean, one_of
from ..core.tags import Tags
from ..core.typing import Array, MatrixLike, VectorLike
from .holes import find_holes_among, missing_values_rule, read_cells


class MissingIndicator(TransformerMixin, BaseEstimator):
    """Mark the holes of a table.

    Parameters
    ----------
    missing_values : what marks a hole: NaN, pandas' NA, None, a number or a string
    features : "missing-only" for the columns that had holes in ``fit``, "all" for all of them
    sparse : "auto" or False; results are dense either way
    error_on_new : with "missing-only", refuse rows with holes in a column that had none in ``fit``

    Attributes
    ----------
    features_ : array (k,), the columns that are marked
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Little, Rubin (2002); see the top of this file.

    Examples
    --------
    >>> from scratchml.impute import MissingIndicator
    >>> nan = float("nan")
    >>> MissingIndicator().fit_transform([[nan, 1.0], [4.0, 2.0]])
    array([[ True],
           [False]])
    """

    _rules: ClassVar = {
        "missing_values": missing_values_rule,
        "features": one_of("missing-only", "all"),
        "sparse": one_of("auto", False),
        "error_on_new": boolean,
    }

    def __init__(
        self,
        *,
        missing_values: Any = np.nan,
        features: str = "missing-only",
        sparse: bool | str = "auto",
        error_on_new: bool = True,
    ) -> None:
        self.missing_values = missing_values
        self.features = features
        self.sparse = sparse
        self.error_on_new = error_on_new

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(features="all")]  # of a table without holes "missing-only" leaves no column to show

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the columns of X (n, d) that have holes; return self.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X.
        """
        self._check_params()
        return self._remember(find_holes_among(*read_cells(self, X, True), self.missing_values))

    def fit_transform(self, X: MatrixLike, y: Any = None, **fit_params: Any) -> Array:
        """Fit to X (n, d) and return its holes, shape (n, k): `fit` and `transform` in one search."""
        self._check_params()
        holes = find_holes_among(*read_cells(self, X, True), self.missing_values)
        return self._remember(holes)._marked(holes)

    def _marked(self, holes: Array) -> Array:
        return holes if len(self.features_) == holes.shape[1] else np.ascontiguousarray(holes[:, self.features_])

    def _remember(self, holes: Array, owner: Any = None) -> Self:
        """Keep which columns have holes (n, d); an imputer, the `owner`, lends its columns' names."""
        self.n_features_in_ = holes.shape[1]
        if owner is not None and hasattr(owner, "feature_names_in_"):
            self.feature_names_in_ = owner.feature_names_in_
        wanted = np.ones(holes.shape[1], dtype=bool) if self.features == "all" else holes.any(axis=0)
        self.features_ = np.flatnonzero(wanted)
        return self

    def transform(self, X: MatrixLike) -> Array:
        """Return True for each hole of X (m, d) in the columns `features_`, shape (m, k).

        Raises
        ------
        ValueError
            If X has holes where ``fit`` saw none, with `error_on_new`.
        """
        check_is_fitted(self, "features_")
        holes = find_holes_among(*read_cells(self, X, False), self.missing_values)
        if self.features == "missing-only" and self.error_on_new:
            new = np.setdiff1d(np.flatnonzero(holes.any(axis=0)), self.features_)
            if len(new):
                raise ValueError(
                    f"The features {new} have missing values in transform but have no missing values in fit. Fit to "
                    "rows that show them, or give error_on_new=False or features='all'."
                )
        return self._marked(holes)

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out: ``missingindicator_`` and the name of the column in."""
        check_is_fitted(self, "n_features_in_")
        names = input_feature_names(self, input_features)
        return np.asarray([f"missingindicator_{name}" for name in names[self.features_]], dtype=object)

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan, tags.string, tags.keeps_dtype = True, True, False
        return tags
