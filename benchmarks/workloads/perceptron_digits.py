"""Ten perceptrons, each digit against all others: small data, default epochs."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    from scratchml.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    return {"X": X, "y": y}


def ours(data):
    from scratchml.linear_model import Perceptron

    return Perceptron(n_jobs=1).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.linear_model import Perceptron

    return Perceptron().fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="Perceptron, digits n=1797 d=64, ten classes",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(np.mean(model.predict(data["X"]) != data["y"])),
)
