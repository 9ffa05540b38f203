"""Permutation importance of a forest's columns: a hundred and one predictions of shuffled rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5_000, 20))
    y = X[:, 0] * X[:, 1] + rng.normal(size=5_000)
    from sklearn.ensemble import RandomForestRegressor as Theirs

    from scratchml.ensemble import RandomForestRegressor as Ours

    how = {"n_estimators": 20, "random_state": 0}
    return {"X": X, "y": y, "ours": Ours(**how).fit(X, y), "theirs": Theirs(**how).fit(X, y)}


def ours(data):
    from scratchml.inspection import permutation_importance

    return permutation_importance(data["ours"], data["X"], data["y"], random_state=0)


def sklearn(data):
    from sklearn.inspection import permutation_importance

    return permutation_importance(data["theirs"], data["X"], data["y"], random_state=0)


WORKLOAD = Workload(
    title="permutation importance, forest of 20 whole trees, n=5k d=20, 5 repeats",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=lambda found, data: float(found.importances.sum()),
    fit_name="ask",
)
