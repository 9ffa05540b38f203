"""A random forest of 20 trees that predicts numbers."""

from benchmarks.gates import squared_error
from benchmarks.workload import race_of


def fitted(RandomForestRegressor, data):
    return RandomForestRegressor(n_estimators=20, random_state=0).fit(data["X"], data["y"])


WORKLOAD = race_of(
    "ensemble.RandomForestRegressor",
    fitted,
    title="random forest, regressor, 20 trees",
    task="numbers",
    large=(20_000, 20),
    queries=5_000,
    ask=["predict"],
    loss=squared_error,
    gate="squared error",
    local=True,
    same=None,  # other trees, other numbers: their error is the gate, and predict makes it
    allowed=0.05,  # other draws, other trees of the same worth
    reasons={
        "fit": "Of 500 rows that repeat each other a tree is small, and more than half of its time the interpreter's, "
        "as for the classifier. The bound is to read all columns of the rows at each root."
    },
)
