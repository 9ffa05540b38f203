"""What all selectors share: from the mask of chosen columns to tables with fewer columns, and back.

A selector says which columns it keeps, in `_get_support_mask`; the methods here do the rest.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..core import (
    TransformerMixin,
    check_array,
    check_finite,
    check_is_fitted,
    chunks,
    input_feature_names,
    one_blas_thread,
    surely_finite,
)
from ..core.typing import Array, FloatArray, MatrixLike, VectorLike

BLOCK = 2**16  # numbers that are checked and copied at a time: they should stay in the cache between the two


def kept_columns(X: FloatArray, kept: Array, allow_nan: bool) -> FloatArray:
    """Return the columns `kept` of X (n, d), which is checked for infinity, and for NaN unless `allow_nan`.

    Raises
    ------
    ValueError
        As `check_finite`.
    """
    # plainly: check_finite(X, "X", allow_nan); return X[:, kept]
    found, finite = np.empty((len(X), len(kept))), True
    with one_blas_thread():
        for rows in chunks(len(X), max(1, BLOCK // max(1, X.shape[1]))):
            finite = finite and surely_finite(X[rows])
            np.take(X[rows], kept, axis=1, out=found[rows], mode="clip")  # no number is out of range
    if not finite:
        check_finite(X, "X", allow_nan)
    return found


class SelectorMixin(TransformerMixin):
    """A transformer that keeps some of the columns; put it before the base."""

    def _get_support_mask(self) -> Array:
        """Return the mask (d,) of the columns kept."""
        raise NotImplementedError(f"{type(self).__name__} must say in _get_support_mask which columns it keeps.")

    def get_support(self, indices: bool = False) -> Array:
        """Return which columns are kept: a mask (d,), or with `indices` their numbers.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        """
        check_is_fitted(self)
        mask = self._get_support_mask()
        return np.flatnonzero(mask) if indices else mask

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return the columns of X (n, d) that are kept.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or infinity.
        """
        check_is_fitted(self)
        found: FloatArray = self._check_X(X, finite=False)  # type: ignore[attr-defined]
        mask = self._get_support_mask()
        if not mask.any():
            warnings.warn(
                "No features were selected: either the data is too noisy or the selection test too strict.",
                UserWarning,
                stacklevel=2,
            )
        return kept_columns(found, np.flatnonzero(mask), self._tags().allow_nan)

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return X (n, columns kept) with columns of zeros where columns were dropped, shape (n, d).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns than are kept.
        """
        check_is_fitted(self)
        mask = self._get_support_mask()
        kept = check_array(X, allow_nan=self._tags().allow_nan, min_features=0)
        if kept.shape[1] != mask.sum():
            raise ValueError(
                f"X has a different shape than during fitting: {kept.shape[1]} columns are given, {int(mask.sum())} "
                "were kept; give what transform returned."
            )
        full = np.zeros((len(kept), len(mask)))
        full[:, mask] = kept
        return full

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns kept.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If `input_features` has another length, or other names than ``fit`` saw.
        """
        check_is_fitted(self)
        names = input_feature_names(self, input_features)
        return names[self._get_support_mask()]


def check_score_shape(scores: Any, d: int) -> FloatArray:
    """Return scores or importances as float64 (d,), or say what is wrong with them.

    Raises
    ------
    ValueError
        If there is not one number for each column.
    """
    found = np.asarray(scores)
    if found.dtype.kind not in "biuf" or found.shape != (d,):
        raise ValueError(
            f"one score for each of the {d} columns is wanted, but an array of {found.dtype} with shape {found.shape} "
            "came back; check score_func or importance_getter."
        )
    return found.astype(np.float64)
