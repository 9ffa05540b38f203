"""DBSCAN: clusters are crowded places, whatever their shape; who stands alone is noise.

Idea
    A point with enough neighbours within eps is a core point. Core points that are neighbours belong together, and
    take along their other neighbours, the border. What no core point reaches is noise.
Maths
    core(i): sum of w_j over the j with d(i, j) <= eps, i among them, is at least min_samples.
    Clusters are the connected parts of the graph of core points within eps of each other. A border point that several
    clusters reach belongs to the one that was found first: the one with the core point of the lowest row.
Cost
    The search for neighbours (a grid for few features, see `fixed_grid`, or a k-d tree where rows far out make its
    cells wide; otherwise all n^2 distances, by blocks, see `near_by_products`), then one visit to each neighbourhood.
    Memory: all neighbourhoods.
Differences
    Labels are scikit-learn's, those of border points included. `algorithm` and `leaf_size` are taken for compatibility.
    A function as metric and `metric_params` are refused. With more than 15 features
    scikit-learn's distances are products; where a distance is eps up to rounding, its answer may be another.
References
    Ester, Kriegel, Sander, Xu, A density-based algorithm for discovering clusters in large spatial databases with
    noise, KDD 1996, 226-231. Schubert and others, DBSCAN revisited, revisited, ACM TODS 42 (2017) 19.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..core import BaseEstimator, ClusterMixin, check_sample_weight, finish
from ..core.jit import kernel
from ..core.parallel import chunks, map_chunks
from ..core.rules import either, integer, n_jobs, none, one_of, real
from ..core.tags import Tags
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, VectorLike
from ..maths import METRICS, all_distances, build_tree, metric_name, prepare
from ..maths.distances import ready_queries
from ..maths.kd_tree import in_order_of_leaves
from ..maths.kd_tree_within import empty_room, queries_together, search_tree_within
from .fixed_grid import CODES, Neighbourhoods, count_candidates, lay_grid, list_all, neighbours_by_grid, place_type
from .near_by_products import near_by_products

FEW = 16  # features up to which a grid over three of them is tried
PAIR = 3.0  # how many features of a pair of the grid cost as much as a pair of the products (n=5000, d=6 to 16)
CROWDED = 1000  # needless pairs of the grid for each row above which a tree takes less time (n=5000 to 100 000)
LEAF = 32  # rows in a leaf of that tree
BLOCK = 1 << 22  # distances that are held at a time
SAFE = 1e150  # numbers above this have squares that overflow


class Step(NamedTuple):
    """What is known after a step."""

    name: str  # "neighbours" when the core points are known, then "cluster" after each cluster
    n_clusters: int  # how many clusters there are so far
    labels: IntArray  # (n,) of the rows, -1 for those not in a cluster yet: a live view, but see `order`
    is_core: Array  # (n,) booleans
    order: IntArray  # (n,) the row that stands at each place of `labels` and `is_core`


@kernel
def grow_cluster(
    seed: int, label: int, is_core: Array, starts: Array, members: Array, labels: Array, stack: Array
) -> None:
    """Label whatever can be reached from a core point, over core points, and is not labelled yet.

    is_core (n,), starts (n + 1,), members: read. labels (n,): overwritten where reached. stack (n,): scratch.
    """
    labels[seed] = label
    stack[0], waiting = seed, 1
    while waiting > 0:
        waiting -= 1
        i = stack[waiting]
        if not is_core[i]:
            continue
        for k in range(starts[i], starts[i + 1]):
            j = members[k]
            if labels[j] < 0:
                labels[j] = label
                stack[waiting] = j
                waiting += 1


@kernel
def add_weights(weight: Array, starts: Array, members: Array, sums: Array) -> None:
    """Add up the weights in each neighbourhood. weight (n,), starts (n + 1,), members: read. sums (n,): overwritten."""
    for i in range(sums.shape[0]):
        sums[i] = 0.0
        for k in range(starts[i], starts[i + 1]):
            sums[i] += weight[members[k]]


def neighbours_by_blocks(X: FloatArray, eps: float, metric: str, p: float) -> Neighbourhoods:
    """Return which rows of X, (n, d) or for "precomputed" distances (n, n), are within eps of each."""
    n, found = len(X), []
    reference = None if metric == "precomputed" else prepare(X, metric, p)
    if reference is not None and reference.squares:
        return Neighbourhoods(np.arange(n), *near_by_products(reference, eps))
    for rows in chunks(n, max(1, BLOCK // n)):
        near = (X[rows] if reference is None else all_distances(X[rows], reference)) <= eps
        found.append((near.sum(axis=1), np.nonzero(near)[1]))
    return Neighbourhoods(np.arange(n), *list_all(n, found))


def neighbours_by_tree(X: FloatArray, eps: float, metric: str) -> Neighbourhoods:
    """Return which rows of X (n, d) are within eps of each. `metric`: a key of CODES."""
    reference = prepare(X, metric)
    tree, limit, queries = build_tree(reference, LEAF), eps * reference.unit, ready_queries(X, reference)
    limit = limit * limit if metric == "euclidean" else limit
    order = in_order_of_leaves(queries, tree)[0].astype(np.int64)
    place: IntArray = np.empty(len(X), dtype=place_type(len(X)))
    place[order] = np.arange(len(X))

    def work(rows: slice) -> tuple[IntArray, IntArray]:
        sizes, nobody = np.empty(rows.stop - rows.start, dtype=np.int64), np.full(rows.stop - rows.start, -1)
        _, members, count = search_tree_within(queries[order[rows]], nobody, tree, limit, sizes, *empty_room())
        return sizes, place[members[:count]]

    found = map_chunks(work, chunks(len(X), queries_together(queries, tree, limit)))
    return Neighbourhoods(order, *list_all(len(X), found))


def find_neighbourhoods(X: FloatArray, eps: float, metric: str, p: float) -> Neighbourhoods:
    """Return which rows of X are within eps of each, by a grid or a tree where that leaves few enough pairs."""
    if metric in CODES and X.shape[1] <= FEW and max(X.max(), -X.min(), eps) < SAFE and eps > 1 / SAFE:
        grid = lay_grid(X, eps)
        pairs = count_candidates(grid.cells, grid.shape, grid.begins)
        if metric != "euclidean" or pairs * X.shape[1] <= PAIR * len(X) ** 2:
            coarse = pairs * (1.0 - 1.0 / grid.excess) > CROWDED * len(X)  # rows far away have made the cells wide
            return neighbours_by_tree(X, eps, metric) if coarse else neighbours_by_grid(grid, eps, metric)
    return neighbours_by_blocks(X, eps, metric, p)


def dbscan_steps(X: FloatArray, eps: float, least: float, weight: FloatArray, metric: str, p: float) -> Iterator[Step]:
    """Yield a Step when the core points are known, and after each cluster."""
    n = len(X)
    order, starts, members = find_neighbourhoods(X, eps, metric, p)
    mass, labels, stack = np.empty(n), np.full(n, -1, dtype=np.int64), np.empty(n, dtype=np.int64)
    add_weights(weight[order], starts, members, mass)
    is_core = mass >= least
    yield Step("neighbours", 0, labels, is_core, order)
    place_of_row = np.empty(n, dtype=np.int64)
    place_of_row[order] = np.arange(n)
    count = 0
    for seed in place_of_row[is_core[place_of_row]].tolist():  # core points by their rows
        if labels[seed] < 0:
            grow_cluster(seed, count, is_core, starts, members, labels, stack)
            count += 1
            yield Step("cluster", count, labels, is_core, order)


class DBSCAN(ClusterMixin, BaseEstimator):
    """Density-based clusters: core points within eps of each other, and the border they reach; the rest is noise.

    Parameters
    ----------
    eps : how far apart neighbours are at most, in the units of X
    min_samples : weight that the neighbourhood of a core point has at least, its own included
    metric : the name of a distance, or "precomputed" (X holds distances, (n, n))
    metric_params : None
    algorithm, leaf_size : taken for compatibility
    p : power of metric="minkowski"; None stands for 2
    n_jobs : taken for compatibility

    Attributes
    ----------
    labels_ : cluster of each row, -1 for noise, shape (n,)
    core_sample_indices_ : the core points, ascending
    components_ : the rows of the core points, shape (number of core points, d)
    n_features_in_, feature_names_in_ : the columns seen in fit

    Raises
    ------
    TypeError, ValueError
        By ``fit``: for input or a parameter of a wrong kind or value.

    References
    ----------
    Ester, Kriegel, Sander, Xu 1996.

    Examples
    --------
    >>> from scratchml.cluster import DBSCAN
    >>> X = [[1, 2], [2, 2], [2, 3], [8, 7], [8, 8], [25, 80]]
    >>> DBSCAN(eps=3, min_samples=2).fit(X).labels_.tolist()
    [0, 0, 0, 1, 1, -1]
    """

    _rules: ClassVar = {
        "eps": real(0.0, open_low=True),
        "min_samples": integer(1),
        "metric": one_of(*(name for name in METRICS if not name.startswith("nan")), "precomputed"),
        "metric_params": none,
        "algorithm": one_of("auto", "ball_tree", "kd_tree", "brute"),
        "leaf_size": integer(1),
        "p": either(none, real(0.0, open_low=True)),
        "n_jobs": n_jobs,
    }

    def __init__(
        self,
        eps: float = 0.5,
        *,
        min_samples: int = 5,
        metric: str = "euclidean",
        metric_params: None = None,
        algorithm: str = "auto",
        leaf_size: int = 30,
        p: float | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.eps = eps
        self.min_samples = min_samples
        self.metric = metric
        self.metric_params = metric_params
        self.algorithm = algorithm
        self.leaf_size = leaf_size
        self.p = p
        self.n_jobs = n_jobs

    def _tags(self) -> Tags:
        tags = super()._tags()
        tags.pairwise = self.metric == "precomputed"
        return tags

    @classmethod
    def _examples(cls) -> list[BaseEstimator]:
        return [cls(), cls(1.0, metric="cosine", min_samples=3)]

    def steps(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Iterator[Step]:
        """Check the input at once; return a generator that yields a `Step` after the search and after each cluster."""
        self._check_params()
        found = self._check_X(X, fitting=True)
        return self._steps_of(found, check_sample_weight(sample_weight, len(found), allow_negative=True))

    def _steps_of(self, X: FloatArray, weight: FloatArray) -> Iterator[Step]:
        p = 2.0 if self.p is None else float(self.p)
        metric = self.metric
        if metric == "precomputed":
            if X.shape[0] != X.shape[1]:
                raise ValueError(f"Precomputed metric requires shape (n, n), but X has {X.shape}; give all distances.")
            if (X < 0).any():
                raise ValueError(f"Negative values in data: X holds {X.min()}, but distances must be 0 or more.")
        else:
            metric = metric_name(metric, p)
        return dbscan_steps(X, float(self.eps), float(self.min_samples), weight, metric, p)

    def fit(self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None) -> Self:
        """Cluster the rows of X, shape (n, d), or of a matrix of distances (n, n); y is not used.

        A row counts `sample_weight` times in the neighbourhoods it belongs to; a negative weight keeps its neighbours
        from being core points.

        Raises
        ------
        TypeError, ValueError
            For input or a parameter of a wrong kind or value.
        """
        self._check_params()
        found = self._check_X(X, fitting=True)
        last = finish(self._steps_of(found, check_sample_weight(sample_weight, len(found), allow_negative=True)), self)
        self.labels_ = np.empty_like(last.labels)
        self.labels_[last.order] = last.labels
        self.core_sample_indices_ = np.sort(last.order[last.is_core])
        self.components_ = found[self.core_sample_indices_]
        return self

    def fit_predict(  # type: ignore[override]
        self, X: MatrixLike, y: Any = None, sample_weight: VectorLike | None = None
    ) -> IntArray:
        """Fit to X and return the cluster of each row, -1 for noise, shape (n,)."""
        return self.fit(X, y, sample_weight).labels_
