"""k-nearest-neighbours imputation: the rows most like this one say what it lacks.

Idea
----
Of all rows that have the value, take the k that are nearest in what both have, and let their mean stand in. Unlike a
column's mean this follows the relations between the columns.

Maths
-----
d(a, b)^2 = (d / |S|) sum_{f in S} (a_f - b_f)^2, where S are the features that both rows have, d all of them.
Of the rows with a value in column f, the k nearest are the donors; with weights w_j = 1, or d_1 / d_j, where d_1 is the
nearest donor's distance (donors at distance 0 alone count, if there are any)::

    filled = sum_j (w_j / sum_j w_j) value_j

A row that shares no feature with any donor gets the column's mean.

Cost
----
n d for each row with holes, and n for each hole (most rows are ruled out by one comparison); memory: blocks.

Differences
-----------
From scikit-learn: of donors at the same distance those with the lower row numbers are taken (there: whichever a
partition leaves in front). A function as `weights` is given the donors nearest first. Weights that a function makes all
0 give the column's mean (there: 0). With `keep_empty_features` every column out has a name (there: not the empty ones).
Distances are found from differences (there: from products, which lose digits between near rows). float32 becomes
float64.

References
----------
O. Troyanskaya et al. (2001), "Missing value estimation methods for DNA microarrays", Bioinformatics 17(6), 520-525:
section "KNN method". J. K. Dixon (1979), "Pattern recognition with partly missing data", IEEE SMC 9(10): the distance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import check_is_fitted, chunks, map_chunks
from ..core.jit import kernel
from ..core.rules import boolean, either, function, integer, none, one_of
from ..core.typing import Array, FloatArray, IntArray, MatrixLike
from ..maths import all_distances, prepare
from ..maths.heap import offer, sort_heap
from .holes import BaseImputer, find_holes, is_nan
from .simple_imputer import column_means

BLOCK_ROWS = 128  # rows measured at a time
BLOCK_CELLS = 2**22  # and fewer where there are so many donors that their distances would fill more than 32 MB


# ---------------------------------------------------------------------------------------------------------------
# Kernels.


@kernel
def nearest_donors(D: Array, holes: Array, there: Array, values: Array, indices: Array) -> None:
    """Find for each hole the k nearest rows that have a value in its column, ties to the lower row number.

    D (a, n), distances, NaN where nothing is shared: read. holes (h, 2), row and column of each hole: read.
    there (n, d), whether a donor has a value: read.
    values (h, k), indices (h, k): heaps filled with inf and n, overwritten; nearest first.
    """
    for p in range(holes.shape[0]):
        i, f = holes[p, 0], holes[p, 1]
        for j in range(D.shape[1]):
            if D[i, j] < values[p, 0] and there[j, f]:  # False for NaN
                offer(values[p], indices[p], D[i, j], j)
        sort_heap(values[p], indices[p])


# ---------------------------------------------------------------------------------------------------------------
# Weights.


def inverse_distances(distances: FloatArray) -> FloatArray:
    """Return d_1 / d_j for each row of distances (h, k), nearest first; inf, for no donor, gets 0."""
    nearest = distances[:, :1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(nearest == 0.0, distances == 0.0, np.where(np.isfinite(distances), nearest / distances, 0.0))


def call_weights(weights: Callable[[FloatArray], Array], distances: FloatArray) -> FloatArray:
    """Return what the caller's function makes of distances (h, k), where NaN stands for no donor.

    Raises
    ------
    ValueError
        If that has another shape, or is not finite where there is a donor.
    """
    given = np.where(np.isfinite(distances), distances, np.nan)
    found = np.asarray(weights(given.copy()), dtype=np.float64)
    if found.shape != given.shape:
        raise ValueError(f"weights must return one weight for each distance, shape {given.shape}; got {found.shape}.")
    if not np.isfinite(found[~np.isnan(given)]).all():
        raise ValueError("weights must return finite numbers; got NaN or infinity (of a distance of 0, perhaps).")
    return np.where(np.isnan(given), 0.0, found)


class Donors(NamedTuple):
    """What fit remembers for the search."""

    values: FloatArray  # (n, d)
    rows: FloatArray  # (n, d) the same in units of `unit`, in which small ones may vanish
    there: Array  # (n, d) whether a value is there
    unit: float  # a power of two: squares of values / unit neither overflow nor vanish


def power_of_two(X: FloatArray) -> float:
    """Return 1, or the power of two near X's largest value if squares of X would overflow or vanish."""
    largest = float(np.max(np.abs(X), initial=0.0, where=~np.isnan(X)))
    return 1.0 if largest == 0.0 or 1e-100 < largest < 1e100 else float(np.ldexp(1.0, int(np.frexp(largest)[1]) - 1))


# ---------------------------------------------------------------------------------------------------------------
# The estimator.


class KNNImputer(BaseImputer):
    """Fill each hole with the mean of the k nearest rows that have a value there.

    Parameters
    ----------
    missing_values : what marks a hole: NaN or a number
    n_neighbors : k; all rows that have the value, where these are fewer
    weights : "uniform"; "distance" for inverse distances; or a function of the distances (h, k) of h holes' donors
        (nearest first, NaN for no donor) that returns their weights
    metric : "nan_euclidean", or a function of two rows, ``metric(a, b, missing_values=nan)``
    copy : False lets `transform` overwrite an X that is a C-contiguous float64 array
    add_indicator : append a column of zeros and ones for each column that had holes in ``fit``
    keep_empty_features : keep a column that had no value in ``fit``, filled with 0

    Attributes
    ----------
    indicator_ : `MissingIndicator`, or None without `add_indicator`
    n_features_in_ : int
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Troyanskaya et al. (2001); see the top of this file.

    Examples
    --------
    >>> from scratchml.impute import KNNImputer
    >>> nan = float("nan")
    >>> KNNImputer(n_neighbors=2).fit_transform([[1.0, 2.0], [3.0, 4.0], [nan, 6.0], [8.0, 8.0]])[2]
    array([5.5, 6. ])
    """

    _rules: ClassVar = {
        **BaseImputer._rules,
        "n_neighbors": integer(1),
        "weights": either(one_of("uniform", "distance"), function, none),
        "metric": either(one_of("nan_euclidean"), function),
        "copy": boolean,
    }

    def __init__(
        self,
        *,
        missing_values: Any = np.nan,
        n_neighbors: int = 5,
        weights: str | Callable[[FloatArray], Array] = "uniform",
        metric: str | Callable[..., float] = "nan_euclidean",
        copy: bool = True,
        add_indicator: bool = False,
        keep_empty_features: bool = False,
    ) -> None:
        self.missing_values = missing_values
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric
        self.copy = copy
        self.add_indicator = add_indicator
        self.keep_empty_features = keep_empty_features

    def _read(self, X: MatrixLike, fitting: bool) -> FloatArray:
        found = self._check_X(X, fitting=fitting, allow_nan=is_nan(self.missing_values), copy=self.copy)
        if not is_nan(self.missing_values):
            found[find_holes(found, self.missing_values)] = np.nan
        return found

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Remember the rows X (n, d); return self.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter or X.
        """
        self._check_params()
        X = self._read(X, fitting=True)
        holes = np.isnan(X)
        unit = power_of_two(X)
        self._means = column_means(X)
        self._donors = Donors(X, X if unit == 1.0 else X / unit, ~holes, unit)
        self._empty = holes.all(axis=0)
        self._kept = np.arange(X.shape[1]) if self.keep_empty_features else np.flatnonzero(~self._empty)
        self._fit_indicator(holes if self.add_indicator else None)
        return self

    def transform(self, X: MatrixLike) -> FloatArray:
        """Return X (m, d) with its holes filled, shape (m, k), and the indicator's columns after them.

        Raises
        ------
        TypeError, ValueError
            For a wrong X, or a function as `weights` or `metric` that returns what it should not.
        """
        check_is_fitted(self, "_donors")
        X = self._read(X, fitting=False)
        holes = np.isnan(X)
        X[:, self._empty] = 0.0
        rows = np.flatnonzero((holes & ~self._empty).any(axis=1))
        size = max(1, min(BLOCK_ROWS, BLOCK_CELLS // len(self._donors.rows)))
        queries = np.where(holes[rows], np.nan, X[rows]) / self._donors.unit

        def task(block: slice) -> None:
            where = np.argwhere(holes[rows[block]] & ~self._empty)
            X[rows[block][where[:, 0]], where[:, 1]] = self._guess(queries[block], where)

        map_chunks(task, chunks(len(rows), size))
        filled = X if len(self._kept) == X.shape[1] else np.ascontiguousarray(X[:, self._kept])
        return self._with_indicator(filled, holes if self.add_indicator else None)

    def _guess(self, queries: FloatArray, holes: IntArray) -> FloatArray:
        """Return what to fill in for the holes (h, 2), row and column, of queries (a, d)."""
        n = len(self._donors.rows)
        k = min(self.n_neighbors, n)
        distances, donors = np.full((len(holes), k), np.inf), np.full((len(holes), k), n, dtype=np.int64)
        nearest_donors(self._distances(queries), holes, self._donors.there, distances, donors)
        if self.weights == "distance":
            weight = inverse_distances(distances)
        elif callable(self.weights):
            weight = call_weights(self.weights, distances * self._donors.unit)
        else:
            weight = np.isfinite(distances).astype(np.float64)
        values = np.where(donors < n, self._donors.values[np.minimum(donors, n - 1), holes[:, 1:]], 0.0)
        total = weight.sum(axis=1)
        alone = total == 0.0
        share = weight / np.where(alone, 1.0, total)[:, None]
        found = (share * values).sum(axis=1)
        return np.asarray(np.where(alone, self._means[holes[:, 1]], found))

    def _distances(self, queries: FloatArray) -> FloatArray:
        """Return the distances (a, n) of queries (a, d) to the donors, NaN where nothing is shared."""
        rows = self._donors.rows
        if not callable(self.metric):
            return all_distances(queries, prepare(rows, "nan_euclidean"))
        unit = self._donors.unit
        pairs = [[self.metric(a * unit, b * unit, missing_values=np.nan) for b in rows] for a in queries]
        return np.array(pairs, dtype=np.float64) / unit
