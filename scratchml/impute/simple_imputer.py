"""Simple imputation: one value for all holes of a column.

Idea
----
The cheapest guess for a missing value looks at its column alone: the mean, the median, what is there most often, or a
constant. It keeps every row, and makes the column's spread smaller than it is.

Maths
-----
For the n values that are there, in order x_(1) <= ... <= x_(n)::

    mean   = c + sum_i (x_i - c) / n        c = sum_i x_i / n
    median = (x_(h) + x_(n + 1 - h)) / 2    h = floor((n + 1) / 2)
    mode   = the value with the largest count, the smallest of these where several tie

The mean is summed twice: the second sum, of what the first one left, gives back the digits that rounding took.

Cost
----
mean: two passes; median: a selection, O(n) for each column; mode: a sort, O(n log n). transform: one pass.

Differences
-----------
From scikit-learn: float32 becomes float64 (with "most_frequent" and "constant" every kind stays what it is). A mean or
median is found wherever it is a float64, also where a sum is not. `inverse_transform` gives columns back that were
dropped, whatever rows it is given, takes tables of words, and is seen by `hasattr` only with `add_indicator`.

References
----------
R. J. A. Little, D. B. Rubin (2002), Statistical Analysis with Missing Data, section 4.2.1 (unconditional means).
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar, Self

import numpy as np

from ..core import check_is_fitted, chunks, map_chunks
from ..core.conditional import only_if
from ..core.jit import kernel
from ..core.rules import anything, boolean, either, function, one_of
from ..core.typing import Array, FloatArray, MatrixLike
from .holes import BaseImputer, Words, find_holes, find_holes_among, is_nan, read_cells

CHUNK_ROWS = 16384  # one thread's portion of rows


# ---------------------------------------------------------------------------------------------------------------
# Kernels.


@kernel
def sum_columns(X: Array, center: Array, total: Array, count: Array) -> None:
    """Add up X - center where a value is there. X (m, d), center (d,): read. total, count (d,): overwritten."""
    total[:] = 0.0
    count[:] = 0.0
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            x = X[i, f]
            there = x == x  # NaN alone differs from itself
            total[f] += x - center[f] if there else 0.0
            count[f] += 1.0 if there else 0.0


@kernel
def fill_holes(X: Array, fill: Array, filled: Array) -> None:
    """Write X, fill[f] for each NaN of column f. X (m, d), fill (d,): read. filled (m, d): overwritten, may be X."""
    for i in range(X.shape[0]):
        for f in range(X.shape[1]):
            x = X[i, f]
            filled[i, f] = x if x == x else fill[f]


# ---------------------------------------------------------------------------------------------------------------
# One value for a column.


def mean_about(X: FloatArray, center: FloatArray) -> FloatArray:
    """Return the mean (d,) of X - center over the values that are there; NaN for a column of holes."""

    def sums(rows: slice) -> FloatArray:
        found = np.empty((2, X.shape[1]))
        sum_columns(X[rows], center, found[0], found[1])
        return found

    total = np.zeros((2, X.shape[1]))
    with np.errstate(over="ignore", invalid="ignore"):
        for part in map_chunks(sums, chunks(len(X), CHUNK_ROWS)):
            total += part
        return np.asarray(total[0] / total[1])


def column_means(X: FloatArray) -> FloatArray:
    """Return the means (d,) of X (n, d), NaN left out."""
    center = mean_about(X, np.zeros(X.shape[1]))
    if np.isinf(center).any():  # a sum too large for float64: in units of 2^64 it is not
        return np.ldexp(column_means(np.ldexp(X, -64)), 64)
    return center + mean_about(X, center)


def median(values: Array) -> float:
    """Return the median of values (n,), n > 0."""
    h = (len(values) - 1) // 2
    parted = np.partition(values, (h, len(values) // 2))
    low, high = float(parted[h]), float(parted[len(values) // 2])
    middle = (low + high) / 2.0
    return middle if np.isfinite(middle) else low / 2.0 + high / 2.0


def most_frequent(values: Array) -> Any:
    """Return the value that is there most often, the smallest one of a tie. values (n,), n > 0."""
    if values.dtype.kind != "O":
        found, counts = np.unique(values, return_counts=True)
        return found[counts.argmax()]
    return most_counted(Counter(values.tolist()))


def most_counted(counted: Counter[Any]) -> Any:
    """Return what is counted most often, the smallest one of a tie; `counted` is not empty."""
    highest = max(counted.values())
    tied = [value for value, count in counted.items() if count == highest]
    try:
        return min(tied)
    except TypeError:  # words and numbers: first by kind
        return min(tied, key=lambda value: (str(type(value)), str(value)))


def most_frequent_words(words: Words, holes: Array) -> list[Any]:
    """Return the most frequent of the words of each column, NaN for a column of holes only. holes (n, d): read."""
    found, k = [], len(words.distinct)
    for f in range(words.codes.shape[1]):
        counted: Counter[Any] = Counter()
        counts = np.bincount(words.codes[~holes[:, f], f], minlength=k)
        for j in np.flatnonzero(counts):
            counted[words.distinct[j]] += int(counts[j])  # two objects may be the same word
        found.append(most_counted(counted) if counted else np.nan)
    return found


def column_values(X: Array, choose: Callable[[Array], Any], holes: Array) -> list[Any]:
    """Return choose(values) for each column of X (n, d), NaN for a column of holes only."""

    def task(f: int) -> Any:
        there = X[~holes[:, f], f]
        return choose(there) if len(there) else np.nan

    return map_chunks(task, range(X.shape[1]))


# ---------------------------------------------------------------------------------------------------------------
# The estimator.


class NoInverseError(ValueError, AttributeError):
    """Nobody knows where the holes were. A ValueError, as scikit-learn's, that `hasattr` understands too."""


def _marks_holes(model: Any) -> None:
    if not model.add_indicator:
        raise NoInverseError(
            "'inverse_transform' works only when 'SimpleImputer' is instantiated with 'add_indicator=True'. Got "
            f"'add_indicator={model.add_indicator}' instead."
        )


class SimpleImputer(BaseImputer):
    """Fill the holes of each column with one value.

    A column without any value in ``fit`` is dropped, with a warning in ``transform``, unless `keep_empty_features`.

    Parameters
    ----------
    missing_values : what marks a hole: NaN, pandas' NA, None, a number or a string
    strategy : "mean", "median" (numbers only); "most_frequent", "constant" (words too); or a function that makes one
        number of the values (n,) that are there
    fill_value : with "constant", what to fill in; None means 0, or "missing_value" among words
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array
    add_indicator : append a column of zeros and ones for each column that had holes in ``fit``
    keep_empty_features : keep a column without any value, filled with 0 (with "constant": with `fill_value`)

    Attributes
    ----------
    statistics_ : array (d,), the value for each column; NaN for one that is dropped
    indicator_ : `MissingIndicator`, or None without `add_indicator`
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Little, Rubin (2002); see the top of this file.

    Examples
    --------
    >>> from scratchml.impute import SimpleImputer
    >>> SimpleImputer().fit_transform([[1.0], [float("nan")], [5.0]]).ravel()
    array([1., 3., 5.])
    """

    _rules: ClassVar = {
        **BaseImputer._rules,
        "strategy": either(one_of("mean", "median", "most_frequent", "constant"), function),
        "fill_value": anything,
        "copy": boolean,
    }

    def __init__(
        self,
        *,
        missing_values: Any = np.nan,
        strategy: str | Callable[[Array], float] = "mean",
        fill_value: Any = None,
        copy: bool = True,
        add_indicator: bool = False,
        keep_empty_features: bool = False,
    ) -> None:
        self.missing_values = missing_values
        self.strategy = strategy
        self.fill_value = fill_value
        self.copy = copy
        self.add_indicator = add_indicator
        self.keep_empty_features = keep_empty_features

    def _read(self, X: MatrixLike, fitting: bool) -> tuple[Array, Words | None]:
        """Return X, with NaN for its holes where it holds floats; where it holds objects, these told once, too."""
        words = None
        if self.strategy in ("most_frequent", "constant"):
            found, words = read_cells(self, X, fitting, as_objects=not fitting and self._kind == "O")
        else:
            found = self._check_X(X, fitting=fitting, allow_nan=is_nan(self.missing_values))
        if found.dtype == np.float64 and not is_nan(self.missing_values):
            return np.where(find_holes(found, self.missing_values), np.nan, found), None
        return found, words

    def _holes(self, X: Array, words: Words | None) -> Array:
        return find_holes_among(X, words, np.nan if X.dtype == np.float64 else self.missing_values)

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Find the value for each column of X (n, d); return self.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; for a `fill_value` that a column cannot hold.
        """
        self._check_params()
        X, words = self._read(X, fitting=True)
        self._kind = X.dtype.kind
        self.statistics_ = self._choose(X, words)
        self._kept = np.flatnonzero([not is_nan(value) for value in self.statistics_.tolist()])
        self._fit_indicator(self._holes(X, words) if self.add_indicator else None)
        return self

    def _choose(self, X: Array, words: Words | None) -> Array:
        if self.strategy == "mean":
            found: Array = column_means(X)
        elif self.strategy == "constant":
            found = np.full(X.shape[1], self._constant(X), dtype=object)
            if not self.keep_empty_features:
                found[self._holes(X, words).all(axis=0)] = np.nan
            return found
        elif words is not None and self.strategy == "most_frequent":
            found = np.array([*most_frequent_words(words, self._holes(X, words)), None], dtype=object)[:-1]
        else:
            named = {"median": median, "most_frequent": most_frequent}
            choose = named[self.strategy] if isinstance(self.strategy, str) else self.strategy
            kind = object if X.dtype.kind == "O" else np.float64
            found = np.array(column_values(X, choose, self._holes(X, words)), dtype=kind)
            if found.shape != (X.shape[1],):
                raise ValueError(f"strategy={self.strategy!r} must return one number for a column; it gave {found!r}.")
        if self.keep_empty_features:
            found[[is_nan(value) for value in found.tolist()]] = 0
        return found

    def _constant(self, X: Array) -> Any:
        if self.fill_value is None:
            return "missing_value" if X.dtype.kind == "O" else 0
        if not np.can_cast(type(self.fill_value), X.dtype, casting="same_kind"):
            raise ValueError(
                f"fill_value={self.fill_value!r} (of type {type(self.fill_value)!r}) cannot be cast to the input data "
                f"that is {X.dtype!r}. Give a value of that kind, or X in a kind that holds it."
            )
        return self.fill_value

    def transform(self, X: MatrixLike) -> Array:
        """Return X (m, d) with its holes filled, shape (m, k), and the indicator's columns after them.

        Raises
        ------
        TypeError, ValueError
            For a wrong X.
        """
        check_is_fitted(self, "statistics_")
        X, words = self._read(X, fitting=False)
        holes = self._holes(X, words) if self.add_indicator else None
        if len(self._kept) < X.shape[1]:
            dropped = np.setdiff1d(np.arange(X.shape[1]), self._kept)
            names = getattr(self, "feature_names_in_", np.arange(X.shape[1]))[dropped]
            warnings.warn(
                f"Skipping features without any observed values: {names}. At least one non-missing value is needed for "
                f"imputation with strategy='{self.strategy}'.",
                stacklevel=2,
            )
        values = self.statistics_[self._kept]
        source = X if len(self._kept) == X.shape[1] else np.ascontiguousarray(X[:, self._kept])
        if X.dtype == np.float64:
            filled = np.empty(source.shape) if self.copy else source
            constants = values.astype(np.float64)

            def task(rows: slice) -> None:
                fill_holes(source[rows], constants, filled[rows])

            map_chunks(task, chunks(len(source), CHUNK_ROWS))
        else:
            filled = source.copy()
            cells = np.flatnonzero(self._holes(X, words)[:, self._kept])
            filled.ravel()[cells] = values[cells % len(values)] if len(values) else []
        return self._with_indicator(filled, holes)

    @only_if(_marks_holes)
    def inverse_transform(self, X: MatrixLike) -> Array:
        """Return the rows (m, d) as they were before `transform`: holes where the indicator's columns say so.

        Raises
        ------
        ValueError
            Without `add_indicator`, which alone knows where the holes were; for another number of columns.
        """
        check_is_fitted(self, "statistics_")
        if self.indicator_ is None:
            raise NoInverseError("This SimpleImputer was fitted without add_indicator=True; fit it again with it.")
        found = np.asarray(X)
        k, marked = len(self._kept), self.indicator_.features_
        if found.ndim != 2 or found.shape[1] != k + len(marked):
            raise ValueError(
                f"X of shape {found.shape} is not what transform gave: it has {k} columns and {len(marked)} indicators."
            )
        kind = object if found.dtype.kind == "O" else np.float64
        original = np.full((len(found), self.n_features_in_), self.missing_values, dtype=kind)
        original[:, self._kept] = found[:, :k]
        holes = np.zeros(original.shape, dtype=bool)
        holes[:, marked] = found[:, k:].astype(bool)
        original[holes] = self.missing_values
        return original
