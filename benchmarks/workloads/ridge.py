"""Ridge regression on the data of the least squares race."""

from benchmarks.floors import by_blocks
from benchmarks.gates import linear_scores
from benchmarks.workload import race_of


def loss(model, data):
    """Return what ridge regression minimises."""
    residual = data["y"] - linear_scores(model, data["X"])
    return float(residual @ residual + model.coef_ @ model.coef_)


WORKLOAD = race_of(
    "linear_model.Ridge",
    lambda Ridge, data: Ridge(alpha=1.0).fit(data["X"], data["y"]),
    title="ridge",
    task="numbers",
    data="correlated",
    large=(200_000, 50),
    ask=["predict"],
    loss=loss,
    allowed=1e-12,
    floor=by_blocks(lambda data, rows: data["X"][rows].T @ data["X"][rows]),
    floor_name="the product X'X",
    floors={"predict": ("the product X w", by_blocks(lambda data, rows: data["X"][rows] @ data["X"][0]))},
    reasons={
        "fit": "Ours multiplies rows as they stand where means are small, and sees NaN in the sums. The product is the "
        "bound of all who solve the normal equations; beside it stand merging blocks of rows and looking at y.",
        "predict": "The product is the bound, one pass over X: it shows itself whether X is finite.",
    },
)
