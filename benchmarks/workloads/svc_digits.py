"""SVC with the rbf kernel on the ten digits, 1797 rows of 64 features."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    from scratchml.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return {"X": X, "y": y}


def ours(data):
    from scratchml.svm import SVC

    return SVC().fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.svm import SVC

    return SVC().fit(data["X"], data["y"])


def loss(model, data):
    """Return the share of wrong labels: the dual objectives of 45 pairs are compared by the tests."""
    return float(np.mean(model.predict(data["X"]) != data["y"]))


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="SVC rbf, ten digits",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=loss,
)
