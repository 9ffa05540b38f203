"""Medians and quartiles of a million rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    return {"X": np.random.default_rng(0).normal(size=(1_000_000, 20))}


def ours(data):
    from scratchml.preprocessing import RobustScaler

    return RobustScaler().fit(data["X"])


def sklearn(data):
    from sklearn.preprocessing import RobustScaler

    return RobustScaler().fit(data["X"])


def loss(model, data):
    """Return how far the scaled columns' medians and quartile distances are from 0 and 1 (both are near rounding)."""
    low, middle, high = np.quantile(model.transform(data["X"])[:, 0], [0.25, 0.5, 0.75])
    return max(1e-9, abs(float(middle)), abs(float(high - low) - 1.0))


TRANSFORM = {"transform": lambda model, data: model.transform(data["X"])}
WORKLOAD = Workload(
    title="RobustScaler n=1M d=20",
    make=make,
    contestants={"scratchml": Contestant(ours, TRANSFORM), "sklearn": Contestant(sklearn, TRANSFORM)},
    loss=loss,
    floor=lambda data: data["X"].sum(),
    floor_name="one pass over X",
)
