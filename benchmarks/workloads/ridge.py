"""Ridge regression on the data of the least squares race."""

from benchmarks.workload import Contestant, race_of


def sklearn(solver):
    def fit(data):
        from sklearn.linear_model import Ridge

        return Ridge(alpha=1.0, solver=solver).fit(data["X"], data["y"])

    return Contestant(fit)


def loss(model, data):
    """Return what ridge regression minimises."""
    residual = data["y"] - model.predict(data["X"])
    return float(residual @ residual + model.coef_ @ model.coef_)


WORKLOAD = race_of(
    "linear_model.Ridge",
    lambda Ridge, data: Ridge(alpha=1.0).fit(data["X"], data["y"]),
    title="ridge",
    task="numbers",
    data="correlated",
    large=(200_000, 50),
    ask=["predict"],
    peers={"sklearn svd": sklearn("svd")},
    loss=loss,
    allowed=1e-12,
    floor=lambda data: data["X"].T @ data["X"],
    floor_name="the product X'X",
)
