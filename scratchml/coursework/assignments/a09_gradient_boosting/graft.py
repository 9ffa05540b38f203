"""The boosting graft: the student's stump in every round of the package's boosting."""

import numpy as np

from scratchml import trace
from scratchml.coursework.checking import Graft
from scratchml.ensemble import GradientBoostingRegressor


def stumps_of_our_rounds(fit_stump):
    """Yield the stump for what each round of the package's boosting has left to explain."""
    rng = np.random.default_rng(1)
    X = np.round(rng.normal(size=(20, 2)), 2)
    y = np.round(X[:, 0] ** 2 + rng.normal(size=20), 2)
    model = GradientBoostingRegressor(n_estimators=6, max_depth=1, learning_rate=0.3, random_state=0)
    for step in trace.steps(model, X, y):
        yield f"round {step.iteration}", fit_stump(X, step.residuals[0].copy())


GRAFTS = {"fit_stump": Graft(stumps_of_our_rounds, "finds the stump of each round of our boosting")}
