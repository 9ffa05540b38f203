"""AdaBoost: 50 stumps on two classes; scikit-learn's rounds, so the same answer."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 20))
    return {"X": X, "y": ((X[:, :10] ** 2).sum(axis=1) > 9.34).astype(np.int64)}  # Hastie's example


def ours(data):
    from scratchml.ensemble import AdaBoostClassifier

    return AdaBoostClassifier(random_state=0).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.ensemble import AdaBoostClassifier

    return AdaBoostClassifier(random_state=0).fit(data["X"], data["y"])


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="AdaBoost n=20k d=20, 50 stumps",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: float(model.estimator_errors_.sum()),
)
