"""Ward's method on 5000 rows: the tree, cut into twenty clusters."""

import numpy as np

from benchmarks.workload import Contestant, Workload
from benchmarks.workloads.linkage_average import make


def spread(model, data):
    """Return the sum of squared distances of the rows to their cluster's mean."""
    X, labels = data["X"], model.labels_
    return sum(((X[labels == j] - X[labels == j].mean(axis=0)) ** 2).sum() for j in np.unique(labels))


def ours(data):
    from scratchml.cluster import AgglomerativeClustering

    return AgglomerativeClustering(20).fit(data["X"])


def sklearn(data):
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(20).fit(data["X"])


WORKLOAD = Workload(
    title="ward n=5k d=10, 20 clusters",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=spread,
    floor=lambda data: data["X"] @ data["X"].T,
    floor_name="one product X X'",
)
