"""How far the second derivatives of ``newton.py`` are from differences of its gradient: nowhere, for they are right.

The peer is the same question put to SciPy: differences of the gradient, in a matrix, beside the one given. It takes one
gradient for each weight, where ours takes four and has six more digits, and is struck out.
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
    slack=1e-9,  # what is right is told to be so to nine digits, or it is another answer
    gate="deviation",
    fit_name="check",
    floor=lambda data: [logistic(data)(w) for w in np.zeros((4 * data["X"].shape[1], data["X"].shape[1]))],
    floor_name="four gradients for each weight",
)
