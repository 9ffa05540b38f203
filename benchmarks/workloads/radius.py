"""All neighbours within a radius: 20 000 queries among 200 000 points in space."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    return {"X": rng.normal(size=(200_000, 3)), "queries": rng.normal(size=(20_000, 3))}


def ours(data):
    from scratchml.neighbors import NearestNeighbors

    return NearestNeighbors(radius=0.1).fit(data["X"])


def sklearn(data):
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(radius=0.1, algorithm="kd_tree").fit(data["X"])


PHASES = {"radius_neighbors": lambda model, data: model.radius_neighbors(data["queries"])}
WORKLOAD = Workload(
    title="radius neighbours n=200k, 20k queries, d=3",
    make=make,
    contestants={"scratchml": Contestant(ours, PHASES), "sklearn": Contestant(sklearn, PHASES)},
    loss=lambda model, data: float(sum(map(len, model.radius_neighbors(data["queries"])[1]))),
)
