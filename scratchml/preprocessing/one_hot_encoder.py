"""One-hot encoding: each category becomes a column of its own, 1 in the rows that hold it and 0 elsewhere.

Idea
----
A linear model cannot multiply a word. With a column for each category it learns a number for each: the category's
effect.
The columns of one feature add up to 1, like an intercept; where that is a problem (least squares without penalty),
drop one.

Maths
-----
::

    z_ij = 1 if x_i = categories[j] else 0

Cost
----
`fit` finds the distinct values of each column; `transform` writes n k numbers for k categories in all.

Differences
-----------
From scikit-learn: the result is a dense array, so `sparse_output` is False unless told otherwise, and True is refused
with an error. With thousands of categories a dense result is large: group rare ones (`min_frequency`,
`max_categories`), or take `TargetEncoder`. Where a dropped category stands beside a group of rare ones, the inverse of
a row of zeros is the category dropped (there: the first of the column, which may be one of the rare).

References
----------
T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, section 2.2 (dummy
variables).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np

from ..core import check_array, check_is_fitted, input_feature_names
from ..core.jit import kernel
from ..core.rules import anything, array_like, boolean, either, function, none, one_of
from ..core.typing import Array, IntArray, MatrixLike, VectorLike
from .categories import CategoryEncoder, categories_rule, count_rule, find_codes, frequency_rule


@kernel
def write_ones(places: Array, Z: Array) -> None:
    """Write a one at each place. places (n,), -1 for none: read. Z (n, k), all 0: overwritten."""
    for i in range(places.shape[0]):
        if places[i] >= 0:
            Z[i, places[i]] = 1.0


class OneHotEncoder(CategoryEncoder):
    """Make a column of zeros and ones for each category of each column.

    Parameters
    ----------
    categories : "auto" (those of the training rows, sorted), or a list of them for each column
    drop : None; "first" of each column; "if_binary", the first of two; or one category for each column
    sparse_output : False; True is refused (scikit-learn's default is True): results are dense here
    dtype : of the result
    handle_unknown : "error"; "ignore" (all zeros); "infrequent_if_exist" (the column of rare ones, or zeros); or
    "warn",
        which does the same and warns
    min_frequency : a category seen less often (a count, or a share of the rows) is rare; rare ones share the last
    column
    max_categories : most columns for a column, that of the rare ones counted
    feature_name_combiner : "concat" ("column_category"), or a function of (column, category) that returns a name

    Attributes
    ----------
    categories_ : list of arrays, one for each column
    drop_idx_ : object array of shape (d,) of the dropped categories' places (None: nothing dropped), or None
    infrequent_categories_ : list of arrays or None, only with `min_frequency` or `max_categories`
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Hastie, Tibshirani and Friedman, section 2.2.

    Examples
    --------
    >>> from scratchml.preprocessing import OneHotEncoder
    >>> coder = OneHotEncoder().fit([["red"], ["blue"]])
    >>> coder.transform([["red"], ["blue"]]).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    >>> coder.get_feature_names_out(["colour"]).tolist()
    ['colour_blue', 'colour_red']
    """

    _rules: ClassVar = {
        "categories": categories_rule,
        "drop": either(none, one_of("first", "if_binary"), array_like),
        "sparse_output": boolean,
        "dtype": anything,
        "handle_unknown": one_of("error", "ignore", "infrequent_if_exist", "warn"),
        "min_frequency": frequency_rule,
        "max_categories": count_rule,
        "feature_name_combiner": either(one_of("concat"), function),
    }

    def __init__(
        self,
        *,
        categories: Any = "auto",
        drop: Any = None,
        sparse_output: bool = False,
        dtype: Any = np.float64,
        handle_unknown: str = "error",
        min_frequency: float | None = None,
        max_categories: int | None = None,
        feature_name_combiner: str | Callable[[str, Any], str] = "concat",
    ) -> None:
        self.categories = categories
        self.drop = drop
        self.sparse_output = sparse_output
        self.dtype = dtype
        self.handle_unknown = handle_unknown
        self.min_frequency = min_frequency
        self.max_categories = max_categories
        self.feature_name_combiner = feature_name_combiner

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the categories of each column of X (n, d), an array or data frame of words and numbers.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; where a category to drop is not there, or is rare.
        """
        self._check_params()
        if self.sparse_output:
            raise ValueError("sparse_output=True is not supported: results are dense arrays; set sparse_output=False.")
        try:
            np.dtype(self.dtype)
        except TypeError as error:
            raise TypeError(f"dtype={self.dtype!r} is no type of numbers; give np.float64, for instance.") from error
        self._learn(X, self.handle_unknown != "error")
        sizes = [int(group.max()) + 1 for group in self._groups]  # after rare ones were put together
        self._dropped = self._find_dropped(sizes)
        self.drop_idx_ = None
        if self._dropped is not None:
            places = [None if j is None else int((g == j).argmax()) for j, g in zip(self._dropped, self._groups)]
            self.drop_idx_ = np.array(places, dtype=object)
        self._lay_out(sizes)
        return self

    def _find_dropped(self, sizes: list[int]) -> list[int | None] | None:
        """Return for each column the number (after grouping) of the category to drop, or None for no column at all."""
        if self.drop is None:
            return None
        if isinstance(self.drop, str):
            return [0 if self.drop == "first" or size == 2 else None for size in sizes]
        if len(self.drop) != len(sizes):
            raise ValueError(
                f"`drop` should have length equal to the number of features ({len(sizes)}), got {len(self.drop)}"
            )
        dropped: list[int | None] = []
        absent = []
        for f, value in enumerate(self.drop):
            one = np.empty(1, dtype=object)
            one[0] = value
            j = int(find_codes(one, self.categories_[f].astype(object))[0])
            if j < 0:
                absent.append(f"Category: {f}, Feature: {value}")
                continue
            rare = self._rare[f]
            if rare is not None and j in rare:
                raise ValueError(f"Unable to drop category {value!r} from feature {f} because it is infrequent")
            dropped.append(int(self._groups[f][j]))
        if absent:
            raise ValueError(
                "The following categories were supposed to be dropped, but were not found in the training data.\n"
                + "\n".join(absent)
            )
        return dropped

    def _lay_out(self, sizes: list[int]) -> None:
        """Find each category's column of the result: `_columns[f][code]`, -1 for none; the last entry: unknown."""
        self._columns: list[IntArray] = []
        self._shown: list[list[Any]] = []  # the category of each column of the result, and of each dropped one, None
        self._begins = [0]
        use_rare = self.handle_unknown in ("infrequent_if_exist", "warn")
        for f, group in enumerate(self._groups):
            gone = None if self._dropped is None else self._dropped[f]
            place = np.arange(sizes[f]) + self._begins[-1]
            if gone is not None:
                place[gone + 1 :] -= 1
                place[gone] = -1
            rare = self._rare[f]
            unknown = place[group[rare[0]]] if use_rare and rare is not None else -1
            self._columns.append(np.append(place[group], unknown))
            self._begins.append(self._begins[-1] + sizes[f] - (gone is not None))
            shown: list[Any] = [None] * sizes[f]
            for j, number in enumerate(group):
                shown[number] = self.categories_[f][j]
            if rare is not None:
                shown[-1] = "infrequent_sklearn"
            self._shown.append(shown)

    def transform(self, X: MatrixLike) -> Array:
        """Return zeros and ones, shape (n, number of columns in all).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError, ValueError
            For a wrong X; for a category that ``fit`` did not see, with ``handle_unknown="error"``.
        """
        check_is_fitted(self, "categories_")
        codes = self._codes(X, self.handle_unknown != "error")
        unknown = [f for f, column in enumerate(codes) if (column < 0).any()]
        if unknown and (self.handle_unknown == "warn" or self.drop is not None):
            where = "all zeros" if self.handle_unknown == "ignore" else "the infrequent category."
            warnings.warn(
                f"Found unknown categories in columns {unknown} during transform. These unknown categories will be "
                f"encoded as {where}",
                UserWarning,
                stacklevel=2,
            )
        Z = np.zeros((len(codes[0]), self._begins[-1]))
        for f, column in enumerate(codes):
            write_ones(self._columns[f][column], Z)
        return Z if self.dtype == np.float64 else Z.astype(self.dtype)

    def inverse_transform(self, X: MatrixLike) -> Array:
        """Return the categories, shape (n, d): None for an unknown one, "infrequent_sklearn" for rare ones.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or a row of zeros says nothing.
        """
        check_is_fitted(self, "categories_")
        Z = check_array(X, min_features=min(1, self._begins[-1]), estimator=self)
        if Z.shape[1] != self._begins[-1]:
            raise ValueError(
                f"Shape of the passed X data is not correct. Expected {self._begins[-1]} columns, got {Z.shape[1]}."
            )
        parts = []
        for f, shown in enumerate(self._shown):
            gone = None if self._dropped is None else self._dropped[f]
            values = np.empty(len(shown), dtype=object)
            values[:] = shown
            kept = values if gone is None else np.delete(values, gone)
            part = Z[:, self._begins[f] : self._begins[f + 1]]
            found = kept[part.argmax(axis=1)] if len(kept) else np.full(len(Z), None, dtype=object)
            zeros = part.sum(axis=1) == 0
            if gone is not None:
                found[zeros] = values[gone]
            elif zeros.any():
                knows_rare = self.handle_unknown in ("infrequent_if_exist", "warn") and self._rare[f] is not None
                if self.handle_unknown == "error" or knows_rare:
                    raise ValueError(
                        f"Samples {np.flatnonzero(zeros)} can not be inverted when drop=None and "
                        f"handle_unknown={self.handle_unknown!r} because they contain all zeros"
                    )
                found[zeros] = None
            parts.append(found)
        together = np.stack(parts, axis=1)
        if any(rare is not None for rare in self._rare) or any(value is None for part in parts for value in part):
            return together
        return together.astype(np.result_type(*[c.dtype for c in self.categories_]))

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out, such as "colour_red".

        Raises
        ------
        NotFittedError
            Before ``fit``.
        TypeError
            If `feature_name_combiner` returns no string.
        ValueError
            If `input_features` has another length, or other names than ``fit`` saw.
        """
        check_is_fitted(self, "categories_")
        names = []
        for f, name in enumerate(input_feature_names(self, input_features)):
            gone = None if self._dropped is None else self._dropped[f]
            for j, category in enumerate(self._shown[f]):
                if j == gone:
                    continue
                given = self.feature_name_combiner
                made = f"{name}_{category}" if isinstance(given, str) else given(name, category)
                if not isinstance(made, str):
                    raise TypeError(
                        "When `feature_name_combiner` is a callable, it should return a Python string. Got "
                        f"{type(made)} instead."
                    )
                names.append(made)
        return np.asarray(names, dtype=object)
