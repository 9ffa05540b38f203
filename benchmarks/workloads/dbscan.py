"""DBSCAN of 100 000 rows in three dimensions."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    centres = 10 * rng.normal(size=(30, 3))
    return {"X": centres[rng.integers(30, size=100_000)] + rng.normal(size=(100_000, 3))}


def ours(data):
    from scratchml.cluster import DBSCAN

    return DBSCAN(eps=0.3).fit(data["X"])


def sklearn(data):
    from sklearn.cluster import DBSCAN

    return DBSCAN(eps=0.3).fit(data["X"])


WORKLOAD = Workload(
    title="DBSCAN n=100k d=3",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=lambda model, data: (model.labels_ < 0).mean(),  # the share of noise; labels are compared in the ledger
    floor=lambda data: np.argsort(data["X"][:, 0]),
    floor_name="one sort",
)
