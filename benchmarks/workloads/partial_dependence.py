"""Partial dependence of a forest on two features together: the trees are walked through for each of 900 points."""

import numpy as np

from benchmarks.workload import Contestant, Workload

ASKED = {"features": [0, 1], "grid_resolution": 30, "method": "recursion"}


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5_000, 20))
    y = X[:, 0] * X[:, 1] + rng.normal(size=5_000)
    from sklearn.ensemble import RandomForestRegressor as Theirs

    from scratchml.ensemble import RandomForestRegressor as Ours

    how = {"n_estimators": 20, "random_state": 0}
    return {"X": X, "ours": Ours(**how).fit(X, y), "theirs": Theirs(**how).fit(X, y)}


def ours(data):
    from scratchml.inspection import partial_dependence

    return partial_dependence(data["ours"], data["X"], **ASKED)


def sklearn(data):
    from sklearn.inspection import partial_dependence

    return partial_dependence(data["theirs"], data["X"], **ASKED)


WORKLOAD = Workload(
    title="partial dependence, recursion, forest of 20 whole trees, 900 points",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=lambda found, data: float(np.square(found.average).sum()),
    fit_name="ask",
)
