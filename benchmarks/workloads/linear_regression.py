"""Least squares with an intercept, correlated columns."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200_000, 50)) @ (np.eye(50) + 0.3 * rng.normal(size=(50, 50))) + rng.normal(size=50)
    return {"X": X, "y": X @ rng.normal(size=50) + rng.normal(size=200_000)}


def ours(data):
    from scratchml.linear_model import LinearRegression

    return LinearRegression().fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.linear_model import LinearRegression

    return LinearRegression().fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="least squares n=200k d=50",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(((data["y"] - model.predict(data["X"])) ** 2).sum()),
    allowed=1e-12,
    floor=lambda data: data["X"].T @ data["X"],
    floor_name="the product X'X",
)
