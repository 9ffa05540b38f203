"""Ward's method on the pixels of a picture, 100 by 100, where only neighbours may merge."""

import numpy as np

from benchmarks.workload import Contestant, Workload
from benchmarks.workloads.agglomerative_ward import spread


def make():
    from sklearn.feature_extraction.image import grid_to_graph

    picture = np.random.default_rng(0).normal(size=(100, 100)).cumsum(axis=0).cumsum(axis=1)
    return {"X": picture.reshape(-1, 1), "graph": grid_to_graph(100, 100)}


def ours(data):
    from scratchml.cluster import AgglomerativeClustering

    return AgglomerativeClustering(20, connectivity=data["graph"]).fit(data["X"])


def sklearn(data):
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(20, connectivity=data["graph"]).fit(data["X"])


WORKLOAD = Workload(
    title="ward on a grid of 100 x 100 pixels, 20 clusters",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=spread,
    floor=lambda data: np.argsort(data["X"][:, 0]),
    floor_name="one sort",
)
