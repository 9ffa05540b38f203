"""An isolation forest of 100 trees; the loss is the mean score, so the gate asks for the same scores."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    return {"X": rng.normal(size=(20_000, 20))}


def ours(data):
    from scratchml.ensemble import IsolationForest

    return IsolationForest(random_state=0, n_jobs=2).fit(data["X"])


def sklearn(data):
    from sklearn.ensemble import IsolationForest

    return IsolationForest(random_state=0, n_jobs=2).fit(data["X"])


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="isolation forest n=20k d=20, 100 trees",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(-model.score_samples(data["X"]).mean()),
)
