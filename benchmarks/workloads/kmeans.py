"""k-means by Lloyd from a given start, 20 iterations at most, on clustered rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(50, 20))
    X = centres[rng.integers(50, size=200_000)] + rng.normal(size=(200_000, 20))
    return {"X": X, "init": X[rng.choice(len(X), 50, replace=False)]}


def ours(data):
    from scratchml.cluster import KMeans

    return KMeans(50, init=data["init"], n_init=1, max_iter=20, tol=0).fit(data["X"])


def sklearn(data):
    from sklearn.cluster import KMeans

    return KMeans(50, init=data["init"], n_init=1, max_iter=20, tol=0, algorithm="lloyd").fit(data["X"])


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="k-means n=200k d=20 k=50, 20 iterations",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: model.inertia_,
    floor=lambda data: [data["X"] @ data["init"].T for _ in range(20)],
    floor_name="20 products X C'",
)
