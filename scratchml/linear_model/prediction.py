"""What all linear models share once they are fitted: X w + b, rows of X checked on the way."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ..core import check_is_fitted, checked_product, surely_finite
from ..core.tags import Tags
from ..core.typing import FloatArray, MatrixLike


def weighted_sums(X: FloatArray, coef: FloatArray, intercept: FloatArray | float, n_jobs: int | None) -> FloatArray:
    """Return X coef' + intercept, (n,) or (n, t), for X (n, d), coef (d,) or (t, d); infinite or NaN on overflow.

    Raises
    ------
    ValueError
        If X has NaN or infinity: `_check_X` may leave that to be found here, where X is read anyway.
    """
    return checked_product(X, np.ascontiguousarray(coef.T, dtype=np.float64), intercept, n_jobs)


def linear_values(X: FloatArray, coef: FloatArray, intercept: FloatArray | float, n_jobs: int | None) -> FloatArray:
    """Return the `weighted_sums` of the rows of X, all of them finite.

    Raises
    ------
    ValueError
        If X has NaN or infinity, or a value is beyond float64's range.
    """
    found = weighted_sums(X, coef, intercept, n_jobs)
    if not surely_finite(found) and not np.isfinite(found).all():
        raise ValueError("A prediction is too large for float64: X is far beyond what was seen in fit; rescale it.")
    return found


class LinearPredictor:
    """A linear regressor for one target or, unless it says otherwise, several: it has `coef_` and `intercept_`."""

    _several_targets: ClassVar[bool] = True
    coef_: FloatArray
    intercept_: Any

    def predict(self, X: MatrixLike) -> FloatArray:
        """Return X coef_ + intercept_, shape (n,) or (n, t).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, NaN or infinity, or a prediction is beyond float64's range.
        """
        check_is_fitted(self, "coef_")
        X = self._check_X(X, finite=False, order="any")  # type: ignore[attr-defined]
        return linear_values(X, self.coef_, self.intercept_, getattr(self, "n_jobs", None))

    def _tags(self) -> Tags:
        tags: Tags = super()._tags()  # type: ignore[misc]
        tags.multi_output = self._several_targets
        return tags
