"""What a fitted model thinks of each column: one number from its coefficients or importances."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numpy as np

from ..core.typing import Array, FloatArray


def read_importances(model: Any, getter: Any) -> Array:
    """Return what `getter` finds on a fitted model: shape (d,), or (k, d) for several classes or targets.

    getter: "auto" (``coef_``, else ``feature_importances_``), a path of attributes such as ``"best_estimator_.coef_"``,
    or a function of the model.

    Raises
    ------
    ValueError
        If there is no such attribute, or it holds no finite numbers.
    """
    name = type(model).__name__
    if callable(getter):
        found = getter(model)
    elif getter == "auto":
        found = getattr(model, "coef_", None)
        found = getattr(model, "feature_importances_", None) if found is None else found
        if found is None:
            raise ValueError(
                f"when `importance_getter=='auto'`, the underlying estimator {name} should have `coef_` or "
                "`feature_importances_` attribute. Either pass a fitted estimator to feature selector or call fit "
                "before calling transform."
            )
    else:
        try:
            found = attrgetter(getter)(model)
        except AttributeError as error:
            raise ValueError(
                f"importance_getter={getter!r} is no attribute of the fitted {name} ({error}); give the path of its "
                'coefficients or importances, "auto" or a function.'
            ) from error
    values = np.asarray(found)
    if values.dtype.kind not in "biuf" or values.ndim not in (1, 2) or not np.isfinite(values).all():
        raise ValueError(
            f"the importances of {name} are no finite numbers of shape (d,) or (k, d), but of {values.dtype} with "
            f"shape {values.shape}; scale X, or give another importance_getter."
        )
    return values.astype(np.float64)


def size_of_importances(importances: Array, norm_order: float) -> FloatArray:
    """Return the norm of each column of importances (k, d), or the size of each of (d,); shape (d,)."""
    if importances.ndim == 1:
        return np.abs(importances)
    found: FloatArray = np.linalg.norm(importances, axis=0, ord=norm_order)
    return found


def squares_of_importances(importances: Array) -> FloatArray:
    """Return the sum of squares of each column of importances (k, d), or (d,); shape (d,)."""
    top = float(np.abs(importances).max(initial=0.0))
    if top > 1e150 or 0.0 < top < 1e-150:  # else squares would leave float64's range, and all rank alike
        importances = importances / top
    squares: FloatArray = np.square(importances).reshape(-1, importances.shape[-1]).sum(axis=0)
    return squares
