"""Minimisers of a function given by value and gradient: L-BFGS on a logistic loss, until no slope is above 1e-5.

The loss is NumPy's, the same for everybody; the minimisers differ in how often they ask for it, and in what they do
between. ``nonlinear_conjugate_gradient.py`` races the conjugate gradients the same way.
"""

from functools import partial

import numpy as np

from benchmarks.workload import Contestant, race_of


def logistic(data):
    """Return the function w -> (mean log loss and a small penalty, gradient)."""
    X, sign = data["X"], 2.0 * data["y"] - 1.0

    def loss_and_gradient(w):
        z = sign * (X @ w)
        e = np.exp(-np.abs(z))
        loss = np.mean(np.log1p(e) + np.maximum(-z, 0.0)) + 5e-4 * (w @ w)
        p = np.where(z > 0.0, e, 1.0) / (1.0 + e)
        return float(loss), 1e-3 * w - X.T @ (sign * p) / len(X)

    return loss_and_gradient


def scipy(method, options, data):
    from scipy.optimize import minimize

    start = np.zeros(data["X"].shape[1])
    return minimize(logistic(data), start, jac=True, method=method, options={"gtol": 1e-5, **options}).x


def ours(method, data):
    from scratchml.optim import minimize

    return minimize(method(logistic(data), np.zeros(data["X"].shape[1]))).w


LEVEL = (
    "The losses and gradients are the bound. Ours asks for as many as SciPy's, or a tenth more or fewer; of many rows "
    "they are all of the time, and who is some hundredths ahead changes from run to run."
)


def race(name, method, reason=LEVEL, **options):
    return race_of(
        f"optim.{name}",
        ours,
        task="two",
        data="correlated",
        large=(20_000, 50),
        peers={"scipy": Contestant(partial(scipy, method, options))},
        loss=lambda w, data: logistic(data)(w)[0],
        allowed=1e-7,  # where slopes of 1e-5 leave the loss of a hundredth's curvature
        fit_name="minimize",
        floor=lambda data: logistic(data)(np.zeros(data["X"].shape[1])),
        floor_name="one loss and gradient",
        reasons={"minimize": reason},
    )


WORKLOAD = race("lbfgs", "L-BFGS-B", ftol=0.0)
