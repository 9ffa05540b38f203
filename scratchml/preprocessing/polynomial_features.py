"""Polynomial features: products of columns, so that a linear model can bend.

Idea
----
A model that adds up columns can only draw planes. Give it the square of a column, or the product of two, as columns of
their own, and the same model draws parabolas and saddles. Every product of up to `degree` columns is made here; each is
one multiplication, since a product of k columns is a column times a product of k - 1 that is there already.

Maths
-----
Terms of degree k, sorted by their columns f1 <= f2 <= ... <= fk (f1 < f2 < ... with `interaction_only`)::

    x_f1 x_f2 ... x_fk = x_f1 (x_f2 ... x_fk)

The terms of degree k - 1 that x_f may be put before (those whose first column is not below f) lie side by side; so one
run of multiplications makes all terms of degree k that begin with f. There are C(d + k, k) terms up to degree k, or
sum_j C(d, j) with `interaction_only`.

Cost
----
One multiplication for each number of the result, which is written once.

Differences
-----------
Same columns, same order and same bits as scikit-learn's. A product beyond float64's range is an error, and sparse X is
refused. float32 becomes float64.

References
----------
T. Hastie, R. Tibshirani, J. Friedman, "The elements of statistical learning", 2nd edition, section 5.1.
"""

from __future__ import annotations

import math
import numbers
from typing import Any, ClassVar, Self

import numpy as np

from ..core import (
    BaseEstimator,
    TransformerMixin,
    check_is_fitted,
    chunks,
    input_feature_names,
    map_chunks,
)
from ..core.jit import kernel
from ..core.rules import array_like, boolean, either, integer, one_of
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike

CHUNK_NUMBERS = 2**16  # of the result: one thread's portion
LEAST_COLUMN = 1024  # samples multiplied at a time where columns are side by side
MOST_COLUMNS = 2**31


@kernel
def multiply_rows(X: Array, runs: Array, shift: int, Z: Array) -> None:
    """Write the products of each row side by side.

    X (m, d), runs (r, 4), see `list_runs`: read. shift: 1 to leave out term 0, else 0. Z (m, M - shift): overwritten.
    """
    for i in range(X.shape[0]):
        if shift == 0:
            Z[i, 0] = 1.0
        for r in range(runs.shape[0]):
            x, start, source = X[i, runs[r, 0]], runs[r, 1] - shift, runs[r, 2] - shift
            if runs[r, 2] == 0:
                Z[i, start] = x
                continue
            for j in range(runs[r, 3]):
                Z[i, start + j] = Z[i, source + j] * x


@kernel
def multiply_columns(X: Array, runs: Array, shift: int, first: int, Z: Array) -> None:
    """Do the same for columns side by side, from sample `first` on.

    X (d, m), runs (r, 4): read. Z (M - shift, n): Z[:, first:first + m] is overwritten.
    """
    last = first + X.shape[1]
    if shift == 0:
        Z[0, first:last] = 1.0
    for r in range(runs.shape[0]):
        x, start, source = X[runs[r, 0]], runs[r, 1] - shift, runs[r, 2] - shift
        for j in range(runs[r, 3]):
            to_row = Z[start + j, first:last]
            if runs[r, 2] == 0:
                for i in range(x.shape[0]):  # plainly: to_row[:] = x, which takes two seconds to compile
                    to_row[i] = x[i]
                continue
            from_row = Z[source + j, first:last]
            for i in range(x.shape[0]):
                to_row[i] = from_row[i] * x[i]


def list_runs(d: int, degree: int, interaction_only: bool) -> tuple[IntArray, list[int]]:
    """Return the runs (r, 4) that make all terms up to `degree`, and where each degree's terms begin (degree + 2).

    A run is (column, first term made, first term multiplied, number of terms). Term 0 is the empty product, 1.
    """
    runs, begins = [], [0, 1]
    before = [0] * d  # where the terms of the last degree begin whose first column is f or higher
    for k in range(1, degree + 1):
        end, position = begins[-1], begins[-1]
        starts = []
        for f in range(d):
            starts.append(position)
            skip = f + 1 if interaction_only and k > 1 else f
            source = before[skip] if skip < d else end
            count = end - source
            if count:
                runs.append((f, position, source, count))
            position += count
        before = starts
        begins.append(position)
        if position == end:  # no product of so many different columns
            begins += [end] * (degree - k)
            break
    return np.array(runs, dtype=np.int64).reshape(-1, 4), begins


def count_terms(d: int, low: int, high: int, interaction_only: bool) -> int:
    """Return the number of products of `low` to `high` columns, the empty product not counted."""
    low = max(low, 1)
    if interaction_only:
        return sum(math.comb(d, k) for k in range(low, min(high, d) + 1))
    return math.comb(d + high, high) - math.comb(d + low - 1, low - 1) if high >= low else 0


class PolynomialFeatures(TransformerMixin, BaseEstimator):
    """Make all products of up to `degree` columns: for two columns and degree 2, 1, a, b, a^2, a b, b^2.

    Parameters
    ----------
    degree : the most columns in a product, or (least, most)
    interaction_only : only products of different columns
    include_bias : begin with a column of ones (the product of no column)
    order : memory order of the result, "C" or "F"

    Attributes
    ----------
    powers_ : int array of shape (n_output_features_, d), the exponent of each column in each product
    n_output_features_ : int
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Hastie, Tibshirani and Friedman, section 5.1.

    Examples
    --------
    >>> from scratchml.preprocessing import PolynomialFeatures
    >>> maker = PolynomialFeatures(degree=2).fit([[2.0, 3.0]])
    >>> maker.transform([[2.0, 3.0]])
    array([[1., 2., 3., 4., 6., 9.]])
    >>> maker.get_feature_names_out(["a", "b"]).tolist()
    ['1', 'a', 'b', 'a^2', 'a b', 'b^2']
    """

    _rules: ClassVar = {
        "degree": either(integer(0), array_like),
        "interaction_only": boolean,
        "include_bias": boolean,
        "order": one_of("C", "F"),
    }

    def __init__(
        self,
        degree: int | tuple[int, int] = 2,
        *,
        interaction_only: bool = False,
        include_bias: bool = True,
        order: str = "C",
    ) -> None:
        self.degree = degree
        self.interaction_only = interaction_only
        self.include_bias = include_bias
        self.order = order

    def _degrees(self) -> tuple[int, int]:
        """Return (least, most)."""
        if isinstance(self.degree, numbers.Integral):
            low, high = 0, int(self.degree)
        else:
            pair = np.asarray(self.degree, dtype=object).ravel().tolist()
            if len(pair) != 2 or not all(isinstance(k, numbers.Integral) and not isinstance(k, bool) for k in pair):
                raise ValueError(
                    f"degree={self.degree!r} is not accepted; give an int of 0 or more, or (min_degree, max_degree)."
                )
            low, high = int(pair[0]), int(pair[1])
            if not 0 <= low <= high:
                raise ValueError(
                    f"degree=(min_degree, max_degree) must be non-negative integers that fulfil min_degree <= "
                    f"max_degree, got {self.degree!r}."
                )
        return low, high

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Learn the number of columns, and list the products; values of X (n, d) do not matter.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X; for a degree that leaves no column, or gives more than can be held.
        """
        self._check_params()
        low, high = self._degrees()
        d = self._check_X(X, fitting=True).shape[1]
        count = count_terms(d, low, high, bool(self.interaction_only)) + bool(self.include_bias)
        if count == 0:
            raise ValueError(
                f"degree={self.degree!r} and include_bias=False would leave no column for X with {d} features; raise "
                "degree, or include the bias."
            )
        if count_terms(d, 0, high, bool(self.interaction_only)) > MOST_COLUMNS:
            raise ValueError(
                f"degree={self.degree!r} would give {count} columns from {d} features, too many to hold; lower degree, "
                "or take interaction_only=True."
            )
        self.n_output_features_ = count
        self._runs, begins = list_runs(d, high, bool(self.interaction_only))
        self._first, self._total = begins[max(low, 1)] if high else 1, begins[-1]
        return self

    @property
    def powers_(self) -> IntArray:
        """The exponent of each column (second axis) in each product (first axis)."""
        check_is_fitted(self, "n_output_features_")
        powers = np.zeros((self._total, self.n_features_in_), dtype=np.int64)
        for f, start, source, count in self._runs.tolist():
            powers[start : start + count] = powers[source : source + count]
            powers[start : start + count, f] += 1
        return np.concatenate([powers[: int(self.include_bias)], powers[self._first :]])

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the products, such as "1", "x0", "x0^2", "x0 x1".

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If `input_features` has another length, or other names than ``fit`` saw.
        """
        powers = self.powers_
        given = input_feature_names(self, input_features)
        names = []
        for row in powers:
            parts = [f"{given[f]}^{row[f]}" if row[f] > 1 else str(given[f]) for f in np.flatnonzero(row)]
            names.append(" ".join(parts) or "1")
        return np.asarray(names, dtype=object)

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return the products for each row of X (n, d), shape (n, n_output_features_).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, NaN or infinity, or a product is beyond float64's range.
        """
        check_is_fitted(self, "n_output_features_")
        X = self._check_X(X)
        width, shift, by_column = self.n_output_features_, int(not self.include_bias), self.order == "F"
        Z = np.empty((width, len(X))).T if by_column else np.empty((len(X), width))
        whole = self._total - shift == width  # else lower degrees are made, too, and left out

        def task(rows: slice) -> None:
            m, part = rows.stop - rows.start, Z[rows]
            if by_column:
                made = Z if whole else np.empty((self._total - shift, m)).T
                multiply_columns(np.ascontiguousarray(X[rows].T), self._runs, shift, rows.start if whole else 0, made.T)
            else:
                made = part if whole else np.empty((m, self._total - shift))
                multiply_rows(X[rows], self._runs, shift, made)
            if not whole:
                part[:, : 1 - shift] = 1.0
                part[:, 1 - shift :] = made[:, self._first - shift :]

        map_chunks(task, chunks(len(X), max(LEAST_COLUMN if by_column else 1, CHUNK_NUMBERS // self._total)))
        self._check_range(X, Z)
        return Z

    def _check_range(self, X: FloatArray, Z: FloatArray) -> None:
        top = max(float(X.max()), -float(X.min()), 1.0)
        if np.log2(top) * self._degrees()[1] < 1023:  # no product can leave the range
            return
        bad = ~np.isfinite(Z).all(axis=0)
        if bad.any():
            name = self.get_feature_names_out()[int(bad.argmax())]
            raise ValueError(
                f"The product {name} is too large for float64; scale the columns first, e.g. by StandardScaler."
            )
