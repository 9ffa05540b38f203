"""Standardising a million rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    return {"X": rng.normal(size=(1_000_000, 20)) * rng.uniform(1, 100, size=20) + rng.normal(size=20)}


def ours(data):
    from scratchml.preprocessing import StandardScaler

    return StandardScaler().fit(data["X"])


def sklearn(data):
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit(data["X"])


def loss(model, data):
    """Return how far the scaled columns' means and deviations are from 0 and 1 (both are near rounding)."""
    Z = model.transform(data["X"])
    return max(1e-9, float(np.abs(Z.mean(axis=0)).max()), float(np.abs(Z.std(axis=0) - 1).max()))


TRANSFORM = {"transform": lambda model, data: model.transform(data["X"])}
WORKLOAD = Workload(
    title="StandardScaler n=1M d=20",
    make=make,
    contestants={"scratchml": Contestant(ours, TRANSFORM), "sklearn": Contestant(sklearn, TRANSFORM)},
    loss=loss,
    floor=lambda data: data["X"].sum(),
    floor_name="one pass over X",
)
