"""Tables that are taken as they come: an array of any kind of values, or a data frame; rows and columns of either."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import is_data_frame, is_sparse
from ..core.typing import MatrixLike


def as_table(X: MatrixLike) -> Any:
    """Return X (n, d) as it is if it is a data frame, else as an array of its own kind of values.

    Raises
    ------
    TypeError, ValueError
        If X is sparse, empty, or not two-dimensional.
    """
    if is_sparse(X):
        raise TypeError("Sparse data was passed for X, but dense data is required. Use X.toarray() to convert it.")
    found = X if is_data_frame(X) else np.asarray(X)
    if len(found.shape) != 2:
        raise ValueError(
            f"Expected 2D array, got an array of shape {found.shape} instead; give X of shape (n, d), as the model was "
            "fitted to."
        )
    if 0 in found.shape:
        raise ValueError(f"Found array with shape {found.shape} for X; at least one row and one column are required.")
    return found


def take(X: Any, rows: Any) -> Any:
    """Return rows of X, in the kind X has."""
    return X.iloc[rows] if hasattr(X, "iloc") else X[rows] if hasattr(X, "shape") else [X[i] for i in rows]


def with_column(X: Any, f: int, values: Any) -> Any:
    """Return X with column f replaced: in place for an array, a new frame for a data frame."""
    if not is_data_frame(X):
        X[:, f] = values
        return X
    if hasattr(X, "iloc"):
        return X.assign(**{X.columns[f]: values}) if isinstance(X.columns[f], str) else _set_by_place(X, f, values)
    name = X.columns[f]
    return X.with_columns(values.alias(name) if hasattr(values, "alias") else type(X[name])(name, values))


def _set_by_place(X: Any, f: int, values: Any) -> Any:
    found = X.copy()
    found.isetitem(f, values)
    return found


def column_of(X: Any, f: int) -> Any:
    """Return column f of X in the kind X has: an array (n,), or a series."""
    if not is_data_frame(X):
        return X[:, f]
    return X.iloc[:, f] if hasattr(X, "iloc") else X[X.columns[f]]
