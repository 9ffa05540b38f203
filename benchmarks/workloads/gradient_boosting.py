"""Exact gradient boosting, 100 trees of depth 3."""

from benchmarks.gates import squared_error
from benchmarks.workload import race_of


def fitted(GradientBoostingRegressor, data):
    return GradientBoostingRegressor(random_state=0).fit(data["X"], data["y"])


WORKLOAD = race_of(
    "ensemble.GradientBoostingRegressor",
    fitted,
    title="gradient boosting, 100 trees",
    task="numbers",
    large=(3_000, 20),
    ask=["predict"],
    loss=squared_error,
    gate="squared error",
    local=True,
    share=0.02,
    allowed=1e-3,  # where two splits gain the same up to rounding, the order of additions decides
)
