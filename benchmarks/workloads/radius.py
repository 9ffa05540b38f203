"""All neighbours within a radius: 20 000 queries among 200 000 points in space."""

import numpy as np

from benchmarks.workload import race_of


def fitted(NearestNeighbors, data):
    return NearestNeighbors(radius=0.1, algorithm="kd_tree").fit(data["X"])


def distances(model, data):
    """Return each query's number of neighbours, the distances found, and those of the rows found, the least first."""
    far, near = model.radius_neighbors(data["Q"])
    own = [np.sort(np.sqrt(((data["X"][i] - q) ** 2).sum(axis=1))) for i, q in zip(near, data["Q"])]
    return np.array(list(map(len, near))), np.concatenate([np.sort(row) for row in far]), np.concatenate(own)


WORKLOAD = race_of(
    "neighbors.NearestNeighbors",
    fitted,
    title="radius neighbours, 20k queries at most",
    large=(200_000, 3),
    queries=20_000,
    ask=["radius_neighbors"],
    same=distances,
)
