"""Cluster centroids: a large class is replaced by the centres of as many clusters as it may keep rows.

Idea
    Instead of leaving rows out, sum them up: group the large class into as many clusters as rows are wanted and let
    each centre stand for its group.
Maths
    The centres of k-means with k = the wanted number (see `scratchml.cluster.lloyd`); voting "hard" takes the row
    nearest to each centre instead.
Cost
    A k-means fit with as many clusters as the smallest class has rows: n k d an iteration.
Differences
    The same random_state gives imbalanced-learn's rows. With voting "hard", of two rows equally near to a centre (both
    rows of a cluster of two are) the first is taken; there the shape of a tree decides.
References
    Yen, Lee (2009), Cluster-based under-sampling approaches for imbalanced data distributions, Expert Systems with
    Applications 36, 5718-5727.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ..cluster import KMeans
from ..core import check_array, clone, unheard
from ..core.rules import either, has_methods, none, one_of, random_state
from ..core.typing import Array, FloatArray, IntArray, RandomStateLike
from .containers import Labels
from .sampler import BaseSampler, Resampled, neighbours_object
from .strategy import STRATEGY_RULES, UNDER, Strategy


class Step(NamedTuple):
    """The centres that stand for a class."""

    name: str  # "cluster"
    label: Any
    members: IntArray  # (n,): the rows of X in the class
    clusters: IntArray  # (n,): the cluster of each
    centres: FloatArray  # (m, d)


class ClusterCentroids(BaseSampler):
    """Under-sample by replacing a class by the centres of its clusters.

    Parameters
    ----------
    sampling_strategy, random_state : as for `RandomUnderSampler`
    estimator : a clusterer with a parameter `n_clusters`, which finds `cluster_centers_`; None: KMeans
    voting : "soft", the centres; "hard", the row nearest to each; "auto" is "soft"

    Attributes
    ----------
    estimator_ : the clusterer
    voting_ : "soft" or "hard"
    sampling_strategy_, n_features_in_, feature_names_in_ : as for `RandomUnderSampler`

    Raises
    ------
    TypeError, ValueError
        By ``fit_resample``: for input or a parameter of a wrong kind or value, a single class, or an estimator that
        finds no `cluster_centers_`.

    Examples
    --------
    >>> from scratchml.imbalance import ClusterCentroids
    >>> X, y = [[0.0], [1.0], [8.0], [9.0], [20.0], [21.0]], [0, 0, 0, 0, 1, 1]
    >>> sorted(ClusterCentroids(random_state=0).fit_resample(X, y)[0])
    [[0.5], [8.5], [20.0], [21.0]]
    """

    _kind = UNDER
    _rules: ClassVar = {
        "sampling_strategy": STRATEGY_RULES[UNDER],
        "random_state": random_state,
        "estimator": either(none, has_methods("fit", "predict")),
        "voting": one_of("auto", "hard", "soft"),
    }

    def __init__(
        self,
        *,
        sampling_strategy: Strategy = "auto",
        random_state: RandomStateLike = None,
        estimator: Any = None,
        voting: str = "auto",
    ) -> None:
        self.sampling_strategy = sampling_strategy
        self.random_state = random_state
        self.estimator = estimator
        self.voting = voting

    def _resample(self, X: Array, labels: Labels) -> Generator[Any, None, None]:
        numbers = check_array(X)
        self.estimator_ = KMeans(random_state=self.random_state) if self.estimator is None else clone(self.estimator)
        if "n_clusters" not in self.estimator_.get_params():
            raise ValueError(
                f"estimator={self.estimator!r} has no parameter `n_clusters`; `estimator` should be a clustering "
                "estimator exposing a parameter `n_clusters` and a fitted parameter `cluster_centers_`."
            )
        self.voting_ = "soft" if self.voting == "auto" else self.voting
        rows, codes = [], []
        for j, label in enumerate(labels.classes.tolist()):
            members = np.flatnonzero(labels.codes == j)
            if label not in self.sampling_strategy_:
                stay = X[members]
            else:
                step = self._cluster(numbers[members], label, members, self.sampling_strategy_[label])
                yield step
                stay = step.centres.astype(X.dtype, copy=False) if X.dtype.kind == "f" else step.centres
                if self.voting_ == "hard":
                    searcher = neighbours_object(1).fit(numbers[members])
                    stay = X[members[searcher.kneighbors(step.centres, return_distance=False)[:, 0]]]
            rows.append(stay)
            codes.append(np.full(len(stay), j, dtype=np.int64))
        yield Resampled("resampled", np.concatenate(rows), np.concatenate(codes))

    def _cluster(self, rows: FloatArray, label: Any, members: IntArray, k: int) -> Step:
        if k == 0:
            return Step("cluster", label, members, np.full(len(rows), -1), rows[:0])
        with unheard():
            fitted = self.estimator_.set_params(n_clusters=k).fit(rows)
        if not hasattr(fitted, "cluster_centers_"):
            raise ValueError(
                f"estimator={self.estimator!r} found no cluster_centers_; `estimator` should be a clustering estimator "
                "exposing a fitted parameter `cluster_centers_`, such as KMeans."
            )
        return Step("cluster", label, members, np.asarray(fitted.labels_), np.asarray(fitted.cluster_centers_))
