"""How far the gradient of ``lbfgs.py`` is from differences of its loss: nowhere, for it is right.

Ours takes four losses for each weight, so that the error falls as the difference's fourth power, and finds nothing
beyond rounding; SciPy takes one, finds 3e-8, and is struck out.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic


def scipy(data):
    from scipy.optimize import check_grad

    both = logistic(data)
    return check_grad(lambda w: both(w)[0], lambda w: both(w)[1], np.zeros(data["X"].shape[1]))


def race(name, ours, scipy, asked):
    return race_of(
        f"optim.{name}",
        ours,
        task="two",
        data="correlated",
        large=(5_000, 50),
        peers={"scipy": Contestant(scipy)},
        loss=lambda found, data: found,
        slack=1e-9,  # what is right is told to be so to nine digits, or it is another answer
        gate="deviation",
        fit_name="check",
        floor=lambda data: [logistic(data)(w) for w in np.zeros((4 * data["X"].shape[1], data["X"].shape[1]))],
        floor_name=f"four {asked} for each weight",
    )


def ours(check_gradient, data):
    return check_gradient(logistic(data), np.zeros(data["X"].shape[1]))


WORKLOAD = race("check_gradient", ours, scipy, "losses")
