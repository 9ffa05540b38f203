"""One decision tree, grown to the end, that predicts numbers; judged on rows not seen."""

import numpy as np

from benchmarks.gates import squared_error
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "tree.DecisionTreeRegressor",
    lambda DecisionTreeRegressor, data: DecisionTreeRegressor(random_state=0).fit(data["X"], data["y"]),
    title="regression tree",
    task="numbers",
    large=(100_000, 20),
    queries=25_000,
    ask=["predict"],
    loss=squared_error,
    gate="squared error",
    local=True,
    share=0.02,
    allowed=0.01,  # where two splits are equally good, either may be taken
    floor=lambda data: [np.argsort(column) for column in data["X"].T],
    floor_name="argsort of each column",
)
