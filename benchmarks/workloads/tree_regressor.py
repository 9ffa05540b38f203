"""One regression tree, grown to the end: a number that is a sum of products of a few of twenty features."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100_000, 20))
    signal = X[:, 0] + X[:, 1] * X[:, 2] + np.sin(3 * X[:, 3]) + rng.normal(size=len(X))
    return {"X": X, "y": signal, "Q": rng.normal(size=(100_000, 20))}


def ours(data):
    from scratchml.tree import DecisionTreeRegressor

    return DecisionTreeRegressor(random_state=0).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.tree import DecisionTreeRegressor

    return DecisionTreeRegressor(random_state=0).fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["Q"])}
WORKLOAD = Workload(
    title="regression tree n=100k d=20",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(np.mean(model.predict(data["Q"]) ** 2)),
    floor=lambda data: [np.argsort(column) for column in data["X"].T],
    floor_name="argsort of each column",
)
