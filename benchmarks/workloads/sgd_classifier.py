"""A linear support vector machine by stochastic gradient descent, 10 epochs in the same order."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100_000, 50))
    return {"X": X, "y": (X @ rng.normal(size=50) + 3 * rng.normal(size=len(X)) > 0).astype(int)}


def ours(data):
    from scratchml.linear_model import SGDClassifier

    return SGDClassifier(max_iter=10, tol=None, random_state=0).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(max_iter=10, tol=None, random_state=0).fit(data["X"], data["y"])


def hinge(model, data):
    z = model.decision_function(data["X"])
    return np.maximum(1 - z * (2 * data["y"] - 1), 0).mean() + 5e-5 * (model.coef_**2).sum()


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="SGD hinge n=100k d=50, 10 epochs",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=hinge,
    floor=lambda data: [data["X"] @ np.ones(50) for _ in range(10)],
    floor_name="10 products X w",
)
