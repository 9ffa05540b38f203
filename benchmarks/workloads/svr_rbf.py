"""SVR with the rbf kernel on 5000 rows of 20 features."""

import numpy as np

from benchmarks.workload import race_of


def loss(model, data):
    """Return the dual objective, turned over."""
    X, gamma = data["X"], 1 / (data["X"].shape[1] * data["X"].var())
    V, b = X[model.support_], model.dual_coef_[0]
    squares = (V**2).sum(axis=1)
    K = np.exp(-gamma * np.maximum(squares[:, None] + squares - 2 * V @ V.T, 0))
    return float(0.5 * b @ K @ b - data["y"][model.support_] @ b + 0.1 * np.abs(b).sum())


WORKLOAD = race_of(
    "svm.SVR",
    lambda SVR, data: SVR().fit(data["X"], data["y"]),
    title="SVR rbf",
    task="numbers",
    large=(5_000, 20),
    ask=["predict"],
    loss=loss,
    gate="dual objective",
    allowed=1e-6,
    floors={"predict": ("one product X X'", lambda data: data["X"] @ data["X"].T)},
    reasons={
        "predict": "All contestants make one product of the rows with the support vectors, which is the bound here, "
        "and one exponential for each of its numbers, which takes longer; none leaves a pair out.",
    },
)
