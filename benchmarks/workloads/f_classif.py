"""F statistics of fifty columns against three classes, two hundred thousand rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 200_000)
    return {"X": rng.normal(size=(200_000, 50)) + 0.01 * y[:, None], "y": y}


def ours(data):
    from scratchml.feature_selection import f_classif

    return f_classif(data["X"], data["y"])


def sklearn(data):
    from sklearn.feature_selection import f_classif

    return f_classif(data["X"], data["y"])


def loss(made, data):
    """Return the mean of the p-values."""
    return float(made[1].mean())


WORKLOAD = Workload(
    title="f_classif n=200k d=50, three classes",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=loss,
    fit_name="test",
    floor=lambda data: data["X"].sum(axis=0),
    floor_name="one pass over X",
)
