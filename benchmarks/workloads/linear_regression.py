"""Least squares with an intercept, correlated columns."""

from benchmarks.floors import by_blocks
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
    floor=by_blocks(lambda data, rows: data["X"][rows].T @ data["X"][rows]),
    floor_name="the product X'X",
    floors={"predict": ("the product X w", by_blocks(lambda data, rows: data["X"][rows] @ data["X"][0]))},
    reasons={
        "fit": "Ours multiplies rows as they stand where means are small, and sees NaN in the sums; then it reads X "
        "once more to refine the weights to the last digits, which the peer leaves out: the product and that pass are "
        "the bound.",
        "predict": "The product is the bound, one pass over X: it shows itself whether X is finite.",
    },
)
