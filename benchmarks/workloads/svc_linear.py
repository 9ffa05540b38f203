"""SVC with the linear kernel on 5000 rows of 20 features."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5000, 20))
    return {"X": X, "y": (X @ rng.normal(size=20) + 2 * rng.normal(size=5000) > 0).astype(int)}


def ours(data):
    from scratchml.svm import SVC

    return SVC(kernel="linear").fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.svm import SVC

    return SVC(kernel="linear").fit(data["X"], data["y"])


def loss(model, data):
    """Return the dual objective, turned over."""
    w = model.dual_coef_ @ data["X"][model.support_]
    return float(0.5 * (w**2).sum() - np.abs(model.dual_coef_).sum())


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="SVC linear n=5k d=20",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=loss,
    allowed=1e-6,
)
