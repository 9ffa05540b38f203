"""AgglomerativeClustering, the estimator: build the tree, cut it, label the rows. The algorithms: see `linkage`.

Idea
    Start with every row alone, always merge the closest two clusters, and stop at the number of clusters wanted, or
    before the first merge at a distance that is too large.
Maths
    The tree of n - 1 merges is built whole; n_clusters_ = 1 + the number of merges at distance_threshold or above.
Cost
    See `linkage`: O(n^2) time; memory O(n d) for single and ward, n^2 distances for complete and average. With
    connectivity by e edges: O(e log e) time and O(n d + e) memory, see `merges_along_edges`.
Differences
    Trees, labels and their numbers are scikit-learn's; where distances are equal, up to rounding, other merges may come
    first. `memory` is taken and changes nothing. With connectivity the tree is built whole, too; where scikit-learn
    would have stopped, its upper part is taken away. A matrix of distances must be square; its upper triangle counts.
References
    Mullner, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378 (2011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappush, heappushpop
from typing import Any, ClassVar, Self

import numpy as np

from ..core import BaseEstimator, ClusterMixin, check_array
from ..core.jit import kernel
from ..core.rules import anything, boolean, either, function, has_methods, integer, none, one_of, real, text
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike
from ..maths import METRICS, metric_name
from ..maths.by_product import mirror
from .connectivity import distances_between, join_pieces, lengths_of, read_graph
from .linkage import build_tree, merge_matrix, merge_rows
from .merges import Step
from .merges_along_edges import contract, span_edges

Metric = str | Callable[[FloatArray], MatrixLike]


@kernel
def hand_down(Z: Array, numbers: Array) -> None:
    """Give each cluster's number to its parts. Z (n - 1, 4): read. numbers (2 n - 1,), -1 for none: overwritten."""
    n = Z.shape[0] + 1
    for t in range(n - 2, -1, -1):
        if numbers[n + t] >= 0:
            numbers[int(Z[t, 0])], numbers[int(Z[t, 1])] = numbers[n + t], numbers[n + t]


def label_by_cut(Z: FloatArray, k: int) -> IntArray:
    """Return labels (n,) of the k clusters that are left when the k - 1 last merges are undone.

    They are numbered as in scikit-learn: by the place of their node in a heap from which the last merge is taken.
    """
    n = len(Z) + 1
    heap = [-(2 * n - 2)]
    for left, right in Z[n - k :, :2][::-1].astype(int).tolist():  # the node at the top is always the last one left
        heappush(heap, -left)
        heappushpop(heap, -right)
    numbers = np.full(2 * n - 1, -1)
    numbers[np.negative(heap)] = np.arange(k)
    hand_down(Z, numbers)
    return numbers[:n]


def label_by_heads(Z: FloatArray, n: int) -> IntArray:
    """Return labels (n,) of the clusters left by the first merges, Z (t, 4), numbered in the tree's order."""
    heads = np.arange(n + len(Z))
    for t in range(len(Z) - 1, -1, -1):
        heads[Z[t, :2].astype(int)] = heads[n + t]
    labels: IntArray = np.unique(heads[:n], return_inverse=True)[1].reshape(-1)
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
        matrix, with connectivity from two rows to a number; for ward "euclidean" or "l2"
    memory : taken for compatibility
    connectivity : which rows may merge at first: a matrix (n, n), an object with `indptr` and `indices` (a sparse
        matrix, or a graph of `grid_to_graph`), or a function from X to one of these; None for all
    compute_full_tree : with connectivity, whether to keep the merges above the cut as well; "auto": where n_clusters is
        below max(100, 0.02 n), or distance_threshold is given
    linkage : "ward", "complete", "average" or "single"
    distance_threshold : clusters at this distance or farther apart are not merged; None if n_clusters is given
    compute_distances : whether to keep `distances_` where distance_threshold is None

    Attributes
    ----------
    n_clusters_ : number of clusters
    labels_ : cluster of each row, shape (n,)
    n_leaves_ : n
    n_connected_components_ : number of pieces of the connectivity, 1 without
    children_ : the two clusters of each merge, shape (n - 1, 2); rows are 0 ... n - 1, merge t makes cluster n + t.
        Where the tree is not kept whole, (n - n_clusters, 2)
    distances_ : the height of each merge, shape (n - 1,) or (n - n_clusters,)
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
        self._pieces = 1
        if self.connectivity is not None:
            with np.errstate(over="ignore", under="ignore", invalid="ignore"):
                return self._steps_along_edges(found)
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

    def _steps_along_edges(self, X: FloatArray) -> Iterator[Step]:
        """Return the generator of merges with connectivity."""
        if self.linkage == "ward":
            edges, self._pieces = join_pieces(read_graph(self.connectivity, X), X, distances_between(X, "euclidean"))
            return contract(edges, np.empty(0), X, "ward")
        rows = check_distances(X, "X") if isinstance(self.metric, str) and self.metric == "precomputed" else X
        edges, self._pieces = join_pieces(read_graph(self.connectivity, X), X, distances_between(rows, self.metric))
        lengths = lengths_of(edges, rows, self.metric)
        if self.linkage == "single":
            return span_edges(edges, lengths, len(X))
        return contract(edges, lengths, X, self.linkage)

    def _keeps_whole_tree(self, n: int) -> bool:
        """Say whether children_ goes up to the root."""
        if self.connectivity is None or self.distance_threshold is not None:
            return True
        if self.compute_full_tree == "auto":
            return int(self.n_clusters or 0) < max(100, 0.02 * n)
        return bool(self.compute_full_tree)

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

    def fit(self, X: MatrixLike, y: Any = None) -> Self:
        """Cluster the rows of X, shape (n, d), or of a matrix of distances (n, n); y is not used.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value, or distances too large for a float.
        """
        Z = build_tree(self.steps(X, y), self, hurried=True)
        n = len(Z) + 1
        self.n_connected_components_, self.n_leaves_ = self._pieces, n
        if self.distance_threshold is not None:
            self.n_clusters_ = int(np.count_nonzero(Z[:, 2] >= self.distance_threshold)) + 1
        else:
            self.n_clusters_ = int(self.n_clusters or 0)
        whole = self._keeps_whole_tree(n)
        kept = Z if whole else Z[: n - self.n_clusters_]
        self.labels_ = label_by_cut(Z, self.n_clusters_) if whole else label_by_heads(kept, n)
        kept = Z if self.linkage == "single" else kept
        self.children_ = kept[:, :2].astype(np.int64)
        if self.distance_threshold is not None or self.compute_distances:
            self.distances_ = kept[:, 2].copy()
        elif hasattr(self, "distances_"):  # of an earlier fit
            del self.distances_
        return self

    def fit_predict(self, X: MatrixLike, y: Any = None) -> IntArray:  # type: ignore[override]
        """Fit to X and return the cluster of each row, shape (n,)."""
        return self.fit(X, y).labels_
