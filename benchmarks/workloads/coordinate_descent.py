"""Coordinate descent on the lasso of given X'X and X'y, a tenth of the penalty at which all weights are 0."""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lasso_tall import sparse_truth


def products(data, rng):
    X = np.asfortranarray(data["X"])
    y = sparse_truth(data, rng)["y"]
    b = X.T @ y / len(X)
    return {"X": X, "y": y, "A": X.T @ X / len(X), "b": b, "alpha": float(np.abs(b).max() / 10)}


def ours(coordinate_descent, data):
    from scratchml.optim import Penalty, minimize

    return minimize(coordinate_descent(data["A"], data["b"], penalty=Penalty(l1=data["alpha"]))).w


def sklearn(data):
    from sklearn.linear_model import Lasso

    n = len(data["X"])
    model = Lasso(data["alpha"], precompute=n * data["A"], fit_intercept=False, tol=1e-7, max_iter=100_000)
    return model.fit(data["X"], data["y"]).coef_


def objective(w, data):
    """Return half the mean squared error, and the penalty."""
    return 0.5 * np.mean((data["y"] - data["X"] @ w) ** 2) + data["alpha"] * np.abs(w).sum()


WORKLOAD = race_of(
    "optim.coordinate_descent",
    ours,
    task="numbers",
    data="correlated",
    large=(1_000, 500),
    extra=products,
    peers={"sklearn": Contestant(sklearn)},
    loss=objective,
    allowed=1e-7,
    fit_name="minimize",
    floor=lambda data: data["A"] @ data["b"],
    floor_name="one product A w",
    notes="scikit-learn at tol=1e-7, where its objective is as low",
)
