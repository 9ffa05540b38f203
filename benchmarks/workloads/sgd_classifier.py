"""A linear support vector machine by stochastic gradient descent, 10 epochs in the same order."""

import numpy as np

from benchmarks.gates import linear_scores
from benchmarks.workload import race_of


def hinge(model, data):
    z = linear_scores(model, data["X"])
    return np.maximum(1 - z * (2 * data["y"] - 1), 0).mean() + 5e-5 * (model.coef_**2).sum()


WORKLOAD = race_of(
    "linear_model.SGDClassifier",
    lambda SGDClassifier, data: SGDClassifier(max_iter=10, tol=None, random_state=0).fit(data["X"], data["y"]),
    title="SGD, hinge loss, 10 epochs",
    task="two",
    large=(100_000, 50),
    ask=["predict", "decision_function"],
    loss=hinge,
    local=True,
    floor=lambda data: [data["X"] @ np.ones(data["X"].shape[1]) for _ in range(10)],
    floor_name="10 products X w",
)
