"""Which columns are asked about, and at which values: the grid of a partial dependence.

Idea
----
Few different values: take all of them. Many: equal steps between two quantiles, so that the few rows far out do not
stretch the picture. Several columns: all combinations.

Maths
-----
The quantile p of n sorted values lies at place 0.4 + 0.2 p + n p, counted from 1, between neighbours linearly.

Cost
----
Sorting the columns asked about.

Differences
-----------
None from scikit-learn, whose quantiles are SciPy's ``mquantiles``.

References
----------
Cunnane, Unbiased plotting positions: a review, Journal of Hydrology 37 (1978): the constant 0.4.
"""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..core import is_data_frame
from ..core.typing import Array
from .table import column_of

CLOSE = "percentiles are too close to each other, unable to build the grid. Please choose percentiles that are further"


def quantiles(x: Array, shares: Sequence[float]) -> list[float]:
    """Return the quantiles of x (n,) at some shares, by Cunnane's plotting positions."""
    x, found = np.sort(np.asarray(x, dtype=np.float64)), []
    if len(x) == 1:
        return [float(x[0])] * len(shares)
    for p in shares:
        place = len(x) * p + 0.4 + p * 0.2
        k = int(np.floor(np.clip(place, 1, len(x) - 1)))
        part = float(np.clip(place - k, 0.0, 1.0))
        found.append(float((1.0 - part) * x[k - 1] + part * x[k]))
    return found


def feature_places(X: Any, features: Any) -> list[int]:
    """Return the places of the columns that `features` names: numbers, names of a frame, or a mask.

    Raises
    ------
    ValueError
        If there is no such column, or no column at all is named.
    """
    d = X.shape[1]
    wanted: list[Any] = [features] if isinstance(features, (str, numbers.Integral)) else list(features)
    if not wanted:
        raise ValueError("features is empty; name at least one column.")
    if all(isinstance(f, str) for f in wanted):
        if not is_data_frame(X):
            raise ValueError("Specifying the columns using strings is only supported for dataframes; give numbers.")
        names = list(X.columns)
        missing = [f for f in wanted if f not in names]
        if missing:
            raise ValueError(f"Some column names are not columns of the dataframe: {missing}; it has {names}.")
        return [names.index(f) for f in wanted]
    if all(isinstance(f, (bool, np.bool_)) for f in wanted):
        if len(wanted) != d:
            raise ValueError(f"features is a mask of {len(wanted)} values, but X has {d} columns; give one for each.")
        return [f for f, is_wanted in enumerate(wanted) if is_wanted]
    if not all(isinstance(f, numbers.Integral) for f in wanted):
        raise ValueError(f"features={features!r}; give numbers of columns, names of columns, or a mask, not a mixture.")
    if any(not 0 <= f < d for f in wanted):
        raise ValueError(f"all features must be in [0, {d - 1}], but features={wanted}.")
    return [int(f) for f in wanted]


def names_of(X: Any, names: Any) -> list[str]:
    """Return the names of X's columns: as given, a frame's, or x0, x1, ...

    Raises
    ------
    ValueError
        If two are equal.
    """
    if names is None:
        found = list(X.columns) if is_data_frame(X) else [f"x{f}" for f in range(X.shape[1])]
    else:
        found = list(names)
    if len(set(found)) != len(found):
        raise ValueError("feature_names should not contain duplicates.")
    return found


def are_categorical(X: Any, places: list[int], categorical: Any, names: list[str]) -> list[bool]:
    """Return for each of some columns whether it holds categories; `categorical` is a mask, numbers or names.

    Raises
    ------
    ValueError
        If it is empty, a mask of another length, of other values, or names an unknown column.
    """
    if categorical is None:
        return [False] * len(places)
    given = np.asarray(categorical)
    if given.size == 0:
        raise ValueError(
            "Passing an empty list (`[]`) to `categorical_features` is not supported. Use `None` instead to indicate "
            "that there are no categorical features."
        )
    if given.dtype.kind == "b":
        if given.size != X.shape[1]:
            raise ValueError(
                "When `categorical_features` is a boolean array-like, the array should be of shape (n_features,). Got "
                f"{given.size} elements while `X` contains {X.shape[1]} features."
            )
        return [bool(given[f]) for f in places]
    if given.dtype.kind not in "iOU":
        raise ValueError(
            "Expected `categorical_features` to be an array-like of boolean, integer, or string. Got "
            f"{given.dtype} instead."
        )
    unknown = [name for name in given.tolist() if isinstance(name, str) and name not in names]
    if unknown:
        raise ValueError(f"Feature {unknown[0]!r} not in feature_names: {names}.")
    found = {names.index(f) if isinstance(f, str) else int(f) for f in given.tolist()}
    return [f in found for f in places]


def _axis(column: Any, is_category: bool, percentiles: tuple[float, float], resolution: int, f: int) -> Array:
    x = np.asarray(column)
    try:
        uniques = np.unique(x)
    except TypeError as error:
        raise ValueError(
            f"The column #{f} contains mixed data types: its values cannot be sorted. Give missing categories a name "
            "of their own."
        ) from error
    if is_category or len(uniques) < resolution:
        return uniques
    low, high = quantiles(x, percentiles)
    if np.allclose(low, high):
        raise ValueError(f"{CLOSE} apart.")
    return np.linspace(low, high, num=resolution)


def make_grid(
    X: Any,
    places: list[int],
    is_category: list[bool],
    percentiles: tuple[float, float],
    resolution: int,
    custom: Mapping[int, Any],
) -> tuple[Array, list[Array]]:
    """Return (grid (m, s), the values along each of its axes); custom: values for the first, second, ... column.

    Raises
    ------
    ValueError
        If percentiles are not two ascending shares, or too close for the column; for custom values of two dimensions.
    """
    if len(percentiles) != 2:
        raise ValueError(f"'percentiles' must be a sequence of 2 elements, but is {percentiles}.")
    if not all(0 <= p <= 1 for p in percentiles):
        raise ValueError(f"'percentiles' values must be in [0, 1], but are {percentiles}.")
    if percentiles[0] >= percentiles[1]:
        raise ValueError(f"percentiles[0] must be strictly less than percentiles[1], but they are {percentiles}.")
    if resolution <= 1:
        raise ValueError(f"'grid_resolution' must be strictly greater than 1, but is {resolution}.")
    values = []
    for s, f in enumerate(places):
        if s in custom:
            given = custom[s]
            has_words = any(isinstance(v, str) for v in given)
            axis = np.asarray(given, dtype=object if has_words else None)
            if axis.ndim != 1:
                raise ValueError(
                    "The custom grid for some features is not a one-dimensional array. "
                    f"Feature {s}: {axis.ndim} dimensions"
                )
            values.append(axis)
        else:
            values.append(_axis(column_of(X, f), is_category[s], percentiles, resolution, f))
    corners = np.meshgrid(*(np.arange(len(axis)) for axis in values), indexing="ij")
    kind = np.result_type(*values)
    columns = [axis.astype(kind)[corner.ravel()] for axis, corner in zip(values, corners)]
    return np.stack(columns, axis=1), values
