"""The direction of one step of Newton's method: the equations of the second derivatives, solved."""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic
from benchmarks.workloads.newton import curvature


def equations(data, rng):
    w = 0.1 * rng.normal(size=data["X"].shape[1])
    return {"hessian": curvature(data)(w), "gradient": logistic(data)(w)[1]}


def ours(newton_direction, data):
    direction = np.empty_like(data["gradient"])
    newton_direction(data["hessian"], data["gradient"], direction, 0.0)
    return direction


def scipy(data):
    from scipy.linalg import solve

    return solve(data["hessian"], -data["gradient"], assume_a="pos")


WORKLOAD = race_of(
    "optim.newton_direction",
    ours,
    task="two",
    data="correlated",
    large=(2_000, 500),
    extra=equations,
    peers={"scipy": Contestant(scipy)},
    same=lambda direction, data: direction,
    fit_name="solve",
    floor=lambda data: np.linalg.cholesky(data["hessian"]),
    floor_name="one Cholesky factorisation",
)
