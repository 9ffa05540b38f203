"""What the encoders share: a column's categories, each value's place among them, and the rare ones put together.

Idea
----
The categories of a column are its distinct values, sorted; missing ones (None, then NaN) stand last. Numbers are
found by bisection, few words by comparing, many by a dictionary. Each value becomes its category's number, -1 where it
is none of them. Categories seen too seldom may share one number, the last.

Maths
-----
::

    categories[codes[i]] == x_i        codes[i] = -1 where x_i is no category

Cost
----
O(n log k) for numbers, O(n) look-ups for words, O(n k) comparisons of whole arrays for few; k categories.

References
----------
G. Micci-Barreca (2001), "A preprocessing scheme for high-cardinality categorical attributes in classification and
prediction problems", SIGKDD Explorations 3(1), 27-32: section 2 (what rare categories do).
"""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from ..core import BaseEstimator, TransformerMixin, check_array, check_finite, chunks, is_data_frame, number_few
from ..core.jit import kernel
from ..core.rules import array_like, either, floating, integer, none, one_of
from ..core.tags import Tags
from ..core.typing import Array, IntArray, MatrixLike

NUMBERS = "biuf"
AT_ONCE = 2**10  # values of a column that are listed at a time
frequency_rule = either(none, integer(1), floating(0.0, 1.0, open_low=True, open_high=True))
count_rule = either(none, integer(1))
categories_rule = either(one_of("auto"), array_like)


def is_nan(value: Any) -> bool:
    """Say whether a single value is NaN."""
    return isinstance(value, numbers.Real) and value != value


def columns_of(X: MatrixLike, estimator: Any) -> list[Array]:
    """Return the columns of X, each in a kind of its own where X is a data frame.

    Raises
    ------
    TypeError, ValueError
        For sparse or ragged X, wrong dimensions, infinity, dates.
    """
    if is_data_frame(X):
        series = [X.iloc[:, f] if hasattr(X, "iloc") else X[:, f] for f in range(X.shape[1])]
        columns = [check_array(one, dtype=None, ensure_2d=False, estimator=estimator) for one in series]
        if not columns or not len(columns[0]):
            check_array(X, dtype=None, estimator=estimator)  # says what is missing
        for column in columns:
            check_finite(column, "X", allow_nan=True)
    else:
        found = check_array(X, dtype=None, estimator=estimator)
        if found.dtype.kind == "U" and not hasattr(X, "dtype"):
            found = found.astype(object)
        check_finite(found, "X", allow_nan=True)
        columns = [found[:, f] for f in range(found.shape[1])]  # no copies: they are looked at one after the other
    return columns


def distinct_values(column: Array) -> Array:
    """Return the distinct values of column (n,), sorted; None and NaN stand last.

    Raises
    ------
    TypeError
        For values that cannot be sorted together, or not be looked up.
    """
    few = number_few(column)
    if few is not None:
        return np.sort(few[0])
    if column.dtype.kind != "O":
        found: Array = np.unique(column)
        return found
    values: set[Any] = set()
    try:
        for rows in chunks(len(column), AT_ONCE):  # plainly: values = set(column.tolist())
            values.update(column[rows].tolist())
        plain = sorted(value for value in values if value is not None and not is_nan(value))
    except TypeError as error:
        kinds = sorted({type(value).__name__ for value in column})
        raise TypeError(
            f"Encoders require their input argument must be uniformly strings or numbers. Got {kinds}; make "
            "each column of one kind."
        ) from error
    if any(isinstance(value, float) and value in (np.inf, -np.inf) for value in plain):
        raise ValueError("Input contains infinity; remove or clip it.")
    plain += [None] * (None in values) + [np.nan] * any(is_nan(value) for value in values)
    found = np.empty(len(plain), dtype=object)
    found[:] = plain
    return found


@kernel
def bisect(column: Array, categories: Array, codes: Array) -> None:
    """Write each value's place. column (n,), categories (k,), sorted: read. codes (n,), all -1: overwritten."""
    k = categories.shape[0]
    for i in range(column.shape[0]):
        x = column[i]
        low, high = 0, k
        while low < high:
            middle = (low + high) // 2
            if categories[middle] < x:
                low = middle + 1
            else:
                high = middle
        if low < k and categories[low] == x:
            codes[i] = low


def find_codes(column: Array, categories: Array) -> IntArray:
    """Return each value's place among the categories, -1 where it is none of them. Both are read.

    Raises
    ------
    TypeError
        For values that cannot be looked up, such as lists.
    """
    n, k = len(column), len(categories)
    if column.dtype.kind in NUMBERS and categories.dtype.kind in NUMBERS:
        with_nan = categories.dtype.kind == "f" and np.isnan(categories[-1])
        plain = categories[: k - 1] if with_nan else categories
        codes = np.full(n, -1, dtype=np.int64)
        kind = column.dtype if column.dtype == plain.dtype else None
        if kind in (np.float64, np.int64):
            bisect(np.ascontiguousarray(column), np.ascontiguousarray(plain), codes)
        elif len(plain):
            place = np.searchsorted(plain, column)
            place[place == len(plain)] = 0
            codes = np.where(plain[place] == column, place, -1)
        if with_nan:
            codes[np.isnan(column)] = k - 1
        return codes
    few = number_few(column)
    if few is not None:
        return np.take(find_codes(few[0], categories), few[1])
    table = {value: j for j, value in enumerate(categories.tolist())}
    try:
        codes = np.fromiter((table.get(value, -1) for value in column.tolist()), dtype=np.int64, count=n)
    except TypeError as error:
        raise TypeError("X holds a value that cannot be a category (a list, say); give words or numbers.") from error
    if k and is_nan(categories[-1]):  # one NaN need not be the same object as another
        for i in np.flatnonzero(codes < 0):
            if is_nan(column[i]):
                codes[i] = k - 1
    return codes


def check_categories(given: Any, column: Array, f: int) -> Array:
    """Return the categories a caller gave for column f, checked.

    Raises
    ------
    ValueError
        For none, doubles, NaN not at the end, numbers out of order, words for a column of numbers.
    """
    kind = object if column.dtype.kind in "US" else column.dtype
    try:
        found = np.array(given, dtype=kind)
    except (TypeError, ValueError) as error:
        raise ValueError(f"categories[{f}]={given!r} do not fit column {f}, which is of kind {kind}.") from error
    if found.ndim != 1 or not len(found):
        raise ValueError(f"categories[{f}]={given!r} must be a list with at least one category.")
    if any(is_nan(value) for value in found[:-1]):
        raise ValueError(
            f"Nan should be the last element in user provided categories, see categories {found} in column #{f}"
        )
    if len(distinct_values(found)) != len(found):
        raise ValueError(f"In column {f}, the predefined categories contain duplicate elements.")
    if found.dtype.kind in NUMBERS and (np.diff(found) < 0).any():
        raise ValueError(f"Unsorted categories are not supported for numerical categories (column {f}); sort them.")
    return found


class CategoryEncoder(TransformerMixin, BaseEstimator):
    """Base of the encoders: categories, codes, rare categories. Not public."""

    categories: Any
    categories_: list[Array]

    def _learn(self, X: MatrixLike, allow_unknown: bool, skip_missing: bool = False) -> list[Array]:
        """Find `categories_` and the rare ones; return the columns."""
        self._check_params()
        self._check_feature_names(X, fitting=True)
        columns = columns_of(X, self)
        self.n_features_in_ = len(columns)
        auto = isinstance(self.categories, str)
        if not auto and len(self.categories) != len(columns):
            raise ValueError(
                "Shape mismatch: if categories is an array, it has to be of shape (n_features,): "
                f"{len(self.categories)} lists were given for {len(columns)} columns."
            )
        found = []
        for f, column in enumerate(columns):
            found.append(distinct_values(column) if auto else check_categories(self.categories[f], column, f))
            if not auto and not allow_unknown:
                self._refuse_unknown(column, find_codes(column, found[f]), f, "fit")
        self.categories_ = found
        self._find_rare(columns, skip_missing)
        return columns

    def _refuse_unknown(self, column: Array, codes: IntArray, f: int, when: str) -> None:
        if (codes < 0).any():
            unknown = distinct_values(column[codes < 0]).tolist()
            raise ValueError(f"Found unknown categories {unknown} in column {f} during {when}")

    def _codes(self, X: MatrixLike, allow_unknown: bool) -> list[IntArray]:
        """Return the codes of each column of X, -1 for what ``fit`` did not see."""
        columns = columns_of(X, self)
        self._check_feature_names(X, fitting=False)
        if len(columns) != self.n_features_in_:
            raise ValueError(
                f"X has {len(columns)} features, but {type(self).__name__} is expecting {self.n_features_in_} features "
                "as input."
            )
        codes = []
        for f, column in enumerate(columns):
            codes.append(find_codes(column, self.categories_[f]))
            if not allow_unknown:
                self._refuse_unknown(column, codes[f], f, "transform")
        return codes

    # ---- rare categories

    def _find_rare(self, columns: list[Array], skip_missing: bool) -> None:
        """Set `_groups`, for each column the number of each category after rare ones were put together, and `_rare`."""
        least, most = getattr(self, "min_frequency", None), getattr(self, "max_categories", None)
        self._rare: list[IntArray | None] = [None] * len(columns)
        self._groups: list[IntArray] = [np.arange(len(c)) for c in self.categories_]
        self._grouping = least is not None or most is not None
        if not self._grouping:
            return
        for f, column in enumerate(columns):
            categories = self.categories_[f]
            codes = find_codes(column, categories)
            k = len(categories) - (1 if skip_missing and is_nan(categories[-1]) else 0)
            counts = np.bincount(codes[codes >= 0], minlength=len(categories))[:k]
            rare = self._which_are_rare(counts, len(column), least, most)
            if not rare.any():
                continue
            group = np.cumsum(~rare) - 1
            group[rare] = k - rare.sum()
            self._groups[f][:k] = group
            self._rare[f] = np.flatnonzero(rare)

    @staticmethod
    def _which_are_rare(counts: IntArray, n: int, least: float | None, most: int | None) -> Array:
        if least is None:
            rare = np.zeros(len(counts), dtype=bool)
        else:
            rare = counts < (least if isinstance(least, numbers.Integral) else n * least)
        if most is not None and most < len(counts) - rare.sum() + 1:
            # of equally frequent categories the later ones stay
            order = np.argsort(counts, kind="stable")
            rare[order[: len(counts) - (most - 1)]] = True
        return rare

    @property
    def infrequent_categories_(self) -> list[Array | None]:
        """The rare categories of each column that share a number, None where there are none."""
        if not getattr(self, "_grouping", False):
            raise AttributeError("infrequent_categories_ needs min_frequency or max_categories, and a fit.")
        return [None if rare is None else self.categories_[f][rare] for f, rare in enumerate(self._rare)]

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.categorical, tags.allow_nan = True, True
        return tags
