"""Exact gradient boosting, 100 trees of depth 3."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(10_000, 20))
    return {"X": X, "y": X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=10_000) / 2}


def ours(data):
    from scratchml.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(random_state=0).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(random_state=0).fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="gradient boosting n=10k d=20, 100 trees",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(model.train_score_[-1]),
)
