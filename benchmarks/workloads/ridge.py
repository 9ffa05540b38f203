"""Ridge regression on the data of the least squares race."""

from benchmarks.workload import Contestant, Workload
from benchmarks.workloads.linear_regression import PREDICT, make


def ours(data):
    from scratchml.linear_model import Ridge

    return Ridge(alpha=1.0).fit(data["X"], data["y"])


def sklearn(solver):
    def fit(data):
        from sklearn.linear_model import Ridge

        return Ridge(alpha=1.0, solver=solver).fit(data["X"], data["y"])

    return fit


def loss(model, data):
    """Return what ridge regression minimises."""
    residual = data["y"] - model.predict(data["X"])
    return float(residual @ residual + model.coef_ @ model.coef_)


WORKLOAD = Workload(
    title="ridge n=200k d=50",
    make=make,
    contestants={
        "scratchml": Contestant(ours, PREDICT),
        "sklearn": Contestant(sklearn("auto"), PREDICT),
        "sklearn cholesky": Contestant(sklearn("cholesky")),
        "sklearn svd": Contestant(sklearn("svd")),
    },
    loss=loss,
    allowed=1e-12,
    floor=lambda data: data["X"].T @ data["X"],
    floor_name="the product X'X",
)
