"""LinearSVC on 100 000 rows of 50 features, default parameters."""

import numpy as np

from benchmarks.gates import linear_scores
from benchmarks.workload import race_of


def loss(model, data):
    """Return the primal objective, the intercept penalised as both do."""
    miss = np.maximum(1 - (2 * data["y"] - 1) * linear_scores(model, data["X"]), 0)
    return float(0.5 * (model.coef_**2).sum() + 0.5 * (model.intercept_**2).sum() + (miss**2).sum())


WORKLOAD = race_of(
    "svm.LinearSVC",
    lambda LinearSVC, data: LinearSVC(random_state=0).fit(data["X"], data["y"]),
    task="two",
    large=(100_000, 50),
    ask=["predict", "decision_function"],
    loss=loss,
    allowed=1e-4,  # both stop at tol=1e-4
    close=5e-3,  # and this is left of the scores where columns nearly repeat each other
    share=0.001,
    floor=lambda data: data["X"] @ np.ones(data["X"].shape[1]),
    floor_name="one pass over X",
)
