"""The lasso with many columns: correlated, a tenth of the alpha at which all weights are 0."""

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lasso_tall import HOW, PREDICT, sklearn

WORKLOAD = race_of(
    "linear_model.Lasso",
    lambda Lasso, data: Lasso(data["alpha"]).fit(data["X"], data["y"]),
    title="lasso, more columns than rows,",
    large=(500, 5_000),
    small=(100, 500),
    peers={"sklearn": Contestant(sklearn, PREDICT)},
    **HOW,
)
