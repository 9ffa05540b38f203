"""Histogram gradient boosting: 100 trees of 31 leaves on two classes; scikit-learn's trees, so the same answer."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200_000, 28))
    bent = X[:, 0] * X[:, 1] + np.sin(2 * X[:, 2]) + X[:, 3] + 0.5 * X[:, 4] ** 2 - 0.5
    return {"X": X, "y": (bent + rng.normal(size=len(X)) > 0).astype(np.int64)}


def ours(data):
    from scratchml.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(early_stopping=False, random_state=0).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(early_stopping=False, random_state=0).fit(data["X"], data["y"])


def loss(model, data):
    """Return the mean log loss."""
    p = model.predict_proba(data["X"])[:, 1]
    return float(-np.log(np.where(data["y"] == 1, p, 1 - p)).mean())


PREDICT = {"predict": lambda model, data: model.predict_proba(data["X"])}
WORKLOAD = Workload(
    title="histogram boosting n=200k d=28, 100 trees",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=loss,
)
