"""Binning: each column is cut into intervals, and a value becomes the number of its interval.

Idea
----
A linear model cannot follow a curve, but it can learn one number for each stretch of it. The stretches are equally
wide, or hold equally many values, or lie around the centres of one-dimensional k-means.

Maths
-----
With edges e_0 < e_1 < ... < e_k::

    z = number of inner edges (e_1 ... e_(k-1)) that are at most x
    inverse: (e_z + e_(z+1)) / 2

Cost
----
``fit`` looks up the values of some ranks in long columns (``column_ranks.py``), O(n d), or sorts or partitions each,
O(d n log n); ``transform`` O(n d log k), or O(n d k) where k is small: to compare with all edges, several columns at
once, takes less time than to jump from edge to edge.

Differences
-----------
From scikit-learn: results are dense, so `encode` is "onehot-dense" unless told otherwise, and "onehot" is refused. With
fewer distinct values than bins, "kmeans" may cut at other places: ties decide there.

References
----------
J. Dougherty, R. Kohavi, M. Sahami (1995), "Supervised and unsupervised discretization of continuous features", ICML,
section 2.
"""

from __future__ import annotations

import warnings
from typing import Any, ClassVar, NamedTuple, Self, cast

import numpy as np

from ..core import (
    BaseEstimator,
    TransformerMixin,
    check_array,
    check_is_fitted,
    check_random_state,
    check_sample_weight,
    chunks,
    input_feature_names,
    map_chunks,
)
from ..core.jit import kernel
from ..core.rules import anything, array_like, either, integer, none, one_of, random_state
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from .centre_edges import centre_edges
from .column_ranks import percentiles_of_columns
from .quantiles import weighted_quantiles

WEIGHTED = ("inverted_cdf", "averaged_inverted_cdf")  # quantile methods that know weights
TOGETHER = 2**16  # numbers that are copied and cut in one call; of more rows, a column: two save 3 % of the time
LONG, FEWEST = 2**9, 4  # rows for each bin, and for how many more, from which on quantiles are looked up by ranks
BLOCK = 2**13  # numbers that are brought back at a time
FEW_EDGES = 64  # up to so many are all compared with; from about twice as many on, searching is faster
FEW_COLUMNS = 4  # of fewer, each is searched by itself: nothing lies side by side
NARROW = 1e-8  # a bin not wider than this is taken away (scikit-learn's rule)
METHODS = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
)


class Part(NamedTuple):
    """Some columns, cut."""

    edges: Array  # (c,) arrays, with those of narrow bins
    constant: Array  # (c,): columns of one value
    narrow: Array  # (c,): columns that may have a narrow bin


@kernel
def count_edges(X: Array, edges: Array, Z: Array) -> None:
    """Count the inner edges at most x, for all columns side by side.

    X (n, d), edges (k - 1, d), with inf where a column has fewer: read. Z (n, d): overwritten.
    """
    for i in range(X.shape[0]):
        row, counts = X[i], Z[i]
        counts[:] = 0
        for e in range(edges.shape[0]):
            edge = edges[e]
            for f in range(row.shape[0]):
                counts[f] += 1 if edge[f] <= row[f] else 0


@kernel
def number_bins(x: Array, inner: Array, z: Array) -> None:
    """Count the inner edges at most x. x (n,), inner (k - 1,), sorted: read. z (n,): overwritten."""
    for i in range(x.shape[0]):
        low, high = 0, inner.shape[0]
        while low < high:
            middle = (low + high) // 2
            if inner[middle] <= x[i]:
                low = middle + 1
            else:
                high = middle
        z[i] = low


def without_narrow(edges: FloatArray, f: int) -> FloatArray:
    """Return the edges (k + 1,) of column f less those that follow another one too closely; warn of it."""
    keep = np.diff(edges, prepend=-np.inf) > NARROW
    if not keep.all():
        text = f"Bins whose width are too small (i.e., <= 1e-8) in feature {f} are removed. Consider decreasing the "
        warnings.warn(text + "number of bins.", UserWarning, stacklevel=4)
    kept = edges[keep]
    return kept if len(kept) > 1 else np.array([-np.inf, np.inf])


def check_ranges(lows: FloatArray, highs: FloatArray, first: int) -> None:
    """Check that float64 holds the ranges of columns, of which `first` numbers the first."""
    with np.errstate(over="ignore"):
        wide = np.isfinite(highs - lows)
    if not wide.all():
        f = first + int(wide.argmin())
        raise ValueError(f"The range of column {f} is beyond float64's; divide the column by a constant first.")


def part_of(quantiles: FloatArray, lows: FloatArray, highs: FloatArray) -> Part:
    """Return columns cut at their quantiles (c, k + 1), with those of narrow bins."""
    edges = np.empty(len(quantiles), dtype=object)
    for j, found in enumerate(quantiles):
        edges[j] = found
    return Part(edges, lows == highs, np.diff(quantiles, axis=1).min(axis=1) <= NARROW)


class KBinsDiscretizer(TransformerMixin, BaseEstimator):
    """Cut columns into bins.

    Parameters
    ----------
    n_bins : how many, an int, or one for each column
    encode : "onehot-dense" (a column for each bin) or "ordinal" (the bin's number); "onehot", scikit-learn's default,
        is sparse there and refused here
    strategy : "quantile" (equally many values), "uniform" (equally wide) or "kmeans"
    quantile_method : how quantiles are read off, one of NumPy's names
    dtype : of the result: np.float64, np.float32, or None for float64
    subsample : of more rows than this so many are drawn (with replacement); None takes all
    random_state : of that draw

    Attributes
    ----------
    bin_edges_ : object array of shape (d,) of arrays of edges
    n_bins_ : int array of shape (d,); fewer than asked where bins were too narrow
    n_features_in_ : int
    feature_names_in_ : array of shape (d,), only where X had column names

    References
    ----------
    Dougherty, Kohavi and Sahami, section 2.

    Examples
    --------
    >>> from scratchml.preprocessing import KBinsDiscretizer
    >>> model = KBinsDiscretizer(3, encode="ordinal", strategy="uniform").fit([[0.0], [4.0], [9.0]])
    >>> model.transform([[2.9], [3.0], [100.0]]).ravel().tolist()
    [0.0, 1.0, 2.0]
    """

    _rules: ClassVar = {
        "n_bins": either(integer(2), array_like),
        "encode": one_of("onehot", "onehot-dense", "ordinal"),
        "strategy": one_of("uniform", "quantile", "kmeans"),
        "quantile_method": one_of(*METHODS),
        "dtype": anything,
        "subsample": either(integer(1), none),
        "random_state": random_state,
    }

    def __init__(
        self,
        n_bins: int | VectorLike = 5,
        *,
        encode: str = "onehot-dense",
        strategy: str = "quantile",
        quantile_method: str = "averaged_inverted_cdf",
        dtype: Any = None,
        subsample: int | None = 200_000,
        random_state: RandomStateLike = None,
    ) -> None:
        self.n_bins = n_bins
        self.encode = encode
        self.strategy = strategy
        self.quantile_method = quantile_method
        self.dtype = dtype
        self.subsample = subsample
        self.random_state = random_state

    def _counts(self, d: int) -> IntArray:
        given = np.asarray(self.n_bins)
        if given.ndim == 0:
            return np.full(d, int(given), dtype=np.int64)
        if given.shape != (d,) or given.dtype.kind not in "iuf":
            raise ValueError("n_bins must be a scalar or array of shape (n_features,).")
        wrong = np.flatnonzero((given < 2) | (given != np.floor(given)))
        if len(wrong):
            raise ValueError(
                f"KBinsDiscretizer received an invalid number of bins at indices {', '.join(map(str, wrong))}. "
                "Number of bins must be at least 2, and must be an int: change n_bins."
            )
        return given.astype(np.int64)

    def fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Find the edges of each column of X (n, d).

        Parameters
        ----------
        y : ignored
        sample_weight : shape (n,); quantiles and centres count a row of weight 2 twice, bins of equal width only ask
            which weights are 0; None stands for ones

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or weights; for weights with a `quantile_method` that knows none.
        """
        self._check_params()
        if self.encode == "onehot":
            raise ValueError("encode='onehot' gives a sparse matrix, which is not supported; take 'onehot-dense'.")
        if self.dtype not in (None, np.float64, np.float32):
            raise ValueError(f"dtype={self.dtype!r} is not accepted; give np.float64, np.float32 or None.")
        X = self._check_X(X, fitting=True)
        n, d = X.shape
        counts = self._counts(d)
        weight = None if sample_weight is None else check_sample_weight(sample_weight, n)
        if self.subsample is not None and n > self.subsample:
            rng = check_random_state(self.random_state)  # with the reference's draws
            if weight is None:
                drawn = rng.randint(0, n, size=(self.subsample,))
            else:
                drawn, weight = rng.choice(n, size=self.subsample, p=weight / weight.sum(), replace=True), None
            X = X[drawn]
        if weight is not None and self.strategy == "quantile" and self.quantile_method not in WEIGHTED:
            raise ValueError(
                "When fitting with strategy='quantile' and sample weights, quantile_method should either be set to "
                f"'averaged_inverted_cdf' or 'inverted_cdf', got quantile_method={self.quantile_method!r} instead."
            )
        alike = self.strategy == "quantile" and weight is None and bool((counts == counts[0]).all())
        if alike and self.quantile_method in WEIGHTED and len(X) >= LONG * (FEWEST + counts[0]):
            # plainly: as below, which moves whole columns about
            percents, average = np.linspace(0, 100, int(counts[0]) + 1), self.quantile_method != "inverted_cdf"
            quantiles, low, high = percentiles_of_columns(X, percents, average)
            check_ranges(low, high, 0)
            parts = [part_of(quantiles, low, high)]
        else:
            some = chunks(d, max(1, TOGETHER // len(X)))
            parts = map_chunks(lambda of: self._cut(np.array(X.T[of], order="C"), weight, counts[of], of.start), some)
        self.bin_edges_ = self._widen(parts)
        self.n_bins_ = np.array([len(found) - 1 for found in self.bin_edges_], dtype=np.int64)
        return self

    def _cut(self, columns: FloatArray, weight: FloatArray | None, counts: IntArray, first: int) -> Part:
        """Return the edges (c,) of the bins of columns (c, n), which may be reordered; `first` numbers the first."""
        counted = columns if weight is None or self.strategy == "quantile" else columns[:, weight != 0]
        lows, highs = counted.min(axis=1), counted.max(axis=1)
        check_ranges(lows, highs, first)
        edges = np.empty(len(columns), dtype=object)
        if self.strategy == "quantile" and weight is None and (counts == counts[0]).all():
            # plainly: as below. Of few rows the calls take more time than the work, so columns are cut together.
            percents, method = np.linspace(0, 100, int(counts[0]) + 1), cast(Any, self.quantile_method)
            quantiles = np.percentile(columns, percents, axis=1, method=method, overwrite_input=True).T.copy()
            return part_of(quantiles, lows, highs)
        for j in range(len(columns)):
            edges[j] = self._cuts(columns[j], weight, int(counts[j]), lows[j], highs[j])
        return Part(edges, lows == highs, np.full(len(columns), self.strategy != "uniform"))

    def _widen(self, parts: list[Part]) -> Array:
        """Return the edges (d,) of all columns' bins without narrow bins; warn of these and of constant columns."""
        edges, constant, narrow = (np.concatenate(field) for field in zip(*parts, strict=True))
        for f in np.flatnonzero(constant | narrow).tolist():
            if constant[f]:
                text = f"Feature {f} is constant and will be replaced with 0."
                warnings.warn(text, UserWarning, stacklevel=3)
                edges[f] = np.array([-np.inf, np.inf])
            else:
                edges[f] = without_narrow(edges[f], f)
        return edges

    def _cuts(self, column: FloatArray, weight: FloatArray | None, k: int, low: float, high: float) -> FloatArray:
        """Return the edges of the bins of a column (n,), which may be reordered, with those of narrow bins.

        low, high : the least and the greatest that counts; where they are equal, whatever is returned will not be used
        """
        if low == high or self.strategy == "uniform":
            return np.linspace(low, high, k + 1)
        if self.strategy == "quantile":
            percents, method = np.linspace(0, 100, k + 1), cast(Any, self.quantile_method)
            if weight is None:
                return np.asarray(np.percentile(column, percents, method=method, overwrite_input=True))
            some = weight > 0
            return weighted_quantiles(column[some], weight[some], percents, average=method != "inverted_cdf")
        weight = np.ones(len(column)) if weight is None else weight
        return np.concatenate([[low], centre_edges(column, weight, k), [high]])

    def transform(self, X: MatrixLike) -> Array:
        """Return each value's bin: its number, shape (n, d), or a column for each bin.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, NaN or infinity.
        """
        check_is_fitted(self, "bin_edges_")
        X = self._check_X(X)
        kind = self.dtype or np.float64
        begins = np.concatenate([[0], np.cumsum(self.n_bins_)])
        if self.encode == "ordinal":
            return self._numbers(X, kind)
        Z = np.zeros((len(X), begins[-1]), dtype=kind)
        for rows in chunks(len(X), max(1, BLOCK // X.shape[1])):
            np.put_along_axis(Z[rows], begins[:-1] + self._numbers(X[rows], np.int64), 1.0, axis=1)
        return Z

    def _numbers(self, X: FloatArray, kind: Any) -> Array:
        """Return the number of each value's bin, shape (n, d)."""
        Z = np.empty(X.shape, dtype=kind)
        most = int(self.n_bins_.max()) - 1
        if most <= FEW_EDGES and X.shape[1] >= FEW_COLUMNS:
            edges = np.full((most, X.shape[1]), np.inf)
            for f, found in enumerate(self.bin_edges_):
                edges[: len(found) - 2, f] = found[1:-1]
            count_edges(X, edges, Z)
            return Z
        bins = np.empty(len(X), dtype=np.int64)
        for f, found in enumerate(self.bin_edges_):
            number_bins(np.ascontiguousarray(X[:, f]), np.ascontiguousarray(found[1:-1]), bins)
            Z[:, f] = bins
        return Z

    def inverse_transform(self, X: MatrixLike) -> FloatArray:
        """Return the middle of each bin, shape (n, d).

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If X has another number of columns, or a number that is no bin.
        """
        check_is_fitted(self, "bin_edges_")
        Z = check_array(X, estimator=self)
        begins = np.concatenate([[0], np.cumsum(self.n_bins_)])
        ordinal, d = self.encode == "ordinal", self.n_features_in_
        wanted = d if ordinal else int(begins[-1])
        if Z.shape[1] != wanted:
            raise ValueError(f"Incorrect number of features. Expecting {wanted}, received {Z.shape[1]}.")
        with np.errstate(invalid="ignore"):
            middles = np.concatenate([0.5 * (edges[1:] + edges[:-1]) for edges in self.bin_edges_])
        found = np.empty((len(Z), d))
        for rows in chunks(len(Z), max(1, BLOCK // wanted)):  # so few that all stays in the cache
            block = Z[rows]
            if ordinal:
                if (block < 0).any() or (block >= self.n_bins_).any():
                    f = int(((Z < 0) | (Z >= self.n_bins_)).any(axis=0).argmax())
                    raise ValueError(f"Column {f} holds a number that is none of its {self.n_bins_[f]} bins.")
                place = block.astype(np.int64)
            else:
                place = np.stack([block[:, begins[f] : begins[f + 1]].argmax(axis=1) for f in range(d)], axis=1)
            place += begins[:-1]
            middles.take(place, mode="clip", out=found[rows])  # all are inside; so nothing is asked twice
        return found

    def get_feature_names_out(self, input_features: VectorLike | None = None) -> Array:
        """Return the names of the columns out: those in, or such as "x0_0.0" for each bin.

        Raises
        ------
        NotFittedError
            Before ``fit``.
        ValueError
            If `input_features` has another length, or other names than ``fit`` saw.
        """
        check_is_fitted(self, "bin_edges_")
        names = input_feature_names(self, input_features)
        if self.encode == "ordinal":
            return names
        shown = [f"{name}_{float(j)}" for name, k in zip(names, self.n_bins_) for j in range(k)]
        return np.asarray(shown, dtype=object)
