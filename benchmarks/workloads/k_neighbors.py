"""Brute-force nearest neighbours: 5000 queries against 20 000 rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(25_000, 50))
    y = (X[:, :5].sum(axis=1) > 0).astype(np.int64)
    return {"X": X[:20_000], "y": y[:20_000], "queries": X[20_000:], "truth": y[20_000:]}


def ours(data):
    from scratchml.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(5, algorithm="brute").fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(5, algorithm="brute").fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["queries"])}
WORKLOAD = Workload(
    title="k-NN brute n=20k q=5k d=50",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(np.mean(model.predict(data["queries"]) != data["truth"])),
)
