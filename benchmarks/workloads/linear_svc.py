"""LinearSVC on 100 000 rows of 50 features, default parameters."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100_000, 50))
    return {"X": X, "y": (X @ rng.normal(size=50) + 4 * rng.normal(size=100_000) > 0).astype(int)}


def ours(data):
    from scratchml.svm import LinearSVC

    return LinearSVC(random_state=0).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.svm import LinearSVC

    return LinearSVC(random_state=0).fit(data["X"], data["y"])


def loss(model, data):
    """Return the primal objective, the intercept penalised as both do."""
    miss = np.maximum(1 - (2 * data["y"] - 1) * model.decision_function(data["X"]), 0)
    return float(0.5 * (model.coef_**2).sum() + 0.5 * (model.intercept_**2).sum() + (miss**2).sum())


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="LinearSVC n=100k d=50",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=loss,
    allowed=1e-6,
)
