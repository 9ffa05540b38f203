"""Ward's method on the pixels of a picture, 100 by 100, where only neighbours may merge."""

import numpy as np

from benchmarks.workload import race_of
from benchmarks.workloads.agglomerative_ward import clusters


def picture(data, rng):
    from sklearn.feature_extraction.image import grid_to_graph

    side = int(np.sqrt(len(data["X"])))
    X = rng.normal(size=(side, side)).cumsum(axis=0).cumsum(axis=1).reshape(-1, 1)
    return {"X": X, "graph": grid_to_graph(side, side)}


def fitted(AgglomerativeClustering, data):
    return AgglomerativeClustering(20, connectivity=data["graph"]).fit(data["X"])


WORKLOAD = race_of(
    "cluster.AgglomerativeClustering",
    fitted,
    title="ward on a grid of pixels, 20 clusters",
    large=(10_000, 1),
    small=(400, 1),
    extra=picture,
    same=clusters,
    floor=lambda data: np.argsort(data["X"][:, 0]),
    floor_name="one sort",
)
