"""Radius neighbours: a new point is what most of the known points within a radius of it are.

Idea
    As the vote of `k_neighbors.py`, but those vote who are near, however many they are. Where the data are thin there
    may be nobody: such a query is an outlier, and what to call it has to be said beforehand.
Maths
    votes[i, c] = sum of weights over those known points j with distance(i, j) <= radius whose label is c;
    weights are 1 ("uniform") or 1 / distance ("distance"; neighbours at distance 0 outvote all others).
Cost
    fit: one pass over X (n, d). predict of m queries: the search, and one operation a neighbour.
Differences
    Weights are relative to the nearest neighbour's and a callable's may not be negative, see `k_neighbors.py`. A
    callable is called once for each query that has neighbours, with their distances (c,); scikit-learn calls it once
    with an array of arrays. An outlier whose label is no class has shares of 0 and that label, as there.
References
    Bentley, A survey of techniques for fixed radius near neighbor searching, SLAC report 186 (1975).
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 6.1 (windows of fixed width).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, check_is_fitted
from ..core.jit import kernel
from ..core.parallel import chunks
from ..core.rules import Rule, array_like, either, function, integer, none, one_of, text
from ..core.steps import finish
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from ..maths import Neighbourhoods
from .k_neighbors import BATCH, VoteMixin, Weights, no_negative_distance, weigh_neighbours
from .radius_search import RadiusMixin

# ---------------------------------------------------------------------------------------------------------------
# Kernel and weights.


@kernel
def count_votes_within(labels: Array, indices: Array, weights: Array, starts: Array, votes: Array) -> None:
    """Let each neighbour vote for its class.

    labels (n,), each known point's class: read. indices (z,), weights (z,), the neighbours of query i at starts[i] :
    starts[i + 1]; starts (m + 1,): read. votes (m, c): overwritten.
    """
    votes[:] = 0.0
    for i in range(starts.shape[0] - 1):
        for j in range(starts[i], starts[i + 1]):
            votes[i, labels[indices[j]]] += weights[j]


@kernel
def weigh_by_closeness(distances: Array, starts: Array, weights: Array) -> float:
    """Weigh each neighbour by its query's least distance / its own, or 1 at distance 0 and 0 for all others there.

    distances (z,), starts (m + 1,): read. weights (z,): overwritten. Returns the first query's least distance that is
    negative, and 0 if none is.
    """
    for i in range(starts.shape[0] - 1):
        closest = np.inf
        for j in range(starts[i], starts[i + 1]):
            closest = min(closest, distances[j])
        if closest < 0.0:
            return closest
        for j in range(starts[i], starts[i + 1]):
            if closest > 0.0:
                # plainly: 1 / distances[j], which overflows below 1e-308
                weights[j] = closest / distances[j]
            else:
                weights[j] = 1.0 if distances[j] == 0.0 else 0.0
    return 0.0


def weigh_within(distances: FloatArray, starts: IntArray, weights: Weights) -> FloatArray:
    """Return how much each neighbour counts, shape (z,), from its distance (z,); query by query."""
    if weights is None or weights == "uniform":
        return np.ones_like(distances)
    found = np.empty_like(distances)
    if not callable(weights):
        least = weigh_by_closeness(distances, starts, found)
        if least < 0.0:
            raise ValueError(no_negative_distance(least))
        return found
    for i in np.flatnonzero(np.diff(starts)):
        own = slice(starts[i], starts[i + 1])
        found[own] = weigh_neighbours(distances[None, own], _for_one(weights))[0]
    return found


def _for_one(weights: Callable[[FloatArray], Array]) -> Callable[[FloatArray], Array]:
    """Return the user's function of distances (c,) as one of distances (1, c)."""
    return lambda distances: np.asarray(weights(distances[0]))[None]


# ---------------------------------------------------------------------------------------------------------------
# The loop.


class Step(NamedTuple):
    """What is known after a step of a prediction, for the queries up to rows.stop."""

    name: str  # "search" or "vote"
    rows: slice  # the queries it was about
    distances: FloatArray  # (z,), of the neighbours of these queries
    indices: IntArray  # (z,)
    starts: IntArray  # (b + 1,): those of the first of these queries are at starts[0] : starts[1], ...
    counts: IntArray  # (m,) how many neighbours each query has
    votes: list[FloatArray]  # (m, c), one for each output


def vote_within_radius(
    search: Callable[[slice], Neighbourhoods],
    m: int,
    labels: list[IntArray],
    classes: list[Array],
    weights: Weights,
) -> Iterator[Step]:
    """Yield a Step after each search and each vote, `BATCH` queries at a time."""
    counts = np.zeros(m, dtype=np.int64)
    votes: list[FloatArray] = [np.zeros((m, len(c))) for c in classes]
    for rows in chunks(m, BATCH):
        distances, indices, starts = search(rows)
        counts[rows] = np.diff(starts)
        yield Step("search", rows, distances, indices, starts, counts, votes)
        weight = weigh_within(distances, starts, weights)
        for t in range(len(labels)):
            count_votes_within(labels[t], indices, weight, starts, votes[t][rows])
        yield Step("vote", rows, distances, indices, starts, counts, votes)


# ---------------------------------------------------------------------------------------------------------------
# The estimator.


class RadiusNeighborsClassifier(RadiusMixin, VoteMixin, BaseEstimator):
    """Classify by a vote of all training points within a radius.

    Parameters
    ----------
    radius : a point at this distance still votes
    weights : "uniform", "distance" (1 / distance), None (uniform), or a callable from distances (c,) to weights of 0 or
        more, (c,)
    algorithm, leaf_size, p, metric, metric_params, n_jobs : as for `KNeighborsClassifier`
    outlier_label : the label of a query without neighbours: a label (a list of them for several outputs),
        "most_frequent", or None, which makes such a query an error. A label that is no class has a warning, and shares
        of 0.

    Attributes
    ----------
    classes_ : the labels, sorted, shape (c,); a list of such arrays where y was (n, t)
    outlier_label_ : the label of outliers for each output, or None
    effective_metric_, effective_metric_params_ : the metric used: minkowski with p=2 is euclidean, ...
    n_features_in_, n_samples_fit_ : columns and rows seen in fit
    feature_names_in_ : the columns' names, where X was a data frame
    outputs_2d_ : whether y was (n, t) with t > 1

    Raises
    ------
    TypeError, ValueError
        For a parameter or input that is not accepted, and when predicting an outlier without a label for it.

    References
    ----------
    Bentley (1975); see the top of this file.

    Examples
    --------
    >>> from scratchml.neighbors import RadiusNeighborsClassifier
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    >>> model = RadiusNeighborsClassifier(radius=1.0, outlier_label=1).fit(X, y)
    >>> model.predict([[0.5], [9.0]])
    array([0, 1])
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        **RadiusMixin._search_rules,
        **RadiusMixin._radius_rules,
        "weights": either(one_of("uniform", "distance"), none, function),
        "outlier_label": either(none, integer(), text, array_like),
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
        outlier_label: Any = None,
        metric_params: Mapping[str, Any] | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.radius = radius
        self.weights = weights
        self.algorithm = algorithm
        self.leaf_size = leaf_size
        self.p = p
        self.metric = metric
        self.outlier_label = outlier_label
        self.metric_params = metric_params
        self.n_jobs = n_jobs

    def fit(self, X: MatrixLike, y: VectorLike) -> Self:
        """Remember X (n, d) and its labels y, (n,) or (n, t) for t labels a row; return self."""
        self._check_params()
        self._remember_labels(X, y)
        self.outlier_label_ = self._outlier_labels()
        return self

    def _outlier_labels(self) -> list[Any] | None:
        label = self.outlier_label
        if label is None:
            return None
        classes = self._classes()
        if isinstance(label, str) and label == "most_frequent":
            return [c[np.bincount(codes).argmax()] for c, codes in zip(classes, self._labels)]
        several = not isinstance(label, (str, int, np.integer))
        labels = list(label) if several else [label] * len(classes)
        if len(labels) != len(classes):
            raise ValueError(
                f"The length of outlier_label: {label} is inconsistent with the output length: {len(classes)}; give "
                "one label for each."
            )
        for own, one in zip(classes, labels):
            if np.ndim(one) > 0:
                raise TypeError(f"The outlier_label of classes {own} is supposed to be a scalar, got {one}.")
            if np.append(own, one).dtype != own.dtype:
                raise TypeError(f"The dtype of outlier_label {one!r} is inconsistent with classes {own} in y.")
        return labels

    def steps(self, X: MatrixLike | None) -> Iterator[Step]:
        """Return the steps of a prediction for X (m, d): search, vote, for each batch of queries.

        None stands for the training points, each of which is left out of its own vote.
        """
        check_is_fitted(self, "n_samples_fit_")
        self._check_params()
        queries, alone = self._check_queries(X)
        radius = float(self.radius)
        return vote_within_radius(
            lambda rows: self._within(queries, rows, radius, alone),
            len(queries),
            self._labels,
            self._classes(),
            self.weights,
        )

    def _shares(self, X: MatrixLike | None) -> list[FloatArray]:
        """Return each class's share of the votes, (m, c) for each output; those of outliers by their label."""
        last = finish(self.steps(X), self)
        if last.name != "vote" or last.rows.stop < len(last.counts):
            raise RuntimeError("The prediction was stopped before its last vote; let it run to the end.")
        lonely = last.counts == 0
        if self.outlier_label_ is None and lonely.any():
            raise ValueError(
                f"No neighbors found for test samples {np.flatnonzero(lonely)!r}, you can try using larger radius, "
                "giving a label for outliers, or considering removing them from your dataset."
            )
        shares = []
        for t, votes in enumerate(last.votes):
            if lonely.any() and self.outlier_label_ is not None:
                own = self._classes()[t] == self.outlier_label_[t]
                votes[np.ix_(lonely, own)] = 1.0
                if not own.any():
                    warnings.warn(
                        f"Outlier label {self.outlier_label_[t]} is not in training classes. All class probabilities "
                        "of outliers will be assigned with 0.",
                        stacklevel=3,
                    )
            total = votes.sum(axis=1, keepdims=True)
            shares.append(votes / np.where(total == 0.0, 1.0, total))
        return shares

    def predict(self, X: MatrixLike | None) -> Array:
        """Return the class of each row of X (m, d), shape (m,) or (m, t), or the outliers' label.

        None stands for the training points, each judged by the others.
        """
        shares = self._shares(X)
        columns = []
        for t, (classes, share) in enumerate(zip(self._classes(), shares)):
            column = classes[share.argmax(axis=1)]
            nobody = ~share.any(axis=1)
            if nobody.any() and self.outlier_label_ is not None:
                column = column.astype(np.append(classes, self.outlier_label_[t]).dtype)
                column[nobody] = self.outlier_label_[t]
            columns.append(column)
        return np.stack(columns, axis=1) if self.outputs_2d_ else columns[0]

    def predict_proba(self, X: MatrixLike | None) -> Any:
        """Return each class's share of the votes, shape (m, c), or a list of such arrays where y was (n, t)."""
        shares = self._shares(X)
        return shares if self.outputs_2d_ else shares[0]

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(outlier_label="most_frequent"), cls(2.5, weights="distance", p=1, outlier_label="most_frequent")]
