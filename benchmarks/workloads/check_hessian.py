"""How far the second derivatives of ``newton.py`` are from differences of its gradient: below 1e-6, for they are right.

The peer is the same question put to SciPy: differences of the gradient, in a matrix, beside the one given.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic
from benchmarks.workloads.newton import curvature


def scipy(data):
    from scipy.optimize import approx_fprime

    w, both = np.zeros(data["X"].shape[1]), logistic(data)
    found = curvature(data)(w)
    return np.abs(approx_fprime(w, lambda v: both(v)[1]) - found).max() / np.abs(found).max()


WORKLOAD = race_of(
    "optim.check_hessian",
    lambda check, data: check(logistic(data), curvature(data), np.zeros(data["X"].shape[1])),
    task="two",
    data="correlated",
    large=(5_000, 50),
    peers={"scipy": Contestant(scipy)},
    loss=lambda found, data: found,
    slack=1e-6,
    gate="deviation",
    fit_name="check",
    floor=lambda data: [logistic(data)(w) for w in np.zeros((4 * data["X"].shape[1], data["X"].shape[1]))],
    floor_name="four gradients for each weight",
    reasons={
        "check": "Ours takes four gradients for each weight, so that the error falls as the difference's fourth power; "
        "the peer takes one. The four are the bound."
    },
)
