"""A k-d tree: built over 200 000 points in space, then asked for the 5 nearest of 20 000 others."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    return {"X": rng.normal(size=(200_000, 3)), "queries": rng.normal(size=(20_000, 3))}


def ours(data):
    from scratchml.maths import build_tree, prepare

    reference = prepare(data["X"])
    return reference, build_tree(reference, 30)


def sklearn(data):
    from sklearn.neighbors import KDTree

    return KDTree(data["X"])


def scipy(data):
    from scipy.spatial import cKDTree

    return cKDTree(data["X"])


def ask(model, data):
    from scratchml.maths import k_nearest_in_tree

    if isinstance(model, tuple):
        return k_nearest_in_tree(data["queries"], *model, 5)
    return model.query(data["queries"], 5)


PHASES = {"query": ask}
WORKLOAD = Workload(
    title="k-d tree n=200k, 20k queries, d=3, k=5",
    make=make,
    contestants={
        "scratchml": Contestant(ours, PHASES),
        "sklearn": Contestant(sklearn, PHASES),
        "scipy": Contestant(scipy, PHASES),
    },
    loss=lambda model, data: float(ask(model, data)[0].sum()),
    fit_name="build",
)
