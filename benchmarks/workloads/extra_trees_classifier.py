"""Extremely randomized trees, 100 of them, that tell two classes apart, on two threads."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 20))
    y = X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=20_000) / 2
    return {"X": X, "y": (y > 0).astype(np.int64), "Q": rng.normal(size=(20_000, 20))}


def ours(data):
    from scratchml.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(random_state=0, n_jobs=2).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.ensemble import ExtraTreesClassifier

    return ExtraTreesClassifier(random_state=0, n_jobs=2).fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["Q"])}
WORKLOAD = Workload(
    title="extra trees, classifier, n=20k d=20, 100 trees",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(np.mean(model.predict(data["Q"]) != (data["Q"][:, 0] > 0))),
)
