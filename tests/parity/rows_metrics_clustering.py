"""Parity of the clustering metrics and of pairwise distances with scikit-learn."""

import numpy as np
import sklearn.metrics as reference
import sklearn.metrics.pairwise as pairwise_reference
from sklearn.datasets import load_digits, load_iris

from scratchml import metrics
from tests.parity.ledger import Row

FACTORIALS = "scikit-learn's expected information sums logarithms of factorials; ours needs none"
CANCELS = "scikit-learn subtracts squares that nearly cancel; ours measures near rows directly"


def agreement_rows():
    rng = np.random.default_rng(0)
    true = rng.integers(0, 10, 5000)
    predicted = np.where(rng.random(5000) < 0.5, true % 7, rng.integers(0, 7, 5000))
    labels = "5000 samples, 10 classes, 7 clusters"
    names = (
        "rand_score adjusted_rand_score fowlkes_mallows_score mutual_info_score homogeneity_score completeness_score "
        "v_measure_score normalized_mutual_info_score adjusted_mutual_info_score pair_confusion_matrix"
    )
    for name in names.split():
        theirs = getattr(reference, name, None) or getattr(reference.cluster, name)
        methods = ["min", "geometric", "arithmetic", "max"] if "mutual_info" in name and "ed_" in name else [None]
        deviation = 0.0
        for method in methods:
            how = {} if method is None else {"average_method": method}
            difference = np.subtract(getattr(metrics, name)(true, predicted, **how), theirs(true, predicted, **how))
            deviation = max(deviation, float(np.abs(difference).max()))
        reason = FACTORIALS if name.startswith("adjusted_mutual") else ""
        compared = f"{labels}{', every average' if len(methods) > 1 else ''}"
        yield Row(f"metrics.{name}", f"sklearn.metrics.{name}", compared, deviation, 1e-12, reason)


def data_rows():
    for data, load in (("iris", load_iris), ("digits", load_digits)):
        X, y = load(return_X_y=True)
        for metric in ("euclidean", "manhattan", "cosine"):
            expected = reference.silhouette_samples(X, y, metric=metric)
            deviation = float(np.abs(expected - metrics.silhouette_samples(X, y, metric=metric)).max())
            compared = f"every sample of {data}, {metric}"
            yield Row("metrics.silhouette_samples", "sklearn.metrics.silhouette_samples", compared, deviation, 1e-12)
        for name in ("davies_bouldin_score", "calinski_harabasz_score"):
            deviation = abs(getattr(metrics, name)(X, y) / getattr(reference, name)(X, y) - 1)
            yield Row(f"metrics.{name}", f"sklearn.metrics.{name}", f"{data}, relative", deviation, 1e-12)


def pairwise_rows():
    X = load_digits().data
    Y = X[:200] + 0.5
    for metric in ("sqeuclidean", "euclidean", "manhattan", "chebyshev", "cosine", "hamming"):
        expected = reference.pairwise_distances(X, Y, metric)
        deviation = float(np.abs(expected - metrics.pairwise_distances(X, Y, metric)).max() / expected.max())
        compared = f"digits, {metric}, relative to the largest"
        yield Row("metrics.pairwise_distances", "sklearn.metrics.pairwise_distances", compared, deviation, 1e-12)
    Z = load_iris().data
    truth = np.sqrt(((Z[:, None].astype(np.longdouble) - Z[None] - 0.1) ** 2).sum(axis=2))
    ours, theirs = metrics.euclidean_distances(Z, Z + 0.1), reference.euclidean_distances(Z, Z + 0.1)
    where = "iris against iris + 0.1"
    name = "metrics.euclidean_distances"
    yield Row(name, "sklearn.metrics.euclidean_distances", where, float(np.abs(ours - theirs).max()), 1e-6, CANCELS)
    deviation = float(np.abs(ours - truth).max())
    yield Row(name, "the formula in extended precision", where, deviation, 1e-14)
    for kernel in ("linear_kernel", "polynomial_kernel", "sigmoid_kernel", "rbf_kernel", "cosine_similarity"):
        expected = getattr(pairwise_reference, kernel)(X / 16, Y / 16)
        deviation = float(np.abs(expected - getattr(metrics, kernel)(X / 16, Y / 16)).max() / np.abs(expected).max())
        compared = "digits, relative to the largest"
        yield Row(f"metrics.{kernel}", f"sklearn.metrics.pairwise.{kernel}", compared, deviation, 1e-12)


def rows():
    return [*agreement_rows(), *data_rows(), *pairwise_rows()]
