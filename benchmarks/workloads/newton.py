"""Newton's method on the logistic loss of ``lbfgs.py``, with its second derivatives, until no slope is above 1e-5."""

from functools import partial

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic


def curvature(data):
    """Return the function w -> second derivatives of the loss (d, d)."""
    X = data["X"]

    def hessian(w):
        z = X @ w
        e = np.exp(-np.abs(z))
        found = X.T @ (X * (e / (1.0 + e) ** 2)[:, None]) / len(X)
        found.flat[:: len(found) + 1] += 1e-3
        return found

    return hessian


def scipy(method, options, data):
    from scipy.optimize import minimize

    start = np.zeros(data["X"].shape[1])
    return minimize(logistic(data), start, jac=True, hess=curvature(data), method=method, options=options).x


def ours(method, data):
    from scratchml.optim import minimize

    return minimize(method(logistic(data), np.zeros(data["X"].shape[1]), curvature(data))).w


WORKLOAD = race_of(
    "optim.newton",
    ours,
    task="two",
    data="correlated",
    large=(20_000, 50),
    peers={
        "scipy Newton-CG": Contestant(partial(scipy, "Newton-CG", {"xtol": 1e-5}), library="scipy"),
        "scipy trust-exact": Contestant(partial(scipy, "trust-exact", {"gtol": 1e-5}), library="scipy"),
    },
    loss=lambda w, data: logistic(data)(w)[0],
    allowed=1e-7,  # where slopes of 1e-5 leave the loss of a hundredth's curvature
    fit_name="minimize",
    floor=lambda data: curvature(data)(np.zeros(data["X"].shape[1])),
    floor_name="one matrix of second derivatives",
)
