"""Average linkage of 5000 rows: the tree from the rows, distances included."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    centres = 3 * rng.normal(size=(20, 10))
    return {"X": centres[rng.integers(20, size=5000)] + rng.normal(size=(5000, 10))}


def ours(data):
    from scratchml.cluster import linkage

    return linkage(data["X"], "average")


def scipy(data):
    from scipy.cluster.hierarchy import linkage

    return linkage(data["X"], "average")


WORKLOAD = Workload(
    title="average linkage n=5k d=10",
    make=make,
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    loss=lambda Z, data: Z[:, 2].sum(),
    floor=lambda data: data["X"] @ data["X"].T,
    floor_name="one product X X'",
)
