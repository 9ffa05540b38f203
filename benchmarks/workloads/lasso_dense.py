"""The lasso with many weights: all columns add to y, and alpha is a hundredth of the one at which all weights are 0."""

import numpy as np

from benchmarks.workload import race_of
from benchmarks.workloads.lasso_tall import objective


def dense_truth(data, rng):
    """Return y, made of all columns and noise, and alpha."""
    X = data["X"]
    y = X @ (rng.normal(size=X.shape[1]) / np.maximum(X.std(axis=0), 1e-300))
    y += rng.normal(size=len(X)) * y.std() / 3
    return {"y": y, "alpha": float(np.abs((X - X.mean(axis=0)).T @ (y - y.mean())).max() / len(X) / 100)}


WORKLOAD = race_of(
    "linear_model.Lasso",
    lambda Lasso, data: Lasso(data["alpha"]).fit(data["X"], data["y"]),
    title="lasso, alpha a hundredth of the highest, all columns count,",
    task="numbers",
    small=(100, 100),
    large=(5_000, 300),
    extra=dense_truth,
    ask=["predict"],
    loss=objective,
    # each promises a gap of 1e-4 |y|^2 / n, twice 1e-4 of the loss at w = 0, which is some ten times the loss here
    allowed=2e-3,
    close=0.01,  # what such a gap leaves of the predictions
    floor=lambda data: (data["X"] @ np.ones(data["X"].shape[1]), data["X"].T @ data["y"]),
    floor_name="two passes over X",
    notes="both at their default tol",
)
