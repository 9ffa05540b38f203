"""Least squares by stochastic gradient descent, 10 epochs in the same order."""

import numpy as np

from benchmarks.gates import squared_error
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "linear_model.SGDRegressor",
    lambda SGDRegressor, data: SGDRegressor(max_iter=10, tol=None, random_state=0).fit(data["X"], data["y"]),
    title="SGD, squared error, 10 epochs",
    task="numbers",
    large=(100_000, 50),
    ask=["predict"],
    loss=squared_error,
    gate="squared error",
    local=True,
    floor=lambda data: [data["X"] @ np.ones(data["X"].shape[1]) for _ in range(10)],
    floor_name="10 products X w",
)
