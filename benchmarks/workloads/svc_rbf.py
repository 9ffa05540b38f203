"""SVC with the rbf kernel on 10 000 rows of 20 features, default parameters."""

import numpy as np

from benchmarks.workload import race_of


def loss(model, data):
    """Return the dual objective, turned over; the kernel is worked out here, the same for all."""
    X, gamma = data["X"], 1 / (data["X"].shape[1] * data["X"].var())
    V, b = X[model.support_], model.dual_coef_[0]
    squares = (V**2).sum(axis=1)
    K = np.exp(-gamma * np.maximum(squares[:, None] + squares - 2 * V @ V.T, 0))
    return float(0.5 * b @ K @ b - np.abs(b).sum())


WORKLOAD = race_of(
    "svm.SVC",
    lambda SVC, data: SVC().fit(data["X"], data["y"]),
    title="SVC rbf",
    task="two",
    large=(10_000, 20),
    ask=["predict"],
    loss=loss,
    gate="dual objective",
    allowed=1e-6,
)
