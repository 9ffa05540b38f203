"""SAGA on the logistic loss of rows, in machine code: 30 epochs, each library's own draws and step."""

import numpy as np

from benchmarks.workload import Contestant, race_of

EPOCHS, L2 = 30, 1e-3


def ours(saga_linear, data):
    from scratchml.optim import Penalty, loss_named, minimize

    how = {"fit_intercept": False, "penalty": Penalty(l2=L2), "max_iter": EPOCHS, "tol": 0.0, "random_state": 0}
    return minimize(saga_linear(data["X"], 2.0 * data["y"] - 1.0, loss_named("log_loss"), **how)).w


def sklearn(data):
    from sklearn.linear_model import LogisticRegression

    how = {"C": 1.0 / (L2 * len(data["X"])), "fit_intercept": False, "solver": "saga", "random_state": 0}
    return LogisticRegression(**how, tol=1e-30, max_iter=EPOCHS).fit(data["X"], data["y"]).coef_


def objective(w, data):
    z = (2.0 * data["y"] - 1.0) * (data["X"] @ w.ravel())
    return float(np.logaddexp(0.0, -z).mean() + 0.5 * L2 * (w**2).sum())


WORKLOAD = race_of(
    "optim.saga_linear",
    ours,
    task="two",
    data="correlated",
    large=(20_000, 50),
    peers={"sklearn": Contestant(sklearn)},
    loss=objective,
    allowed=0.01,  # other draws end elsewhere: on real data one library's own seeds are 0.006 apart after 30 epochs
    fit_name="minimize",
    floor=lambda data: [data["X"] @ np.ones(data["X"].shape[1]) for _ in range(EPOCHS)],
    floor_name=f"{EPOCHS} products X w",
)
