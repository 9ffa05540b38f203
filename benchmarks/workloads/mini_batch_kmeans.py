"""k-means by mini-batches of 1024 rows, on clustered rows, from the same seed."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(50, 20))
    return {"X": centres[rng.integers(50, size=200_000)] + rng.normal(size=(200_000, 20))}


def ours(data):
    from scratchml.cluster import MiniBatchKMeans

    return MiniBatchKMeans(50, random_state=0).fit(data["X"])


def sklearn(data):
    from sklearn.cluster import MiniBatchKMeans

    return MiniBatchKMeans(50, random_state=0).fit(data["X"])


WORKLOAD = Workload(
    title="mini-batch k-means n=200k d=20 k=50",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=lambda model, data: model.inertia_,
    floor=lambda data: data["X"] @ data["X"][:50].T,
    floor_name="one product X C'",
)
