"""Isolation forest: what a few random questions set apart from all others is an outlier.

Idea
----
Split a small sample of the rows by random features at random thresholds, again and again, until each row is alone. A
row in the thick of the others needs many questions; one far away is alone after few. The mean length of a row's path
over many such trees, beside that of a row like any other, is its score.

Maths
-----
c(m) = 2 (log(m - 1) + 0.5772...) - 2 (m - 1) / m is the mean path of a search in a random tree of m rows, c(2) = 1,
c(1) = 0. A row that ends at depth h in a leaf of m rows has the path h + c(m).
score = -2^(-mean path / c(max_samples)): near -1 for outliers, -0.5 for rows like any other.

Cost
----
n_estimators max_samples log(max_samples) to fit, whatever n; n_estimators log(max_samples) for each row to score.

Differences
-----------
The same `random_state` gives scikit-learn's forest, node for node, and its scores to a rounding. ``n_jobs=None`` means
all CPUs. Sparse X is refused.

References
----------
F. Liu, K. Ting, Z. Zhou, "Isolation forest", ICDM, 2008, equations 1 and 2.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import (
    OutlierMixin,
    check_is_fitted,
    check_random_state,
    check_sample_weight,
    draw_seed,
    finish,
    map_chunks,
    worker_count,
)
from ..core.rules import Rule, boolean, either, floating, integer, n_jobs, none, one_of, random_state, real, verbosity
from ..core.tags import Tags
from ..core.typing import FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..model_selection.parameters import draw_without_replacement
from ..tree import ExtraTreeRegressor
from ..tree.walk import as_float32
from .ensemble import BaseEnsemble
from .forest import TREES_AT_ONCE
from .walk import add_trees

MANY = 2**31 - 1


class Step(NamedTuple):
    """What is known after one tree."""

    name: str  # "tree"
    iteration: int  # how many trees there are now
    tree: ExtraTreeRegressor | None  # the tree just grown; None if there was none to grow
    rows: IntArray | None  # (m,) the rows drawn for it
    features: IntArray | None  # the features it may use
    trees: list[tuple[ExtraTreeRegressor, IntArray]]  # all trees so far, with their features


def mean_path(m: FloatArray | IntArray) -> FloatArray:
    """Return c(m): the mean number of questions that set one of m rows apart."""
    rows = np.maximum(np.asarray(m, dtype=np.float64), 2.0)
    long = 2.0 * (np.log(np.maximum(rows - 1.0, 1.0)) + np.euler_gamma) - 2.0 * (rows - 1.0) / rows
    return np.where(np.asarray(m) <= 1, 0.0, np.where(rows == 2.0, 1.0, long))


class Sampling(NamedTuple):
    """How trees draw their rows and features."""

    n_rows: int
    n_features: int
    bootstrap: bool
    weight: FloatArray | None  # (n,) chances of the rows


def draw(seed: int, n: int, d: int, sampling: Sampling) -> tuple[IntArray, IntArray]:
    """Return the (rows, features) that a seed draws."""
    rng = check_random_state(seed)
    features = np.array(draw_without_replacement(d, sampling.n_features, rng))
    if sampling.weight is not None:
        chance = sampling.weight / np.sum(sampling.weight)
        return rng.choice(n, sampling.n_rows, replace=sampling.bootstrap, p=chance), features
    if sampling.bootstrap:
        return rng.randint(0, n, sampling.n_rows), features
    return np.array(draw_without_replacement(n, sampling.n_rows, rng)), features


def isolate(
    X: FloatArray, y: FloatArray, seed: int, max_depth: int, sampling: Sampling
) -> tuple[ExtraTreeRegressor, IntArray, IntArray]:
    """Return (tree, rows, features): a tree of random questions for the rows that a seed draws; y is noise."""
    rows, features = draw(seed, len(X), X.shape[1], sampling)
    counts = np.bincount(rows)
    used = np.flatnonzero(counts)
    seen = X[used] if sampling.n_features == X.shape[1] else X[np.ix_(used, features)]
    tree_seed = draw_seed(check_random_state(seed))
    tree = ExtraTreeRegressor(max_features=1, max_depth=max_depth, random_state=tree_seed)
    return tree.fit(seen, y[used], counts[used]), rows, features


class IsolationForest(OutlierMixin, BaseEnsemble):
    """An isolation forest.

    Parameters
    ----------
    n_estimators : how many trees
    max_samples : how many rows each tree sees; "auto": 256, or all if there are fewer; a float is a share
    contamination : the share of outliers among the rows of fit, up to 0.5; "auto": what scores below -0.5 is one
    max_features : how many features each tree may use; a float is a share
    bootstrap : draw rows with replacement
    n_jobs : how many threads; None or -1 for all CPUs; the forest is the same for any number
    random_state : of the rows, features and thresholds
    verbose : show a progress bar
    warm_start : keep the trees there are, and grow those that are missing

    Attributes
    ----------
    estimators_ : list of `ExtraTreeRegressor`
    estimators_features_, estimators_samples_ : list of arrays, the features and rows of each tree
    estimator_ : an unfitted tree
    max_samples_, n_features_in_ : int
    offset_ : float; rows that score below it are outliers
    feature_names_in_ : array (d,), only where X had column names

    References
    ----------
    Liu, Ting, Zhou (2008).

    Examples
    --------
    >>> from scratchml.ensemble import IsolationForest
    >>> model = IsolationForest(random_state=0).fit([[-1.1], [0.3], [0.5], [100.0]])
    >>> model.predict([[0.1], [0.0], [90.0]]).tolist()
    [1, 1, -1]
    """

    _rules: ClassVar[Mapping[str, Rule]] = {
        "n_estimators": integer(1),
        "max_samples": either(one_of("auto"), integer(1), floating(0.0, 1.0, open_low=True)),
        "contamination": either(one_of("auto"), real(0.0, 0.5, open_low=True)),
        "max_features": either(integer(1), floating(0.0, 1.0, open_low=True)),
        "bootstrap": boolean,
        "n_jobs": either(none, n_jobs),
        "random_state": random_state,
        "verbose": verbosity,
        "warm_start": boolean,
    }

    def __init__(
        self,
        *,
        n_estimators: int = 100,
        max_samples: int | float | str = "auto",
        contamination: float | str = "auto",
        max_features: int | float = 1.0,
        bootstrap: bool = False,
        n_jobs: int | None = None,
        random_state: RandomStateLike = None,
        verbose: int = 0,
        warm_start: bool = False,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.contamination = contamination
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        self.warm_start = warm_start

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.allow_nan = True
        return tags

    def _sampling(self, n: int, d: int, weight: FloatArray | None) -> Sampling:
        wanted, features = self.max_samples, self.max_features
        if isinstance(wanted, str):
            size = min(256, n)
        elif isinstance(wanted, (int, np.integer)):
            size = min(int(wanted), n)
            if wanted > n:
                warnings.warn(
                    f"max_samples ({wanted}) is greater than the total number of samples ({n}). max_samples will be "
                    "set to n_samples for estimation.",
                    stacklevel=4,
                )
        else:
            size = max(1, int(wanted * n))
        count = int(features) if isinstance(features, (int, np.integer)) else max(1, int(features * d))
        if count > d:
            raise ValueError(f"max_features={features} must be <= n_features={d}; lower it.")
        if weight is not None and not self.bootstrap and np.count_nonzero(weight) < size:
            raise ValueError(
                f"sample_weight has {np.count_nonzero(weight)} positive entries, fewer than the {size} rows drawn "
                "without replacement for each tree; lower max_samples or set bootstrap=True."
            )
        return Sampling(size, count, bool(self.bootstrap), weight)

    def _grow(self, X: FloatArray, weight: FloatArray | None) -> Iterator[Step]:
        """Yield a Step after each tree."""
        sampling = self._sampling(len(X), X.shape[1], weight)
        self.max_samples_, self._sampled = sampling.n_rows, sampling
        y = check_random_state(self.random_state).uniform(size=len(X))
        max_depth = int(np.ceil(np.log2(max(sampling.n_rows, 2))))
        self.estimator_ = ExtraTreeRegressor(max_features=1, max_depth=max_depth)
        old = list(zip(self.estimators_, self.estimators_features_)) if self._is_warm() else []
        n_more = self.n_estimators - len(old)
        if n_more < 0:
            raise ValueError(
                f"n_estimators={self.n_estimators} must be larger or equal to len(estimators_)={len(old)} when "
                "warm_start==True; raise it."
            )
        if n_more == 0:
            warnings.warn("Warm-start fitting without increasing n_estimators does not fit new trees.", stacklevel=4)
        rng = check_random_state(self.random_state)
        if old and n_more:
            rng.randint(MANY, size=len(old))
        self._seeds = [int(s) for s in rng.randint(MANY, size=n_more)]

        def rounds(trees: list[tuple[ExtraTreeRegressor, IntArray]]) -> Iterator[Step]:
            if not self._seeds:
                yield Step("tree", len(trees), None, None, None, trees)
            at_once = TREES_AT_ONCE * worker_count(self.n_jobs)
            for first in range(0, len(self._seeds), at_once):
                some = self._seeds[first : first + at_once]
                found = map_chunks(lambda seed: isolate(X, y, seed, max_depth, sampling), some, self.n_jobs)
                for tree, rows, features in found:
                    trees = [*trees, (tree, features)]
                    yield Step("tree", len(trees), tree, rows, features, trees)

        return rounds(old)

    def _is_warm(self) -> bool:
        return bool(self.warm_start and hasattr(self, "estimators_"))

    def steps(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Return the fit as a generator of steps: one for each tree.

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or `sample_weight`; at once, before the first step.
        """
        self._check_params()
        X = self._check_X(X, fitting=True)
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        return self._grow(X, weight)

    def fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Grow the trees for X (n, d), where NaN is a missing value; return self.

        Parameters
        ----------
        y : ignored
        sample_weight : (n,) the rows' chances to be drawn; None for equal ones

        Raises
        ------
        TypeError, ValueError
            For a wrong parameter, X or `sample_weight`.
        """
        self._check_params()
        X = self._check_X(X, fitting=True)
        weight = None if sample_weight is None else check_sample_weight(sample_weight, len(X))
        grown = finish(self._grow(X, weight), self).trees
        self.estimators_ = [tree for tree, _ in grown]
        self.estimators_features_ = [features for _, features in grown]
        self._n_rows = len(X)
        self._paths = []
        for member in self.estimators_:
            tree = member.tree_
            self._paths.append((tree.depths() + 1.0 + mean_path(tree.n_node_samples) - 1.0)[:, None])
        self.offset_: float = -0.5
        if not isinstance(self.contamination, str):
            self.offset_ = float(np.percentile(self._score(X), 100.0 * self.contamination))
        return self

    @property
    def estimators_samples_(self) -> list[IntArray]:
        """Return the rows drawn for each tree of the last fit, worked out anew from its seed."""
        check_is_fitted(self, "estimators_")
        return [draw(seed, self._n_rows, self.n_features_in_, self._sampled)[0] for seed in self._seeds]

    def _score(self, X: FloatArray) -> FloatArray:
        rows, total = as_float32(X), np.zeros((len(X), 1))
        trees = [member.tree_ for member in self.estimators_]
        if self._sampled.n_features == X.shape[1]:
            add_trees(trees, rows, total, 1.0, self.n_jobs, self._paths)
        else:
            for tree, features, path in zip(trees, self.estimators_features_, self._paths):
                add_trees([tree], np.ascontiguousarray(rows[:, features]), total, 1.0, self.n_jobs, [path])
        whole = len(trees) * float(mean_path(np.array([self._sampled.n_rows]))[0])
        found: FloatArray = -(2.0 ** -(total[:, 0] / whole if whole else np.ones(len(X))))
        return found

    def score_samples(self, X: MatrixLike) -> FloatArray:
        """Return the score (m,) of each row of X (m, d): -1 for what is alone at once, about -0.5 for what is usual."""
        check_is_fitted(self, "estimators_")
        return self._score(self._check_X(X))

    def decision_function(self, X: MatrixLike) -> FloatArray:
        """Return the score (m,) less `offset_`: below 0 for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: MatrixLike) -> IntArray:
        """Return -1 for each outlier and 1 for each inlier among the rows of X (m, d)."""
        found: IntArray = np.where(self.decision_function(X) < 0.0, -1, 1)
        return found
