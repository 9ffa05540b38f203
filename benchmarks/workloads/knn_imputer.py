"""Filling holes from the nearest of five thousand rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    whole = rng.normal(size=(5_000, 3)) @ rng.normal(size=(3, 20)) + 0.1 * rng.normal(size=(5_000, 20))
    return {"whole": whole, "X": np.where(rng.random(whole.shape) < 0.1, np.nan, whole)}


def ours(data):
    from scratchml.impute import KNNImputer

    model = KNNImputer()
    model.filled = model.fit_transform(data["X"])
    return model


def sklearn(data):
    from sklearn.impute import KNNImputer

    model = KNNImputer()
    model.filled = model.fit_transform(data["X"])
    return model


def loss(model, data):
    """Return the mean squared error of what was filled in."""
    holes = np.isnan(data["X"])
    return float(((model.filled - data["whole"])[holes] ** 2).mean())


WORKLOAD = Workload(
    title="KNNImputer n=5k d=20, a tenth missing",
    make=make,
    contestants={"scratchml": Contestant(ours, {}), "sklearn": Contestant(sklearn, {})},
    loss=loss,
    floor=lambda data: np.nan_to_num(data["X"]) @ np.nan_to_num(data["X"]).T,
    floor_name="one product of all rows",
)
