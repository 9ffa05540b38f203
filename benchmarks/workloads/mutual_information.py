"""Mutual information of ten columns with two classes, twenty thousand rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 10))
    return {"X": X, "y": (X[:, 0] + X[:, 1] ** 2 + rng.normal(size=20_000) > 1).astype(int)}


def ours(data):
    from scratchml.feature_selection import mutual_info_classif

    return mutual_info_classif(data["X"], data["y"], random_state=0)


def sklearn(data):
    from sklearn.feature_selection import mutual_info_classif

    return mutual_info_classif(data["X"], data["y"], random_state=0)


def loss(made, data):
    """Return how many nats the two columns that matter are short of one together."""
    return float(1.0 - made[:2].sum())


WORKLOAD = Workload(
    title="mutual information n=20k d=10, two classes",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=loss,
    fit_name="estimate",
    floor=lambda data: np.sort(data["X"], axis=0),
    floor_name="sorting the columns",
)
