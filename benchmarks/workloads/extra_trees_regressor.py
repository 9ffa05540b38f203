"""Extremely randomized trees, 20 of them, that predict numbers."""

from benchmarks.gates import squared_error
from benchmarks.workload import race_of


def fitted(ExtraTreesRegressor, data):
    return ExtraTreesRegressor(n_estimators=20, random_state=0, n_jobs=data["threads"]).fit(data["X"], data["y"])


WORKLOAD = race_of(
    "ensemble.ExtraTreesRegressor",
    fitted,
    title="ExtraTreesRegressor",
    task="numbers",
    data="correlated",
    large=(5_000, 20),
    queries=5_000,
    ask=["predict"],
    loss=squared_error,  # of rows not seen: whoever draws other random numbers grows other trees, as good as these
    gate="squared error",
    local=True,
    allowed=0.15,  # of 500 rows, seeds differ by up to 8 % from their mean, either way
)
