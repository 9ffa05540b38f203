"""Extremely randomized trees of 20 trees that predict numbers."""

from benchmarks.gates import squared_error
from benchmarks.workload import race_of


def fitted(ExtraTreesRegressor, data):
    return ExtraTreesRegressor(n_estimators=20, random_state=0).fit(data["X"], data["y"])


WORKLOAD = race_of(
    "ensemble.ExtraTreesRegressor",
    fitted,
    title="extra trees, regressor, 20 trees",
    task="numbers",
    data="correlated",
    large=(5_000, 20),
    queries=1_250,
    ask=["predict"],
    loss=squared_error,
    gate="squared error",
    local=True,
    same=None,  # other trees, other numbers: their error is the gate, and predict makes it
    allowed=0.15,  # other draws, other trees; of 500 rows, seeds differ by up to 8 % from their mean, either way
)
