"""AgglomerativeClustering, the estimator: build the tree, cut it, label the rows. The algorithms: see `linkage`.

Idea
    Start with every row alone, always merge the closest two clusters, and stop at the number of clusters wanted, or
    before the first merge at a distance that is too large.
Maths
    The tree of n - 1 merges is built whole; n_clusters_ = 1 + the number of merges at distance_threshold or above.
Cost
    See `linkage`: O(n^2) time; memory O(n d) for single and ward, n^2 distances for complete and average.
Differences
    Trees, labels and their numbers are scikit-learn's; where distances are equal, up to rounding, other merges may come
    first. `connectivity` is refused; `memory` and `compute_full_tree` are taken and change nothing, as in scikit-learn
    without connectivity. A matrix of distances must be square; its upper triangle counts.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappush, heappushpop
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, ClusterMixin, check_array, finish
from ..core.rules import anything, boolean, either, function, has_methods, integer, none, one_of, real, text
from ..core.tags import Tags
from ..core.typing import FloatArray, IntArray, MatrixLike
from ..maths import METRICS, metric_name
from ..maths.distances import mirror
from .dendrogram import walk
from .linkage import checked_heights, merge_matrix, merge_rows
from .merges import Step

Metric = str | Callable[[FloatArray], MatrixLike]


def label_by_cut(Z: FloatArray, k: int) -> IntArray:
    """Return labels (n,) of the k clusters that are left when the k - 1 last merges are undone.

    They are numbered as in scikit-learn: by the place of their node in a heap from which the last merge is taken.
    """
    n, places = len(Z) + 1, walk(Z)
    heap = [-(2 * n - 2)]
    for _ in range(k - 1):
        left, right = Z[-heap[0] - n, :2].astype(int).tolist()
        heappush(heap, -left)
        heappushpop(heap, -right)
    labels = np.zeros(n, dtype=np.int64)
    for j, node in enumerate(heap):
        begin = places.start[-node]
        labels[places.leaves[begin : begin + places.size[-node]]] = j
    return labels


def check_distances(D: Any, name: str) -> FloatArray:
    """Return a square matrix of distances as a symmetric copy of its upper triangle, with zeros on the diagonal.

    Raises
    ------
    TypeError, ValueError
        If it is not square, or a distance is negative or not finite.
    """
    found = check_array(D, name=name)
    if found.shape[0] != found.shape[1]:
        raise ValueError(f"Distance matrix should be square, got {name} of shape {found.shape}.")
    own: FloatArray = found.copy()
    mirror(own)
    np.fill_diagonal(own, 0.0)
    if (own < 0).any():
        raise ValueError(f"{name} holds {own.min()}; distances must be 0 or more.")
    return own


class AgglomerativeClustering(ClusterMixin, BaseEstimator):
    """Cluster by merging the closest two clusters until few enough are left.

    Parameters
    ----------
    n_clusters : how many clusters to leave, at most n; None if distance_threshold is given
    metric : distance between rows: a name, "precomputed" (X holds distances, (n, n)), or a function from X to such a
        matrix; for ward "euclidean" or "l2"
    memory : taken for compatibility
    connectivity : None
    compute_full_tree : taken for compatibility; the tree is always built whole
    linkage : "ward", "complete", "average" or "single"
    distance_threshold : clusters at this distance or farther apart are not merged; None if n_clusters is given
    compute_distances : whether to keep `distances_` where distance_threshold is None

    Attributes
    ----------
    n_clusters_ : number of clusters
    labels_ : cluster of each row, shape (n,)
    n_leaves_ : n
    n_connected_components_ : 1
    children_ : the two clusters of each merge, shape (n - 1, 2); rows are 0 ... n - 1, merge t makes cluster n + t
    distances_ : the height of each merge, shape (n - 1,)
    n_features_in_, feature_names_in_ : the columns seen in fit

    Raises
    ------
    TypeError, ValueError
        By ``fit``: for input or a parameter of a wrong kind or value, or distances too large for a float.

    References
    ----------
    Mullner 2011; Ward 1963 (see `linkage`).

    Examples
    --------
    >>> from scratchml.cluster import AgglomerativeClustering
    >>> X = [[1, 2], [1, 4], [1, 0], [4, 2], [4, 4], [4, 0]]
    >>> AgglomerativeClustering().fit(X).labels_.tolist()
    [1, 1, 1, 0, 0, 0]
    """

    _rules: ClassVar = {
        "n_clusters": either(none, integer(1)),
        "metric": either(one_of(*METRICS, "precomputed"), function),
        "memory": either(none, text, has_methods("cache")),
        "connectivity": anything,
        "compute_full_tree": either(one_of("auto"), boolean),
        "linkage": one_of("ward", "complete", "average", "single"),
        "distance_threshold": either(none, real(0.0)),
        "compute_distances": boolean,
    }

    def __init__(
        self,
        n_clusters: int | None = 2,
        *,
        metric: Metric = "euclidean",
        memory: Any = None,
        connectivity: Any = None,
        compute_full_tree: bool | str = "auto",
        linkage: str = "ward",
        distance_threshold: float | None = None,
        compute_distances: bool = False,
    ) -> None:
        self.n_clusters = n_clusters
        self.metric = metric
        self.memory = memory
        self.connectivity = connectivity
        self.compute_full_tree = compute_full_tree
        self.linkage = linkage
        self.distance_threshold = distance_threshold
        self.compute_distances = compute_distances

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.pairwise = isinstance(self.metric, str) and self.metric == "precomputed"
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(3, linkage="average", metric="manhattan"), cls(linkage="single", compute_distances=True)]

    def steps(self, X: MatrixLike, y: Any = None) -> Iterator[Step]:
        """Check the input at once; return a generator that yields a `Step` after each merge, then the tree."""
        self._check_params()
        self._check_choices()
        found = self._check_X(X, fitting=True, min_samples=2)
        if self.n_clusters is not None and self.n_clusters > len(found):
            raise ValueError(
                "Cannot extract more clusters than samples: "
                f"n_clusters={self.n_clusters} were wanted of {len(found)} rows; lower n_clusters."
            )
        metric = self.metric
        if not isinstance(metric, str):
            made = check_distances(metric(found), "what metric returned")
            if len(made) != len(found):
                raise ValueError(f"metric returned shape {made.shape} for {len(found)} rows; return a row for each.")
            return merge_matrix(made, self.linkage)
        if metric == "precomputed":
            return merge_matrix(check_distances(found, "X"), self.linkage)
        if metric == "cosine" and (~found.any(axis=1)).any():
            raise ValueError("Cosine affinity cannot be used when X contains zero vectors; take these rows out.")
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            # scikit-learn has two ways for single linkage; one of them puts the cluster that was reached from first
            return merge_rows(found, self.linkage, metric, metric_name(metric) in ("cosine", "sqeuclidean"))

    def _check_choices(self) -> None:
        if (self.n_clusters is None) == (self.distance_threshold is None):
            raise ValueError(
                f"n_clusters={self.n_clusters} and distance_threshold={self.distance_threshold}: exactly one of them "
                "has to be set, and the other needs to be None."
            )
        if self.distance_threshold is not None and self.compute_full_tree is False:
            raise ValueError("compute_full_tree must be True if distance_threshold is set; leave it at 'auto'.")
        if self.linkage == "ward" and self.metric not in ("euclidean", "l2"):
            raise ValueError(
                f"metric={self.metric!r} was provided, but ward can only work with euclidean distances; give "
                "metric='euclidean' or another linkage."
            )
        if self.connectivity is not None:
            raise ValueError("connectivity is not supported; leave it at None, or use scikit-learn's estimator.")

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Cluster the rows of X, shape (n, d), or of a matrix of distances (n, n); y is not used.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, or distances too large for a float.
        """
        steps = self.steps(X, y)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            last = finish(steps, self)
        if last.name != "tree":
            raise ValueError("a listener ended the fit before the tree was whole; let it run to the step 'tree'.")
        Z = checked_heights(last)
        self.children_ = Z[:, :2].astype(np.int64)
        self.n_connected_components_, self.n_leaves_ = 1, len(Z) + 1
        if self.distance_threshold is not None:
            self.n_clusters_ = int(np.count_nonzero(Z[:, 2] >= self.distance_threshold)) + 1
        else:
            self.n_clusters_ = int(self.n_clusters or 0)
        if self.distance_threshold is not None or self.compute_distances:
            self.distances_ = Z[:, 2].copy()
        elif hasattr(self, "distances_"):  # of an earlier fit
            del self.distances_
        self.labels_ = label_by_cut(Z, self.n_clusters_)
        return self

    def fit_predict(self, X: MatrixLike, y: Any = None) -> IntArray:  # type: ignore[override]
        """Fit to X and return the cluster of each row, shape (n,)."""
        return self.fit(X, y).labels_
