"""SVR with the rbf kernel on 5000 rows of 20 features."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5000, 20))
    return {"X": X, "y": np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 0.2 * rng.normal(size=5000)}


def ours(data):
    from scratchml.svm import SVR

    return SVR().fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.svm import SVR

    return SVR().fit(data["X"], data["y"])


def loss(model, data):
    """Return the dual objective, turned over."""
    X, gamma = data["X"], 1 / (data["X"].shape[1] * data["X"].var())
    V, b = X[model.support_], model.dual_coef_[0]
    squares = (V**2).sum(axis=1)
    K = np.exp(-gamma * np.maximum(squares[:, None] + squares - 2 * V @ V.T, 0))
    return 0.5 * b @ K @ b - data["y"][model.support_] @ b + 0.1 * np.abs(b).sum()


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="SVR rbf n=5k d=20",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=loss,
    allowed=1e-6,
)
