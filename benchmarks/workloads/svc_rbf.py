"""SVC with the rbf kernel on 10 000 rows of 20 features, default parameters."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    y = np.arange(10_000) % 2
    X = rng.normal(size=(10_000, 20)) * (1 + 0.5 * y[:, None]) + 0.3 * y[:, None]
    return {"X": X, "y": y}


def ours(data):
    from scratchml.svm import SVC

    return SVC().fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.svm import SVC

    return SVC().fit(data["X"], data["y"])


def loss(model, data):
    """Return the dual objective, turned over; the kernel is worked out here, the same for all."""
    X, gamma = data["X"], 1 / (data["X"].shape[1] * data["X"].var())
    V, b = X[model.support_], model.dual_coef_[0]
    squares = (V**2).sum(axis=1)
    K = np.exp(-gamma * np.maximum(squares[:, None] + squares - 2 * V @ V.T, 0))
    return 0.5 * b @ K @ b - np.abs(b).sum()


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="SVC rbf n=10k d=20",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=loss,
    allowed=1e-6,
)
