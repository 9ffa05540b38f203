"""Columns of categories: which they are, and how their values become numbers.

Idea
----
A category has a name, and no order. Its number is its place among the sorted names; what is missing, or was never seen
in fit, has no number: NaN. Columns of categories are put first, those of numbers behind them.

Cost
----
Sorting the names of each column of categories, O(n log n).

Differences
-----------
Columns are reordered as scikit-learn's are, which decides ties; but `interaction_cst` names the caller's columns, where
scikit-learn 1.9.1 takes its numbers for places in the reordered X.

References
----------
W. D. Fisher (1958), "On grouping for maximum homogeneity", J. Am. Stat. Assoc. 53(284).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core import check_array, is_data_frame
from ..core.typing import Array, FloatArray, IntArray


class Columns(NamedTuple):
    """The columns of X as the trees see them."""

    order: IntArray  # (d,) the caller's column at each place: categories first
    categories: list[Array]  # the sorted values of each column of categories

    @property
    def counts(self) -> IntArray:
        """How many categories a column has, -1 for a column of numbers: shape (d,), categories first."""
        found = np.full(len(self.order), -1, dtype=np.int64)
        found[: len(self.categories)] = [len(values) for values in self.categories]
        return found


def find_categorical(X: Any, wanted: Any) -> Array | None:
    """Return which columns of X hold categories, (d,) bool, or None if none does; `wanted` as the parameter says it.

    Raises
    ------
    ValueError
        For names where X has none, unknown names, places beyond X, a mask of another length, other kinds.
    """
    frame = is_data_frame(X)
    if wanted is None or (isinstance(wanted, str) and not frame):
        return None
    d = np.shape(X)[1] if np.ndim(X) == 2 or frame else 0
    if isinstance(wanted, str):  # "from_dtype"
        found = np.array([str(dtype).lower().startswith(("category", "categorical", "enum")) for dtype in X.dtypes])
        return found if found.any() else None
    given = np.asarray(wanted)
    if given.size == 0:
        return None
    kinds = sorted({type(value).__name__ for value in given.ravel().tolist()})
    if given.dtype.kind not in "ibUO" or (given.dtype.kind == "O" and kinds != ["str"]):
        raise ValueError(f"categorical_features must be an array-like of bool, int or str, got: {', '.join(kinds)}.")
    if given.dtype.kind == "b":
        if given.shape != (d,):
            raise ValueError(
                f"categorical_features set as a boolean mask must have shape (n_features,), got: {given.shape}; "
                f"X has {d} columns."
            )
        return given if given.any() else None
    if given.dtype.kind in "UO":
        given = _places_of_names(X, given.ravel().tolist(), frame)
    if given.max() >= d or given.min() < 0:
        raise ValueError(
            "categorical_features set as integer indices must be in [0, n_features - 1], got "
            f"{given.tolist()} for {d} columns."
        )
    found = np.zeros(d, dtype=bool)
    found[given] = True
    return found


def _places_of_names(X: Any, wanted: list[str], frame: bool) -> IntArray:
    if not frame:
        raise ValueError(
            "categorical_features should be passed as an array of integers or as a boolean mask when the model is "
            "fitted on data without feature names."
        )
    names = list(X.columns)
    for name in wanted:
        if name not in names:
            raise ValueError(
                f"categorical_features has an item value {name!r} which is not a valid feature name of the training "
                f"data. Observed feature names: {names}"
            )
    return np.array([names.index(name) for name in wanted], dtype=np.int64)


def column_of(X: Any, f: int) -> Array:
    """Return column f of an array or a data frame, (n,), of its own kind."""
    if is_data_frame(X):
        column = X.iloc[:, f] if hasattr(X, "iloc") else X[:, f]
        return np.asarray(column.to_numpy())
    return np.asarray(X)[:, f]


def missing_in(x: Array) -> Array:
    """Return which values of x (n,) are missing: None or not equal to themselves."""
    if x.dtype.kind == "f":
        return np.isnan(x)
    if x.dtype.kind != "O":
        return np.zeros(len(x), dtype=bool)
    return np.array([value is None or type(value).__name__ == "NAType" or value != value for value in x], dtype=bool)


def learn_columns(X: Any, categorical: Array, max_bins: int) -> Columns:
    """Return how to tell the columns of X (n, d) in numbers.

    Raises
    ------
    ValueError
        If a column has more than `max_bins` categories.
    TypeError
        If a column has values that cannot be sorted together.
    """
    places = np.flatnonzero(categorical)
    found = []
    for f in places:
        x = column_of(X, int(f))
        try:
            values = np.unique(x[~missing_in(x)])
        except TypeError as error:
            raise TypeError(
                f"X: column {f} of categories mixes kinds of values ({error}); make them one kind."
            ) from error
        if len(values) > max_bins:
            name = repr(list(X.columns)[f]) if is_data_frame(X) else f"at index {f}"
            raise ValueError(
                f"Categorical feature {name} is expected to have a cardinality <= {max_bins} but actually has a "
                f"cardinality of {len(values)}."
            )
        found.append(values)
    return Columns(np.r_[places, np.flatnonzero(~categorical)], found)


def number_categories(x: Array, values: Array) -> FloatArray:
    """Return each value's place among the sorted values; NaN for what is missing or not among them."""
    out = np.full(len(x), np.nan)
    known = ~missing_in(x)
    if not len(values):
        return out
    if x.dtype.kind in "iufb" and values.dtype.kind in "iufb":
        place = np.minimum(np.searchsorted(values, x[known]), len(values) - 1)
        out[known] = np.where(values[place] == x[known], place, np.nan)
        return out
    place_of = {value: i for i, value in enumerate(values.tolist())}
    out[known] = [place_of.get(value, np.nan) for value in x[known].tolist()]
    return out


def to_numbers(X: Any, columns: Columns, estimator: Any) -> FloatArray:
    """Return X (n, d) in numbers, its columns reordered: float64."""
    k = len(columns.categories)
    coded = [number_categories(column_of(X, int(f)), v) for f, v in zip(columns.order[:k], columns.categories)]
    rest = columns.order[k:]
    if not len(rest):
        return np.column_stack(coded)
    if is_data_frame(X):
        numbers_ = X.iloc[:, rest] if hasattr(X, "iloc") else X[:, rest.tolist()]
    else:
        numbers_ = np.asarray(X)[:, rest]
    return np.ascontiguousarray(
        np.column_stack([*coded, check_array(numbers_, allow_nan=True, finite=False, estimator=estimator)])
    )
