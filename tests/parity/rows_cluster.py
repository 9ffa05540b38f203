"""How far the clusterings are from the references'."""

import warnings

import numpy as np
from scipy.cluster.vq import kmeans2
from sklearn import cluster as reference
from sklearn.datasets import load_digits, load_iris, load_wine, make_blobs
from threadpoolctl import threadpool_limits

from scratchml.cluster import KMeans, MiniBatchKMeans, kmeans_plusplus
from tests.parity.ledger import Row

ROUNDING = "the last digits of sums added in another order"


def both(X, k, weight=None, **how):
    """Return our fit and scikit-learn's by Lloyd, on one thread, because its sums depend on how many there are."""
    theirs = {**how, "algorithm": "lloyd"}
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            KMeans(k, **how).fit(X, sample_weight=weight),
            reference.KMeans(k, **theirs).fit(X, sample_weight=weight),
        ]


def deviation(ours, theirs):
    """Return the largest relative difference of centres and inertia; 1 or more if a label or n_iter_ differs."""
    other = np.count_nonzero(ours.labels_ != theirs.labels_) + abs(ours.n_iter_ - theirs.n_iter_)
    centres = np.max(np.abs(ours.cluster_centers_ - theirs.cluster_centers_)) / np.max(np.abs(theirs.cluster_centers_))
    inertia = abs(ours.inertia_ - theirs.inertia_) / max(theirs.inertia_, 1e-300)
    return float(max(other, centres, inertia))


def worst(X, k, weight=None, seeds=5, **how):
    """Return the largest deviation over several seeds."""
    return max(deviation(*both(X, k, weight, random_state=seed, **how)) for seed in range(seeds))


def from_start(X, k, weight=None, **how):
    """Return the deviation of fits from the same start: k rows, evenly spaced."""
    return deviation(*both(X, k, weight, init=X[:: len(X) // k][:k], n_init=1, **how))


def lost_clusters(seeds=20):
    """Return the largest deviation of fits that begin with some centres far from all rows."""
    found = 0.0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        X, weight = rng.normal(size=(200, 6)), rng.integers(1, 4, size=200).astype(float)
        init = X[:7] + 60.0 * (np.arange(7) < 1 + seed % 6)[:, None] * rng.normal(size=(7, 6))
        found = max(found, deviation(*both(X, 7, weight, init=init, n_init=1, tol=0)))
    return found


def by_batches(X, k, weight=None, seeds=5, **how):
    """Return the largest deviation of mini-batch fits over several seeds."""
    found = 0.0
    for seed in range(seeds):
        with threadpool_limits(1):
            fits = [
                module(k, random_state=seed, **how).fit(X, sample_weight=weight)
                for module in (MiniBatchKMeans, reference.MiniBatchKMeans)
            ]
        found = max(found, deviation(*fits), abs(fits[0].n_steps_ - fits[1].n_steps_))
    return float(found)


def by_parts(X, k, size):
    """Return the deviation after partial fits to one part after another."""
    with threadpool_limits(1):
        fits = [module(k, random_state=0) for module in (MiniBatchKMeans, reference.MiniBatchKMeans)]
        for model in fits:
            model.n_iter_ = 0
            for start in range(0, len(X), size):
                model.partial_fit(X[start : start + size])
    return deviation(*fits)


def predictions(X, k):
    """Return the relative deviation of distances to the same centres; 1 or more if a predicted label differs."""
    ours, theirs = both(X[::2], k, random_state=0)
    theirs.cluster_centers_ = ours.cluster_centers_
    away = theirs.transform(X)
    return float(
        max(
            np.count_nonzero(ours.predict(X) != theirs.predict(X)),
            np.max(np.abs(ours.transform(X) - away)) / away.max(),
        )
    )


def seeds_differ(X, k, seeds=20):
    """Return for how many of the seeds other rows are chosen as initial centres."""
    return float(
        sum(
            (kmeans_plusplus(X, k, random_state=s)[1] != reference.kmeans_plusplus(X, k, random_state=s)[1]).any()
            for s in range(seeds)
        )
    )


def from_scipy(X, k):
    """Return the deviation of centres and labels from SciPy's, from the same start."""
    init = X[:: len(X) // k][:k]
    centres, labels = kmeans2(X, init, iter=300, minit="matrix")
    ours = KMeans(k, init=init, tol=0).fit(X)
    other = np.count_nonzero(ours.labels_ != labels)
    return float(max(other, np.max(np.abs(ours.cluster_centers_ - centres)) / np.max(np.abs(centres))))


def rows() -> list[Row]:
    """Measure the rows of this room."""
    name, whose, what = "KMeans", "scikit-learn KMeans", "labels, n_iter_, centres, inertia"
    rng = np.random.default_rng(0)
    iris, wine, digits = load_iris().data, load_wine().data, load_digits().data
    blobs = make_blobs(700, 30, centers=8, random_state=1)[0]
    weight = rng.integers(0, 4, size=len(digits)) / 2
    twice = iris[rng.integers(0, 150, size=400)]
    tied = rng.integers(0, 3, size=(500, 40)).astype(float)
    return [
        Row(name, whose, f"{what}: iris, given start", from_start(iris, 3), 1e-14, ROUNDING),
        Row(name, whose, f"{what}: wine, given start", from_start(wine, 3), 1e-14, ROUNDING),
        Row(name, whose, f"{what}: digits, given start", from_start(digits, 10), 1e-12, ROUNDING),
        Row(name, whose, f"{what}: digits, weights", from_start(digits, 10, weight), 1e-12, ROUNDING),
        Row(name, whose, f"{what}: iris drawn with duplicates", from_start(twice, 8), 1e-13, ROUNDING),
        Row(name, whose, f"{what}: integers with many ties", from_start(tied, 8), 1e-13, ROUNDING),
        Row(name, whose, f"{what}: digits, hamerly", from_start(digits, 10, algorithm="hamerly"), 1e-12, ROUNDING),
        Row(name, whose, f"{what}: digits, elkan", from_start(digits, 10, algorithm="elkan"), 1e-12, ROUNDING),
        Row(name, whose, f"{what}: 1 to 6 of 7 clusters lost at once, weights", lost_clusters(), 1e-12, ROUNDING),
        Row(name, whose, f"{what}: iris, 5 seeds, k-means++", worst(iris, 5), 1e-14, ROUNDING),
        Row(name, whose, f"{what}: digits, 5 seeds, k-means++", worst(digits, 10), 1e-12, ROUNDING),
        Row(name, whose, f"{what}: digits, k-means++, weights", worst(digits, 10, weight, seeds=2), 1e-12, ROUNDING),
        Row(name, whose, f"{what}: wine, 5 seeds, random, n_init=10", worst(wine, 6, init="random"), 1e-14, ROUNDING),
        Row(name, whose, f"{what}: blobs, 5 seeds, n_init=4", worst(blobs, 10, n_init=4), 1e-13, ROUNDING),
        Row(
            name,
            whose,
            "predict and transform: digits",
            predictions(digits, 10),
            1e-12,
            "scikit-learn's distances are differences of squares",
        ),
        Row(
            "MiniBatchKMeans",
            "scikit-learn MiniBatchKMeans",
            "labels, n_iter_, n_steps_, centres, inertia: iris, digits, blobs, 5 seeds each, several settings",
            max(
                by_batches(iris, 5),
                by_batches(digits, 10, weight, batch_size=100),
                by_batches(blobs, 30, batch_size=50, reassignment_ratio=0.1, init="random"),
                by_batches(blobs, 8, batch_size=64, tol=0.01, max_no_improvement=None),
            ),
            1e-12,
            ROUNDING,
        ),
        Row(
            "MiniBatchKMeans",
            "scikit-learn MiniBatchKMeans",
            "partial_fit: digits in parts of 100",
            by_parts(digits, 10, 100),
            1e-12,
            ROUNDING,
        ),
        Row(name, "SciPy kmeans2", "labels and centres: wine", from_scipy(wine, 4), 1e-13, "SciPy does not centre"),
        Row(
            "kmeans_plusplus",
            "scikit-learn kmeans_plusplus",
            "indices: iris, wine, digits, 20 seeds each",
            seeds_differ(iris, 5) + seeds_differ(wine, 8) + seeds_differ(digits, 10),
            0.0,
            "equal where no two candidates are equally good; of such a tie, rounding may keep another",
        ),
    ]
