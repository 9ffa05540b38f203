"""k-means by Elkan's bounds from a given start, 20 iterations at most, on clustered rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(30, 64))
    X = centres[rng.integers(30, size=50_000)] + rng.normal(size=(50_000, 64))
    return {"X": X, "init": X[rng.choice(len(X), 30, replace=False)]}


def ours(data):
    from scratchml.cluster import KMeans

    return KMeans(30, init=data["init"], n_init=1, max_iter=20, tol=0, algorithm="elkan").fit(data["X"])


def sklearn(data):
    from sklearn.cluster import KMeans

    return KMeans(30, init=data["init"], n_init=1, max_iter=20, tol=0, algorithm="elkan").fit(data["X"])


WORKLOAD = Workload(
    title="k-means by Elkan n=50k d=64 k=30, 20 iterations",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=lambda model, data: model.inertia_,
    floor=lambda data: data["X"] @ data["init"].T,
    floor_name="one product X C'",
)
