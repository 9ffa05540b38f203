"""Radius neighbours for numbers: a new point is worth the average of the known points within a radius of it.

Idea
    A window of fixed width is moved to the query, and what it shows is averaged. It may show nothing.
Maths
    y_hat[i] = sum_j weights[j] y[j] / sum_j weights[j] over all j with distance(i, j) <= radius; weights are 1
    ("uniform") or 1 / distance ("distance"; neighbours at distance 0 outweigh all others).
Cost
    fit: one pass over X (n, d). predict of m queries: the search, and t operations a neighbour for t targets.
Differences
    As in `radius_neighbors.py` for weights. A query without neighbours has NaN for an answer, and a warning says so, as
    in scikit-learn.
References
    Nadaraya, On estimating regression, Theory of Probability and its Applications 9 (1964) 141-142. Hastie, Tibshirani,
    Friedman, The Elements of Statistical Learning, section 6.1, equation 6.2.
"""

from __future__ import annotations

import warnings
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
from ..maths import Neighbourhoods
from .k_neighbors import BATCH, Weights
from .radius_neighbors import weigh_within
from .radius_search import RadiusMixin

# ---------------------------------------------------------------------------------------------------------------
# Kernel.


@kernel
def average_within(targets: Array, indices: Array, weights: Array, starts: Array, averages: Array) -> None:
    """Average the neighbours' targets; NaN where there is no neighbour.

    targets (n, t), of the known points: read. indices (z,), weights (z,), the neighbours of query i at starts[i] :
    starts[i + 1]; starts (m + 1,): read. averages (m, t): overwritten.
    """
    for i in range(starts.shape[0] - 1):
        total = 0.0
        averages[i, :] = 0.0
        for j in range(starts[i], starts[i + 1]):
            total += weights[j]
            for t in range(targets.shape[1]):
                averages[i, t] += weights[j] * targets[indices[j], t]
        for t in range(targets.shape[1]):
            averages[i, t] = averages[i, t] / total if total > 0.0 else np.nan


# ---------------------------------------------------------------------------------------------------------------
# The loop.


class Step(NamedTuple):
    """What is known after a step of a prediction, for the queries up to rows.stop."""

    name: str  # "search" or "average"
    rows: slice  # the queries it was about
    distances: FloatArray  # (z,), of the neighbours of these queries
    indices: IntArray  # (z,)
    starts: IntArray  # (b + 1,): those of the first of these queries are at starts[0] : starts[1], ...
    averages: FloatArray  # (m, t)


def average_within_radius(
    search: Callable[[slice], Neighbourhoods], m: int, targets: FloatArray, weights: Weights
) -> Iterator[Step]:
    """Yield a Step after each search and each average, `BATCH` queries at a time."""
    averages = np.zeros((m, targets.shape[1]))
    for rows in chunks(m, BATCH):
        distances, indices, starts = search(rows)
        yield Step("search", rows, distances, indices, starts, averages)
        average_within(targets, indices, weigh_within(distances, starts, weights), starts, averages[rows])
        yield Step("average", rows, distances, indices, starts, averages)


# ---------------------------------------------------------------------------------------------------------------
# The estimator.


class RadiusNeighborsRegressor(RadiusMixin, RegressorMixin, BaseEstimator):
    """Predict the average of all training points within a radius.

    Parameters
    ----------
    radius : a point at this distance still counts
    weights : "uniform", "distance" (1 / distance), None (uniform), or a callable from distances (c,) to weights of 0 or
        more, (c,)
    algorithm, leaf_size, p, metric, metric_params, n_jobs : as for `KNeighborsClassifier`

    Attributes
    ----------
    effective_metric_, effective_metric_params_ : the metric used: minkowski with p=2 is euclidean, ...
    n_features_in_, n_samples_fit_ : columns and rows seen in fit
    feature_names_in_ : the columns' names, where X was a data frame

    Raises
    ------
    TypeError, ValueError
        For a parameter or input that is not accepted.

    References
    ----------
    Nadaraya (1964); see the top of this file.

    Examples
    --------
    >>> from scratchml.neighbors import RadiusNeighborsRegressor
    >>> model = RadiusNeighborsRegressor(radius=1.0).fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 4.0, 9.0])
    >>> model.predict([[1.5], [3.5]])
    array([2.5, 9. ])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **RadiusMixin._search_rules,
        **RadiusMixin._radius_rules,
        "weights": either(one_of("uniform", "distance"), none, function),
    }

    def __init__(
        self,
        radius: float = 1.0,
        *,
        weights: Weights = "uniform",
        algorithm: str = "auto",
        leaf_size: int = 30,
        p: float | None = 2,
        metric: str | Callable[..., float] = "minkowski",
        metric_params: Mapping[str, Any] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.radius = radius
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
        queries, alone = self._check_queries(X)
        targets, radius = self._y.reshape(len(self._y), -1), float(self.radius)
        return average_within_radius(
            lambda rows: self._within(queries, rows, radius, alone), len(queries), targets, self.weights
        )

    def predict(self, X: MatrixLike | None) -> FloatArray:
        """Return the average for each row of X (m, d), shape (m,) or (m, t); NaN where nothing is near.

        None stands for the training points, each predicted from the others.
        """
        last = finish(self.steps(X), self)
        if last.name != "average" or last.rows.stop < len(last.averages):
            raise RuntimeError("The prediction was stopped before its last average; let it run to the end.")
        if np.isnan(last.averages).any():
            warnings.warn(
                "One or more samples have no neighbors within specified radius; predicting NaN. Give a larger radius.",
                stacklevel=2,
            )
        return last.averages if self._y.ndim == 2 else last.averages[:, 0]

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_output = True
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        # an infinite radius: the generic tests send queries that are far from everything, and want numbers
        return [cls(np.inf, weights="distance"), cls(np.inf, weights="distance", p=1)]
