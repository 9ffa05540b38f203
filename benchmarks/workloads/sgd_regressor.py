"""Least squares by stochastic gradient descent, 10 epochs in the same order."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100_000, 50))
    return {"X": X, "y": X @ rng.normal(size=50) + rng.normal(size=len(X))}


def ours(data):
    from scratchml.linear_model import SGDRegressor

    return SGDRegressor(max_iter=10, tol=None, random_state=0).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.linear_model import SGDRegressor

    return SGDRegressor(max_iter=10, tol=None, random_state=0).fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="SGD squared error n=100k d=50, 10 epochs",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(((model.predict(data["X"]) - data["y"]) ** 2).mean()),
    floor=lambda data: [data["X"] @ np.ones(50) for _ in range(10)],
    floor_name="10 products X w",
)
