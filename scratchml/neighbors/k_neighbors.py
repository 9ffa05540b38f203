"""k nearest neighbours: a new point is what most of the k known points closest to it are.

Idea
    Remember the training points. To classify a new one, search the k that are nearest and let them vote; a vote may
    count the same for all of them, or more the nearer the voter is.
Maths
    votes[i, c] = sum of weights[i, j] over those j of the k neighbours of query i whose label is c;
    weights[i, j] = 1 ("uniform") or 1 / distances[i, j] ("distance"; neighbours at distance 0 outvote all others).
    The class predicted is argmax_c votes[i, c], ties to the first class; the probability of c is its share of votes.
Cost
    fit: one pass over X (n, d). predict of m queries: n m d for the search, m k for the votes; blocks of
    memory.
Differences
    Weights are relative to the nearest neighbour's, d_min / d, so that they cannot overflow; shares of votes are those
    of 1 / d. A callable's weights may not be negative: in scikit-learn they may, and make probabilities below 0 or
    NaN. See `search.py` for ties in distance.
References
    Cover, Hart, Nearest neighbor pattern classification, IEEE Trans. Information Theory 13 (1967) 21-27.
    Dudani, The distance-weighted k-nearest-neighbor rule, IEEE Trans. Systems, Man and Cybernetics 6 (1976) 325-327.
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 13.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, ClassifierMixin, check_array, check_is_fitted, check_labels, check_same_length
from ..core.jit import kernel
from ..core.parallel import chunks
from ..core.rules import Rule, either, function, none, one_of
from ..core.steps import finish
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from .search import Neighbours, SearchMixin

BATCH = 4096  # queries to a step
Weights = str | Callable[[FloatArray], Array] | None


# ---------------------------------------------------------------------------------------------------------------
# Kernels.


@kernel
def count_votes(labels: Array, indices: Array, weights: Array, votes: Array) -> None:
    """Let each neighbour vote for its class.

    labels (n,), each known point's class: read. indices (m, k), weights (m, k), the neighbours of each query: read.
    votes (m, c): overwritten.
    """
    votes[:] = 0.0
    for i in range(indices.shape[0]):
        for j in range(indices.shape[1]):
            votes[i, labels[indices[i, j]]] += weights[i, j]


def weigh_neighbours(distances: FloatArray, weights: Weights) -> FloatArray:
    """Return how much each neighbour's vote counts, shape (m, k), from its distance (m, k), nearest first."""
    if weights is None or weights == "uniform":
        return np.ones_like(distances)
    if callable(weights):
        return _check_weights(weights(distances.copy()), distances)
    closest = distances[:, :1]
    if (closest < 0.0).any():
        raise ValueError(no_negative_distance(closest.min()))
    at_zero = distances == 0.0
    # plainly: found = 1.0 / distances, which overflows below 1e-308
    found: FloatArray = np.where(closest == 0.0, at_zero, closest / np.where(at_zero, 1.0, distances))
    return found


def no_negative_distance(least: float) -> str:
    """Return what to say of a negative distance where 1 / distance is wanted."""
    return (
        f"weights='distance' needs distances of 0 or more, but metric returned {least}; use another metric or "
        "weights='uniform'."
    )


def _check_weights(found: Any, distances: FloatArray) -> FloatArray:
    """Return a callable's weights, each row times a power of two that brings its largest between 1/2 and 1."""
    checked: FloatArray = check_array(found, name="weights(distances)", ensure_2d=False)
    if checked.shape != distances.shape:
        raise ValueError(f"weights returned shape {checked.shape}; give a weight for each distance, {distances.shape}.")
    if (checked < 0).any():
        raise ValueError(f"weights returned {checked.min()}; give a weight of 0 or more for each distance.")
    largest = checked.max(axis=1, keepdims=True)
    if (largest == 0).any():
        raise ValueError(
            "All neighbors of some sample is getting zero weights. Change the callable given as weights so that at "
            "least one of k neighbours counts."
        )
    scaled: FloatArray = np.ldexp(checked, -np.frexp(largest)[1])  # sums cannot overflow; shares stay what they are
    return scaled


# ---------------------------------------------------------------------------------------------------------------
# The loop.


class Step(NamedTuple):
    """What is known after a step of a prediction, for the queries up to rows.stop."""

    name: str  # "search" or "vote"
    rows: slice  # the queries it was about
    distances: FloatArray  # (m, k), nearest first
    indices: IntArray  # (m, k), of the known points
    votes: list[FloatArray]  # (m, c), one for each output


def vote_among_neighbours(
    search: Callable[[slice], Neighbours],
    m: int,
    k: int,
    labels: list[IntArray],
    classes: list[Array],
    weights: Weights,
) -> Iterator[Step]:
    """Yield a Step after each search and each vote, `BATCH` queries at a time."""
    distances, indices = np.empty((m, k)), np.empty((m, k), dtype=np.int64)
    votes: list[FloatArray] = [np.zeros((m, len(c))) for c in classes]
    for rows in chunks(m, BATCH):
        distances[rows], indices[rows] = search(rows)
        yield Step("search", rows, distances, indices, votes)
        weight = weigh_neighbours(distances[rows], weights)
        for t in range(len(labels)):
            count_votes(labels[t], indices[rows], weight, votes[t][rows])
        yield Step("vote", rows, distances, indices, votes)


# ---------------------------------------------------------------------------------------------------------------
# The estimator.


class VoteMixin(ClassifierMixin):
    """Remembers rows with their labels, one or several a row. Put it after the search and before BaseEstimator."""

    classes_: Any
    outputs_2d_: bool
    _labels: list[IntArray]

    def _remember_labels(self, X: MatrixLike, y: VectorLike) -> None:
        """Check and keep X (n, d) and its labels y, (n,) or (n, t); an error leaves what was kept before."""
        model: Any = self
        targets = None if y is None else check_array(y, name="y", dtype=None, ensure_2d=False, min_samples=0)
        many = targets is not None and targets.ndim == 2 and targets.shape[1] != 1
        if targets is not None and many:
            found = model._check_X(X, fitting=True, copy=model._copies)
            check_same_length(X=found, y=targets)
            pairs = [check_labels(column, name=f"y, column {t},") for t, column in enumerate(targets.T)]
        else:
            found, *pair = model._check_X_labels(X, y, copy=model._copies)
            pairs = [(pair[0], pair[1])]
        model._remember(found, stacklevel=4)
        self.outputs_2d_ = many
        self.classes_ = [classes for classes, _ in pairs] if many else pairs[0][0]
        self._labels = [codes for _, codes in pairs]

    def _classes(self) -> list[Array]:
        """Return the classes of each output."""
        return self.classes_ if self.outputs_2d_ else [self.classes_]

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.multi_output = tags.multi_label = True
        return tags


class KNeighborsClassifier(SearchMixin, VoteMixin, BaseEstimator):
    """Classify by a vote of the k nearest training points.

    Parameters
    ----------
    n_neighbors : k
    weights : "uniform", "distance" (1 / distance), None (uniform), or a callable from distances (m, k) to weights of 0
        or more, (m, k); it is called for up to 4096 queries at a time
    algorithm : "brute": look at every point; "kd_tree" (or "ball_tree", which is the same here): pass most of them
        over, for a Minkowski distance with p of at least 1; "auto": the faster; the answer is the same
    leaf_size : points in a leaf of the tree, at most
    p : of the Minkowski distance: 1 is manhattan, 2 euclidean, infinity chebyshev; None is 2; below 1 with a warning
    metric : euclidean (l2), sqeuclidean, manhattan (l1, cityblock), chebyshev (infinity), minkowski, cosine,
        hamming, precomputed (fit takes distances (n, n)), or a callable of two rows
    metric_params : more parameters of the metric: p (before the constructor's) and w (d,), the features' weights, of
        minkowski; whatever a callable takes
    n_jobs : threads; None means all CPUs

    Attributes
    ----------
    classes_ : the labels, sorted, shape (c,); a list of such arrays where y was (n, t)
    effective_metric_, effective_metric_params_ : the metric used: minkowski with p=2 is euclidean, ...
    n_features_in_, n_samples_fit_ : columns and rows seen in fit
    feature_names_in_ : the columns' names, where X was a data frame
    outputs_2d_ : whether y was (n, t) with t > 1

    Raises
    ------
    TypeError, ValueError
        When fitting, for a parameter or input that is not accepted; when predicting, also where
        ``n_neighbors`` is more than the points known.

    References
    ----------
    Cover and Hart (1967); see the top of this file.

    Examples
    --------
    >>> from scratchml.neighbors import KNeighborsClassifier
    >>> X, y = [[0.0], [1.0], [2.0], [3.0]], ["low", "low", "high", "high"]
    >>> model = KNeighborsClassifier(n_neighbors=3).fit(X, y)
    >>> model.predict([[1.1]])
    array(['low'], dtype='<U4')
    >>> model.kneighbors([[1.1]], return_distance=False)
    array([[1, 2, 0]])
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
        """Remember X (n, d) and its labels y, (n,) or (n, t) for t labels a row; return self."""
        self._check_params()
        self._remember_labels(X, y)
        return self

    def steps(self, X: MatrixLike | None) -> Iterator[Step]:
        """Return the steps of a prediction for X (m, d): search, vote, for each batch of queries.

        None stands for the training points, each of which is left out of its own vote.
        """
        check_is_fitted(self, "n_samples_fit_")
        self._check_params()
        k, classes = self.n_neighbors, self._classes()
        queries, alone = self._check_queries(X, k)
        return vote_among_neighbours(
            lambda rows: self._search(queries, rows, k, alone), len(queries), k, self._labels, classes, self.weights
        )

    def _votes(self, X: MatrixLike | None) -> list[FloatArray]:
        last = finish(self.steps(X), self)
        if last.name != "vote" or last.rows.stop < len(last.distances):
            raise RuntimeError("The prediction was stopped before its last vote; let it run to the end.")
        return last.votes

    def predict(self, X: MatrixLike | None) -> Array:
        """Return the class of each row of X (m, d), shape (m,) or (m, t).

        None stands for the training points, each judged by the others.
        """
        votes = self._votes(X)
        if self.outputs_2d_:
            columns = [classes[v.argmax(axis=1)] for classes, v in zip(self.classes_, votes)]
            return np.stack(columns, axis=1)
        found: Array = self.classes_[votes[0].argmax(axis=1)]
        return found

    def predict_proba(self, X: MatrixLike | None) -> Any:
        """Return each class's share of the votes, shape (m, c), or a list of such arrays where y was (n, t)."""
        votes = self._votes(X)
        shares = [v / v.sum(axis=1, keepdims=True) for v in votes]
        return shares if self.outputs_2d_ else shares[0]

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(n_neighbors=3, weights="distance", p=3)]
