"""Ordinal encoding: each category of a column becomes a whole number, 0, 1, 2, ...

Idea
----
Trees only ask whether a value is below a threshold, so a number for each category serves them. Linear models would take
the numbers for amounts: give them `OneHotEncoder`.

Maths
-----
::

    z_i = j    where x_i = categories[j]

Cost
----
`fit` finds the distinct values of each column, O(n log n) for numbers and O(n) for words; `transform` O(n log k).

Differences
-----------
From scikit-learn: dense arrays and data frames only; `inverse_transform` says which number is no code.

References
----------
G. Micci-Barreca (2001), SIGKDD Explorations 3(1), section 2.
"""

from __future__ import annotations

import numbers
from typing import Any, ClassVar, Self

import numpy as np

from ..core import OneToOneFeatureMixin, check_array, check_is_fitted
from ..core.rules import anything, one_of
from ..core.typing import Array, FloatArray, MatrixLike
from .categories import CategoryEncoder, categories_rule, count_rule, frequency_rule, is_nan


class OrdinalEncoder(OneToOneFeatureMixin, CategoryEncoder):
    """Number the categories of each column.

    Parameters
    ----------
    categories : "auto" (those of the training rows, sorted), or a list of them for each column
    dtype : of the numbers
    handle_unknown : "error", or "use_encoded_value" for a category that ``fit`` did not see
    unknown_value : what such a category becomes: an int that is no code, or NaN
    encoded_missing_value : what NaN becomes: an int that is no code, or NaN
    min_frequency : a category seen less often (a count, or a share of the rows) is rare; rare ones share the last
    number
    max_categories : most numbers of a column, that of the rare ones counted, NaN and unknown ones not

    Attributes
    ----------
    categories_ : list of arrays, one for each column
    infrequent_categories_ : list of arrays or None, only with `min_frequency` or `max_categories`
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Micci-Barreca, section 2.

    Examples
    --------
    >>> from scratchml.preprocessing import OrdinalEncoder
    >>> coder = OrdinalEncoder().fit([["red"], ["blue"], ["red"]])
    >>> coder.transform([["blue"], ["red"]]).tolist()
    [[0.0], [1.0]]
    >>> coder.inverse_transform([[1.0]]).tolist()
    [['red']]
    """

    _rules: ClassVar = {
        "categories": categories_rule,
        "dtype": anything,
        "handle_unknown": one_of("error", "use_encoded_value"),
        "unknown_value": anything,
        "encoded_missing_value": anything,
        "min_frequency": frequency_rule,
        "max_categories": count_rule,
    }

    def __init__(
        self,
        *,
        categories: Any = "auto",
        dtype: Any = np.float64,
        handle_unknown: str = "error",
        unknown_value: float | None = None,
        encoded_missing_value: float = np.nan,
        min_frequency: float | None = None,
        max_categories: int | None = None,
    ) -> None:
        self.categories = categories
        self.dtype = dtype
        self.handle_unknown = handle_unknown
        self.unknown_value = unknown_value
        self.encoded_missing_value = encoded_missing_value
        self.min_frequency = min_frequency
        self.max_categories = max_categories

    def _check_values(self) -> Any:
        try:
            dtype = np.dtype(self.dtype)
        except TypeError as error:
            raise TypeError(f"dtype={self.dtype!r} is no type of numbers; give np.float64, for instance.") from error
        unknown, missing = self.unknown_value, self.encoded_missing_value
        if not (is_nan(missing) or isinstance(missing, numbers.Integral)):
            raise TypeError(f"encoded_missing_value={missing!r} must be an integer or np.nan.")
        if self.handle_unknown == "use_encoded_value":
            if is_nan(unknown) and dtype.kind != "f":
                raise ValueError(
                    f"When unknown_value is np.nan, the dtype parameter should be a float dtype. Got {self.dtype}."
                )
            if not is_nan(unknown) and not isinstance(unknown, numbers.Integral):
                raise TypeError(
                    "unknown_value should be an integer or np.nan when handle_unknown is 'use_encoded_value', got "
                    f"{unknown!r}."
                )
        elif unknown is not None:
            raise TypeError(
                f"unknown_value should only be set when handle_unknown is 'use_encoded_value', got {unknown!r}."
            )
        return dtype

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the categories of each column of X (n, d), an array or data frame of words and numbers.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; where a value for unknown or missing ones is already a code.
        """
        self._check_params()
        dtype = self._check_values()
        self._learn(X, self.handle_unknown != "error", skip_missing=True)
        self._tables = []
        for f, categories in enumerate(self.categories_):
            missing = is_nan(categories[-1])
            used = int(self._groups[f][: len(categories) - missing].max(initial=-1)) + 1
            if self.handle_unknown == "use_encoded_value" and 0 <= self.unknown_value < used:  # type: ignore[operator]
                raise ValueError(
                    f"The used value for unknown_value {self.unknown_value} is one of the values already used for "
                    "encoding the seen categories."
                )
            if missing and dtype.kind != "f" and is_nan(self.encoded_missing_value):
                raise ValueError(
                    f"There are missing values in features {[f]}. For OrdinalEncoder to encode missing values with "
                    f"dtype: {self.dtype}, set encoded_missing_value to a non-nan value, or set dtype to a float"
                )
            if missing and 0 <= self.encoded_missing_value < used:
                raise ValueError(
                    f"encoded_missing_value ({self.encoded_missing_value}) is already used to encode a known category "
                    f"in features: {[f]}"
                )
            table = np.zeros(len(categories) + 1, dtype=dtype)  # the last entry, at -1, is for unknown ones
            table[:-1] = self._groups[f]
            if missing:
                table[-2] = self.encoded_missing_value
            if self.unknown_value is not None:
                table[-1] = self.unknown_value
            self._tables.append(table)
        return self

    def transform(self, X: MatrixLike) -> Array:
        """Return the numbers, shape (n, d).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For a wrong X; for a category that ``fit`` did not see, with ``handle_unknown="error"``.
        """
        check_is_fitted(self, "categories_")
        codes = self._codes(X, self.handle_unknown != "error")
        Z = np.empty((len(codes[0]), len(codes)), dtype=np.dtype(self.dtype))
        for f, column in enumerate(codes):
            Z[:, f] = self._tables[f][column]
        return Z

    def _values_at_once(self, Z: FloatArray, kind: np.dtype[Any]) -> Array | None:
        """Return the categories of codes Z (n, d) where all codes are places among them; None where they are not."""
        if any(categories.dtype.kind != kind.kind for categories in self.categories_):
            return None
        sizes = np.array([len(categories) for categories in self.categories_])
        begins = np.cumsum(sizes) - sizes
        tables = np.concatenate([table[:-1] for table in self._tables])
        if not np.array_equal(tables, np.arange(len(tables)) - np.repeat(begins, sizes)):
            return None
        with np.errstate(invalid="ignore"):
            place = Z.astype(np.int64)
        if not ((place == Z).all() and (place.min(axis=0) >= 0).all() and (place.max(axis=0) < sizes).all()):
            return None
        place += begins
        return np.concatenate([c.astype(kind, copy=False) for c in self.categories_]).take(place)

    def inverse_transform(self, X: MatrixLike) -> Array:
        """Return the categories, shape (n, d): None for the unknown, "infrequent_sklearn" for rare ones.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or a number that is no code.
        """
        check_is_fitted(self, "categories_")
        Z = check_array(X, allow_nan=True, estimator=self)
        if Z.shape[1] != self.n_features_in_:
            raise ValueError(
                f"Shape of the passed X data is not correct. Expected {self.n_features_in_} columns, got {Z.shape[1]}."
            )
        mixed = self.handle_unknown == "use_encoded_value" or any(rare is not None for rare in self._rare)
        kind = object if mixed else np.result_type(*[c.dtype for c in self.categories_])
        at_once = None if mixed else self._values_at_once(Z, np.dtype(kind))
        if at_once is not None:
            return at_once
        found = np.empty(Z.shape, dtype=kind)
        for f, categories in enumerate(self.categories_):
            values = np.empty(len(categories) + 1, dtype=object)
            values[:-1] = categories
            if self._rare[f] is not None:
                values[:-1][self._rare[f]] = "infrequent_sklearn"
            table = self._tables[f].astype(np.float64)
            if self.handle_unknown != "use_encoded_value":
                table, values = table[:-1], values[:-1]
            else:
                values[-1] = None
            if np.array_equal(table, np.arange(len(table))):  # the codes are places: nothing need be looked up
                with np.errstate(invalid="ignore"):
                    place = Z[:, f].astype(np.int64)
                if place.min() >= 0 and place.max() < len(table) and (place == Z[:, f]).all():
                    found[:, f] = values.astype(kind, copy=False).take(place)
                    continue
            order = np.argsort(table, kind="stable")  # NaN stands last, and is found there
            place = np.minimum(np.searchsorted(table[order], Z[:, f]), len(table) - 1)
            hit = order[place]
            wrong = (table[hit] != Z[:, f]) & ~(np.isnan(table[hit]) & np.isnan(Z[:, f]))
            if wrong.any():
                raise ValueError(f"{Z[wrong.argmax(), f]} in column {f} is no code; the codes are {np.unique(table)}.")
            found[:, f] = values[hit]
        return found
