"""Filling the holes of half a million rows with medians."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500_000, 10))
    return {"X": np.where(rng.random(X.shape) < 0.1, np.nan, X)}


def ours(data):
    from scratchml.impute import SimpleImputer

    return SimpleImputer(strategy="median").fit(data["X"])


def sklearn(data):
    from sklearn.impute import SimpleImputer

    return SimpleImputer(strategy="median").fit(data["X"])


def loss(model, data):
    """Return how far the values are from NumPy's medians (at least a rounding)."""
    return max(1e-15, float(np.abs(model.statistics_ - np.nanmedian(data["X"], axis=0)).max()))


TRANSFORM = {"transform": lambda model, data: model.transform(data["X"])}
WORKLOAD = Workload(
    title="SimpleImputer median n=500k d=10",
    make=make,
    contestants={"scratchml": Contestant(ours, TRANSFORM), "sklearn": Contestant(sklearn, TRANSFORM)},
    loss=loss,
    floor=lambda data: data["X"].sum(),
    floor_name="one pass over X",
)
