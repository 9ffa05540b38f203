"""How far the density-based clusters are from the reference's."""

import numpy as np
from sklearn import cluster as reference
from sklearn.datasets import load_iris, make_blobs, make_moons

from scratchml.cluster import DBSCAN
from tests.parity.ledger import Row


def labels_differ(X, weight=None, **how):
    """Return how many labels differ, and by how many the numbers of core points do."""
    ours, theirs = (m(**how).fit(X, sample_weight=weight) for m in (DBSCAN, reference.DBSCAN))
    cores = np.setxor1d(ours.core_sample_indices_, theirs.core_sample_indices_)
    return float(np.count_nonzero(ours.labels_ != theirs.labels_) + len(cores))


def rows() -> list[Row]:
    """Measure the rows of DBSCAN."""
    name, whose, what = "DBSCAN", "scikit-learn DBSCAN", "labels, core points"
    blobs = make_blobs(3000, 3, centers=12, random_state=0)[0]
    weight = np.random.default_rng(0).integers(0, 3, size=3000).astype(float)
    moons = make_moons(1000, noise=0.1, random_state=0)[0]
    wide = np.random.default_rng(1).normal(size=(1500, 24))
    return [
        Row(name, whose, f"{what}: iris, with ties at eps", labels_differ(load_iris().data, eps=0.5), 0.0),
        Row(name, whose, f"{what}: moons", labels_differ(moons, eps=0.1), 0.0),
        Row(name, whose, f"{what}: blobs n=3000 d=3", labels_differ(blobs, eps=0.7), 0.0),
        Row(name, whose, f"{what}: noise n=1500 d=24", labels_differ(wide, eps=4.5), 0.0),
        Row(name, whose, f"{what}: blobs, weights", labels_differ(blobs, weight, eps=0.7), 0.0),
        Row(name, whose, f"{what}: blobs, manhattan", labels_differ(blobs, eps=0.9, metric="manhattan"), 0.0),
    ]
