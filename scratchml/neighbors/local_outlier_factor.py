"""Local outlier factor: a point is strange if it lies in a thinner place than its own neighbours do.

Idea
    One distance that says "far" does not fit all: in a dense cluster a gap is strange that is usual in a thin one. So
    compare how densely a point's surroundings are filled with how densely those of its k neighbours are.
Maths
    k-distance(o) = distance from o to its k-th neighbour. reach(p, o) = max(k-distance(o), distance(p, o)).
    lrd(p) = 1 / (mean of reach(p, o) over the k neighbours o of p + 1e-10), the local reachability density.
    LOF(p) = mean of lrd(o) over these o / lrd(p). About 1 inside a cluster, larger outside.
    Outliers are those with -LOF < offset_: -1.5, or the quantile of the training scores that `contamination` names.
Cost
    The k nearest neighbours of every row; n k operations more.
Differences
    k neighbours exactly, as in scikit-learn, where the paper takes all that tie with the k-th. 1e-10, which keeps the
    densities of duplicates finite, is a length: where all distances are below 2^-20 they are measured in another unit
    first, a power of two that brings the largest to 1 or a little more, so that tiny numbers have the scores of usual
    ones. scikit-learn gives them all -1.
References
    Breunig, Kriegel, Ng, Sander, LOF: identifying density-based local outliers, SIGMOD 2000, definitions 3 to 7.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, OutlierMixin, check_is_fitted
from ..core.conditional import only_if
from ..core.rules import Rule, boolean, either, floating, one_of
from ..core.steps import finish
from ..core.typing import FloatArray, IntArray, MatrixLike
from .search import Neighbours, SearchMixin

SMOOTHING = 1e-10  # scikit-learn's: keeps the density of duplicates finite
USUAL = 2.0**-20  # distances that are all below this are measured in a smaller unit


# ---------------------------------------------------------------------------------------------------------------
# Densities: neighbour after neighbour, all queries at once. The search takes nearly all of the time, so nothing here
# is worth a kernel, which would cost a first fit a tenth of its seconds.


def reach_density(distances: FloatArray, indices: IntArray, k_distances: FloatArray, smoothing: float) -> FloatArray:
    """Return the local reachability density of each query, shape (m,).

    distances (m, k), indices (m, k), of the neighbours, and k_distances (n,), of the known points: read.
    """
    m, k = indices.shape
    total = np.zeros(m)
    for j in range(k):
        total += np.maximum(distances[:, j], k_distances[indices[:, j]])
    found: FloatArray = 1.0 / (total / k + smoothing)
    return found


def compare_densities(density: FloatArray, indices: IntArray, known: FloatArray) -> FloatArray:
    """Return the mean density of each query's neighbours divided by its own, the local outlier factor, shape (m,).

    density (m,), of the queries, indices (m, k), and known (n,), density of the known points: read.
    """
    m, k = indices.shape
    total = np.zeros(m)
    for j in range(k):
        total += known[indices[:, j]] / density
    found: FloatArray = total / k
    return found


# ---------------------------------------------------------------------------------------------------------------
# The loop.


class Step(NamedTuple):
    """What is known after a step of a fit."""

    name: str  # "search", "density" or "compare"
    distances: FloatArray  # (n, k), nearest first
    indices: IntArray  # (n, k)
    unit: float  # the power of two that distances are divided by for the densities
    density: FloatArray  # (n,) lrd, of distances / unit; zeros before it is worked out
    factor: FloatArray  # (n,) LOF; zeros before it is worked out


def unit_of(distances: FloatArray) -> float:
    """Return the power of two by which to divide distances: 1 unless all of them are tiny and some are not 0."""
    largest = float(distances.max())
    return 1.0 if largest == 0.0 or largest >= USUAL else float(np.ldexp(1.0, int(np.frexp(largest)[1]) - 1))


def judge_by_neighbours(search: Callable[[], Neighbours]) -> Iterator[Step]:
    """Yield a Step after the search, the densities, the comparison."""
    distances, indices = search()
    density, factor = np.zeros(len(indices)), np.zeros(len(indices))
    unit = unit_of(distances)
    yield Step("search", distances, indices, unit, density, factor)
    density = reach_density(distances / unit, indices, distances[:, -1] / unit, SMOOTHING)
    yield Step("density", distances, indices, unit, density, factor)
    factor = compare_densities(density, indices, density)
    yield Step("compare", distances, indices, unit, density, factor)


# ---------------------------------------------------------------------------------------------------------------
# The estimator.


def _for_new_rows(model: Any) -> None:
    if not model.novelty:
        raise AttributeError(
            "This LocalOutlierFactor judges the rows it was fitted to (novelty=False): use fit_predict and "
            "negative_outlier_factor_, or give novelty=True to judge new rows."
        )


def _for_old_rows(model: Any) -> None:
    if model.novelty:
        raise AttributeError(
            "fit_predict is not available when novelty=True; give novelty=False to judge the rows fitted to."
        )


class LocalOutlierFactor(SearchMixin, OutlierMixin, BaseEstimator):
    """Find the rows that lie in thinner places than their neighbours.

    Parameters
    ----------
    n_neighbors : k; more than n - 1 means n - 1
    algorithm, leaf_size, metric, p, metric_params, n_jobs : as for `KNeighborsClassifier`
    contamination : "auto" (an outlier has a factor above 1.5), or the share of training rows to call outliers, a float
        in (0, 0.5]
    novelty : False to judge the training rows (`fit_predict`), True to judge new ones (`predict`, `score_samples`,
        `decision_function`), which are not to be training rows

    Attributes
    ----------
    negative_outlier_factor_ : -LOF of the training rows, shape (n,); the lower the stranger
    n_neighbors_ : k as used
    offset_ : below this a score is an outlier's
    effective_metric_, effective_metric_params_ : the metric used: minkowski with p=2 is euclidean, ...
    n_features_in_, n_samples_fit_ : columns and rows seen in fit
    feature_names_in_ : the columns' names, where X was a data frame

    Raises
    ------
    TypeError, ValueError
        For a parameter or input that is not accepted; a single row has no neighbours.

    References
    ----------
    Breunig et al. (2000); see the top of this file.

    Examples
    --------
    >>> from scratchml.neighbors import LocalOutlierFactor
    >>> X = [[-1.1], [0.2], [101.1], [0.3]]
    >>> model = LocalOutlierFactor(n_neighbors=2)
    >>> model.fit_predict(X)
    array([ 1,  1, -1,  1])
    >>> model.negative_outlier_factor_.round(2)
    array([ -0.98,  -1.04, -73.37,  -0.98])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **SearchMixin._search_rules,
        **SearchMixin._k_rules,
        "contamination": either(one_of("auto"), floating(0.0, 0.5, open_low=True)),
        "novelty": boolean,
    }

    def __init__(
        self,
        n_neighbors: int = 20,
        *,
        algorithm: str = "auto",
        leaf_size: int = 30,
        metric: str | Callable[..., float] = "minkowski",
        p: float | None = 2,
        metric_params: Mapping[str, Any] | None = None,
        contamination: float | str = "auto",
        novelty: bool = False,
        n_jobs: int | None = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.algorithm = algorithm
        self.leaf_size = leaf_size
        self.metric = metric
        self.p = p
        self.metric_params = metric_params
        self.contamination = contamination
        self.novelty = novelty
        self.n_jobs = n_jobs

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step]:
        """Return the steps of a fit to X (n, d): search, density, compare."""
        self._check_params()
        self._remember(self._check_X(X, fitting=True, copy=self._copies), stacklevel=4)
        n = self.n_samples_fit_
        if n < 2:
            raise ValueError(f"Found array with {n} sample(s) while a minimum of 2 is required: one has no neighbor.")
        if self.n_neighbors > n:
            warnings.warn(
                f"n_neighbors ({self.n_neighbors}) is greater than the total number of samples ({n}). n_neighbors will "
                "be set to (n_samples - 1) for estimation.",
                stacklevel=3,
            )
        self.n_neighbors_ = max(1, min(int(self.n_neighbors), n - 1))
        return judge_by_neighbours(lambda: self._search(self._fit_X, slice(0, n), self.n_neighbors_, True))

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Judge the rows of X (n, d) and remember them; return self. y is not looked at."""
        last = finish(self.steps(X), self)
        if last.name != "compare":
            raise RuntimeError("The fit was stopped before the comparison of densities; let it run to the end.")
        self._density, self._k_distances, self._unit = last.density, last.distances[:, -1].copy(), last.unit
        scores = -last.factor
        self.negative_outlier_factor_ = scores
        self.offset_ = (
            -1.5 if self.contamination == "auto" else np.percentile(scores, 100.0 * float(self.contamination))
        )
        if scores.min() < -1e7 and not self.novelty:
            warnings.warn(
                "Duplicate values are leading to incorrect results. Increase the number of neighbors for more accurate "
                "results.",
                stacklevel=2,
            )
        return self

    @only_if(_for_old_rows)
    def fit_predict(self, X: MatrixLike, y: Any = None) -> IntArray:
        """Fit to X (n, d) and return -1 for each outlier and 1 for each inlier, shape (n,)."""
        self.fit(X)
        found: IntArray = np.where(self.negative_outlier_factor_ < self.offset_, -1, 1)
        return found

    @only_if(_for_new_rows)
    def score_samples(self, X: MatrixLike) -> FloatArray:
        """Return -LOF of new rows X (m, d) among the training rows, shape (m,); the lower the stranger."""
        check_is_fitted(self, "offset_")
        queries, _ = self._check_queries(X, self.n_neighbors_)
        distances, indices = self._search(queries, slice(0, len(queries)), self.n_neighbors_, False)
        with np.errstate(over="ignore"):  # a new row may be beyond float64's reach in the training rows' unit
            density = reach_density(distances / self._unit, indices, self._k_distances / self._unit, SMOOTHING)
            density = np.maximum(density, np.finfo(np.float64).tiny)
            factor = compare_densities(density, indices, self._density)
        return -np.minimum(factor, np.finfo(np.float64).max)

    @only_if(_for_new_rows)
    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return `score_samples` less `offset_`, shape (m,): below 0 for outliers."""
        return self.score_samples(X) - self.offset_  # type: ignore[no-any-return]

    @only_if(_for_new_rows)
    def predict(self, X: MatrixLike) -> IntArray:
        """Return -1 for each outlier among new rows X (m, d) and 1 for each inlier, shape (m,)."""
        found: IntArray = np.where(self.decision_function(X) < 0, -1, 1)
        return found

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(n_neighbors=5, novelty=True, contamination=0.1)]
