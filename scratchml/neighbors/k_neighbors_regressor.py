"""k nearest neighbours for numbers: a new point is worth the average of the k known points closest to it.

Idea
    As in the vote of `k_neighbors.py`, but the neighbours' values are averaged, all alike or the nearer the more.
Maths
    y_hat[i] = sum_j weights[i, j] y[indices[i, j]] / sum_j weights[i, j], j over the k neighbours of query i;
    weights[i, j] = 1 ("uniform") or 1 / distances[i, j] ("distance"; neighbours at distance 0 outweigh all others).
Cost
    fit: one pass over X (n, d). predict of m queries: the search, and m k t for t targets.
Differences
    Weights are relative to the nearest neighbour's and a callable's may not be negative, see `k_neighbors.py`.
References
    Altman, An introduction to kernel and nearest-neighbor nonparametric regression, The American Statistician 46 (1992)
    175-185. Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 2.3.2, equation 2.8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, RegressorMixin, check_is_fitted
from ..core.jit import kernel
from ..core.parallel import chunks
from ..core.rules import Rule, either, function, none, one_of
from ..core.steps import finish
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .k_neighbors import BATCH, Weights, weigh_neighbours
from .search import Neighbours, SearchMixin

# ---------------------------------------------------------------------------------------------------------------
# Kernel.


@kernel
def average_neighbours(targets: Array, indices: Array, weights: Array, averages: Array) -> None:
    """Average the neighbours' targets.

    targets (n, t), of the known points: read. indices (m, k), weights (m, k), the neighbours of each query: read.
    averages (m, t): overwritten.
    """
    for i in range(indices.shape[0]):
        total = 0.0
        averages[i, :] = 0.0
        for j in range(indices.shape[1]):
            total += weights[i, j]
            for t in range(targets.shape[1]):
                averages[i, t] += weights[i, j] * targets[indices[i, j], t]
        for t in range(targets.shape[1]):
            averages[i, t] /= total


# ---------------------------------------------------------------------------------------------------------------
# The loop.


class Step(NamedTuple):
    """What is known after a step of a prediction, for the queries up to rows.stop."""

    name: str  # "search" or "average"
    rows: slice  # the queries it was about
    distances: FloatArray  # (m, k), nearest first
    indices: IntArray  # (m, k), of the known points
    averages: FloatArray  # (m, t)


def average_over_neighbours(
    search: Callable[[slice], Neighbours], m: int, k: int, targets: FloatArray, weights: Weights
) -> Iterator[Step]:
    """Yield a Step after each search and each average, `BATCH` queries at a time."""
    distances, indices = np.empty((m, k)), np.empty((m, k), dtype=np.int64)
    averages = np.zeros((m, targets.shape[1]))
    for rows in chunks(m, BATCH):
        distances[rows], indices[rows] = search(rows)
        yield Step("search", rows, distances, indices, averages)
        average_neighbours(targets, indices[rows], weigh_neighbours(distances[rows], weights), averages[rows])
        yield Step("average", rows, distances, indices, averages)


# ---------------------------------------------------------------------------------------------------------------
# The estimator.


class KNeighborsRegressor(SearchMixin, RegressorMixin, BaseEstimator):
    """Predict the average of the k nearest training points.

    Parameters
    ----------
    n_neighbors : k
    weights : "uniform", "distance" (1 / distance), None (uniform), or a callable from distances (m, k) to weights of 0
        or more, (m, k); it is called for up to 4096 queries at a time
    algorithm, leaf_size, p, metric, metric_params, n_jobs : as for `KNeighborsClassifier`

    Attributes
    ----------
    effective_metric_, effective_metric_params_ : the metric used: minkowski with p=2 is euclidean, ...
    n_features_in_, n_samples_fit_ : columns and rows seen in fit
    feature_names_in_ : the columns' names, where X was a data frame

    Raises
    ------
    TypeError, ValueError
        When fitting, for a parameter or input that is not accepted; when predicting, also where
        ``n_neighbors`` is more than the points known.

    References
    ----------
    Altman (1992); see the top of this file.

    Examples
    --------
    >>> from scratchml.neighbors import KNeighborsRegressor
    >>> model = KNeighborsRegressor(n_neighbors=2).fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 4.0, 9.0])
    >>> model.predict([[1.6], [9.0]])
    array([2.5, 6.5])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **SearchMixin._search_rules,
        **SearchMixin._k_rules,
        "weights": either(one_of("uniform", "distance"), none, function),
    }

    def __init__(
        self,
        n_neighbors: int = 5,
        *,
        weights: Weights = "uniform",
        algorithm: str = "auto",
        leaf_size: int = 30,
        p: float | None = 2,
        metric: str | Callable[..., float] = "minkowski",
        metric_params: Mapping[str, Any] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.algorithm = algorithm
        self.leaf_size = leaf_size
        self.p = p
        self.metric = metric
        self.metric_params = metric_params
        self.n_jobs = n_jobs

    def fit(self, X: MatrixLike, y: VectorLike) -> Self:
        """Remember X (n, d) and its targets y, (n,) or (n, t); return self."""
        self._check_params()
        found, targets = self._check_X_y(X, y, multi_output=True, copy=self._copies)
        self._remember(found)
        self._y = targets.copy()
        return self

    def steps(self, X: MatrixLike | None) -> Iterator[Step]:
        """Return the steps of a prediction for X (m, d): search, average, for each batch of queries.

        None stands for the training points, each of which is left out of its own average.
        """
        check_is_fitted(self, "n_samples_fit_")
        self._check_params()
        k = self.n_neighbors
        queries, alone = self._check_queries(X, k)
        targets = self._y.reshape(len(self._y), -1)
        return average_over_neighbours(
            lambda rows: self._search(queries, rows, k, alone), len(queries), k, targets, self.weights
        )

    def predict(self, X: MatrixLike | None) -> FloatArray:
        """Return the average for each row of X (m, d), shape (m,) or (m, t).

        None stands for the training points, each predicted from the others.
        """
        last = finish(self.steps(X), self)
        if last.name != "average" or last.rows.stop < len(last.distances):
            raise RuntimeError("The prediction was stopped before its last average; let it run to the end.")
        return last.averages if self._y.ndim == 2 else last.averages[:, 0]

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_output = True
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(n_neighbors=3, weights="distance", p=3)]
