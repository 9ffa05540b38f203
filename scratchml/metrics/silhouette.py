"""How good is a clustering, judged by the data alone? Silhouette, Davies-Bouldin, Calinski-Harabasz.

Idea
    Good clusters are tight and far apart. The silhouette asks it of each sample (is it nearer to its own cluster than
    to the next one?), Davies-Bouldin of each pair of clusters, Calinski-Harabasz of the whole, by analysis of variance.
Maths
    Silhouette of sample i: s = (b - a) / max(a, b); a: its mean distance to the others of its cluster, b: the least
    of its mean distances to another cluster; 0 if it is alone in its cluster.
    Davies-Bouldin: mean over clusters i of max_j (S_i + S_j) / M_ij; S: mean distance to the centroid, M: distance of
    the centroids.
    Calinski-Harabasz: (B / (k - 1)) / (W / (n - k)); B, W: sums of squares between and within clusters.
Cost
    Silhouette: n^2 d operations, but only blocks of rows of the n x n distances at a time. The others: n d.
Differences
    A centroid that coincides with another leaves its pair out (Davies-Bouldin), as in scikit-learn; here also if they
    differ by rounding only. A row at its centroid is at distance 0 from it; scikit-learn's cancelling formula may say
    1e-8 of its size, so that Davies-Bouldin scores of clusters of one row agree to 8 digits.
References
    Rousseeuw, Silhouettes, J. Computational and Applied Mathematics 20 (1987) 53-65. Davies, Bouldin, A cluster
    separation measure, IEEE PAMI 1 (1979) 224-227. Caliński, Harabasz, Communications in Statistics 3 (1974) 1-27.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core import check_array, check_labels, check_random_state, check_same_length, chunks, map_chunks, sum_of_squares
from ..core.jit import kernel
from ..core.rules import check_rules, either, integer, none
from ..core.typing import Array, FloatArray, IntArray, MatrixLike, RandomStateLike, VectorLike
from ..maths import all_distances, prepare
from .pairwise import Metric, _check_metric, check_precomputed, measured_by, reference_rows

ROWS_AT_A_TIME = 128


@kernel
def add_by_cluster(D: Array, labels: Array, totals: Array) -> None:
    """Add up distances by the cluster they lead to. D (a, n), labels (n,): read. totals (a, k): overwritten."""
    totals[:] = 0.0
    for i in range(D.shape[0]):
        for j in range(D.shape[1]):
            totals[i, labels[j]] += D[i, j]


@kernel
def add_rows_by_cluster(X: Array, mean: Array, codes: Array, sums: Array) -> None:
    """Add up each cluster's rows, less the mean. X (n, d), mean (d,), codes (n,): read. sums (k, d): overwritten."""
    sums[:] = 0.0
    for i in range(X.shape[0]):
        j = codes[i]
        for f in range(X.shape[1]):
            sums[j, f] += X[i, f] - mean[f]


@kernel
def squared_to_center(X: Array, mean: Array, centers: Array, codes: Array, out: Array) -> None:
    """Write each row's squared distance, less the mean, to its own center.

    X (n, d), mean (d,), centers (k, d), codes (n,): read. out (n,): overwritten.
    """
    for i in range(X.shape[0]):
        j, total = codes[i], 0.0
        for f in range(X.shape[1]):
            difference = X[i, f] - mean[f] - centers[j, f]
            total += difference * difference
        out[i] = total


def _check_clustering(X: MatrixLike, labels: VectorLike, metric: Metric = "euclidean") -> tuple[FloatArray, IntArray]:
    found = check_precomputed(X) if metric == "precomputed" else check_array(X, allow_nan=metric == "nan_euclidean")
    classes, codes = check_labels(labels, name="labels")
    n = check_same_length(X=found, labels=codes)
    if not 1 < len(classes) < n:
        raise ValueError(
            f"Number of labels is {len(classes)}. Valid values are 2 to n_samples - 1 (inclusive), here {n - 1}."
        )
    return found, codes


def silhouette_samples(X: MatrixLike, labels: VectorLike, *, metric: Metric = "euclidean", **kwds: Any) -> FloatArray:
    """Return each sample's silhouette, from -1 (in the wrong cluster) to 1 (well inside its own), shape (n,).

    Parameters
    ----------
    X : shape (n, d), or (n, n) distances with ``metric="precomputed"``
    labels : each sample's cluster, shape (n,); 2 to n - 1 different ones
    metric, kwds : as for `pairwise_distances`

    Raises
    ------
    ValueError
        For a wrong number of clusters, or precomputed distances whose diagonal is not 0.

    >>> silhouette_samples([[0.0], [1.0], [3.0]], [0, 0, 1])
    array([0.66666667, 0.5       , 0.        ])
    """
    _check_metric(metric, ("precomputed",))
    X, codes = _check_clustering(X, labels, metric)
    sizes = np.bincount(codes)
    if metric == "precomputed":
        if np.abs(X.diagonal()).max() > 100 * np.finfo(np.float64).eps:
            raise ValueError(
                "The precomputed distance matrix contains non-zero elements on the diagonal. "
                "Use np.fill_diagonal(X, 0)."
            )
    elif isinstance(metric, str):
        if metric in ("euclidean", "l2") and kwds.pop("squared", False):
            metric = "sqeuclidean"
        reference = reference_rows(X, metric, kwds)

    def judge(rows: slice) -> FloatArray:
        if callable(metric):
            D = measured_by(metric, X[rows], X, kwds)
        elif metric == "precomputed":
            D = X[rows]
        else:
            D = all_distances(X[rows], reference)
        if metric == "cosine":  # a row of zeros is at distance 0 from itself, 1 from any other
            D[np.arange(len(D)), np.arange(rows.start, rows.stop)] = 0.0
        elif metric == "nan_euclidean" and np.isnan(D).any():
            raise ValueError("two rows of X share no feature that both have, so they have no distance; impute first.")
        return _silhouettes(D, codes, codes[rows], sizes)

    return np.concatenate(map_chunks(judge, chunks(len(X), ROWS_AT_A_TIME)))


def _silhouettes(D: FloatArray, codes: IntArray, own: IntArray, sizes: IntArray) -> FloatArray:
    """Return the silhouettes, shape (a,), of rows in the clusters `own`, from their distances D (a, n)."""
    means: FloatArray = np.empty((len(D), len(sizes)))
    add_by_cluster(D, codes, means)
    at = np.arange(len(D)), own
    within = means[at] / np.maximum(sizes[own] - 1, 1)
    means[at] = np.inf
    means /= sizes
    nearest = means.min(axis=1)
    largest = np.maximum(within, nearest)
    alone = (sizes[own] == 1) | (largest == 0.0)
    return np.where(alone, 0.0, (nearest - within) / np.where(largest == 0.0, 1.0, largest))


def silhouette_score(
    X: MatrixLike,
    labels: VectorLike,
    *,
    metric: Metric = "euclidean",
    sample_size: int | None = None,
    random_state: RandomStateLike = None,
    **kwds: Any,
) -> float:
    """Return the mean silhouette of all samples, or of `sample_size` of them drawn by `random_state`; 1 is the best.

    X, labels, metric and kwds as for `silhouette_samples`.
    """
    rule = either(none, integer(1))
    check_rules("silhouette_score", {"sample_size": rule}, {"sample_size": sample_size})
    if sample_size is not None:
        X = check_array(X, allow_nan=metric == "nan_euclidean")
        labels = np.asarray(labels)
        n = check_same_length(X=X, labels=labels)
        chosen = check_random_state(random_state).permutation(n)[:sample_size]
        X, labels = X[chosen][:, chosen] if metric == "precomputed" else X[chosen], labels[chosen]
    return float(np.mean(silhouette_samples(X, labels, metric=metric, **kwds)))


def _centered_clusters(X: MatrixLike, labels: VectorLike) -> tuple[FloatArray, IntArray, FloatArray, FloatArray]:
    """Return X (n, d), codes (n,), clusters' means (k, d) less that of X, each row's squared distance to its own."""
    found, codes = _check_clustering(X, labels)
    mean = found.mean(axis=0)  # both scores ignore where the data lie; rounding does not
    sizes = np.bincount(codes)
    # plainly: centers = [(X - mean)[codes == j].mean(axis=0) for j in range(k)]
    centers: FloatArray = np.empty((len(sizes), found.shape[1]))
    add_rows_by_cluster(found, mean, codes, centers)
    centers /= sizes[:, None]
    # plainly: squared = ((X - mean - centers[codes]) ** 2).sum(axis=1)
    squared: FloatArray = np.empty(len(found))
    squared_to_center(found, mean, centers, codes, squared)
    return found, codes, centers, squared


def calinski_harabasz_score(X: MatrixLike, labels: VectorLike) -> float:
    """Return the ratio of the dispersion between clusters to that within them; larger is better. X (n, d), labels (n,).

    1.0 if there is no dispersion within any cluster.

    >>> calinski_harabasz_score([[0.0], [2.0], [8.0], [10.0]], [0, 0, 1, 1])
    32.0
    """
    found, codes, centers, squared = _centered_clusters(X, labels)
    n, k, sizes = len(found), len(centers), np.bincount(codes)
    between = float((sizes * ((centers - sizes @ centers / n) ** 2).sum(axis=1)).sum())
    within = float(squared.sum())
    return 1.0 if within == 0.0 else between * (n - k) / (within * (k - 1.0))


def davies_bouldin_score(X: MatrixLike, labels: VectorLike) -> float:
    """Return the mean, over clusters, of their likeness to the cluster most like them; 0 is the best, smaller better.

    X (n, d), labels (n,).

    >>> davies_bouldin_score([[0.0], [2.0], [8.0], [10.0]], [0, 0, 1, 1])
    0.25
    """
    found, codes, centers, squared = _centered_clusters(X, labels)
    spread = np.bincount(codes, weights=np.sqrt(squared)) / np.bincount(codes)
    apart = all_distances(centers, prepare(centers), same=True)
    if np.allclose(spread, 0) or np.allclose(apart, 0):
        return 0.0
    np.fill_diagonal(apart, np.inf)
    eps = 8 * np.finfo(np.float64).eps
    if (apart <= eps * np.sqrt(sum_of_squares(found))).any():  # no less than the blur's norm below, and a quicker pass
        # a mean of column f is right to about eps * max |X[:, f]|: centroids closer than that in every column coincide
        blur = eps * np.maximum(found.max(axis=0), -found.min(axis=0))
        i, j = np.nonzero(apart <= np.linalg.norm(blur))
        same = (np.abs(centers[i] - centers[j]) <= blur).all(axis=1)
        apart[i[same], j[same]] = np.inf
    return float(((spread[:, None] + spread[None, :]) / apart).max(axis=1).mean())
