"""Least squares with an intercept, correlated columns."""

from benchmarks.gates import squared_error
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "linear_model.LinearRegression",
    lambda LinearRegression, data: LinearRegression().fit(data["X"], data["y"]),
    title="least squares",
    task="numbers",
    data="correlated",
    large=(200_000, 50),
    ask=["predict"],
    loss=squared_error,
    gate="squared error",
    allowed=1e-12,
    floor=lambda data: data["X"].T @ data["X"],
    floor_name="the product X'X",
)
