"""How far the gradient of ``lbfgs.py`` is from differences of its loss: below 1e-6, for it is right."""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic


def scipy(data):
    from scipy.optimize import check_grad

    both = logistic(data)
    return check_grad(lambda w: both(w)[0], lambda w: both(w)[1], np.zeros(data["X"].shape[1]))


WORKLOAD = race_of(
    "optim.check_gradient",
    lambda check_gradient, data: check_gradient(logistic(data), np.zeros(data["X"].shape[1])),
    task="two",
    data="correlated",
    large=(5_000, 50),
    peers={"scipy": Contestant(scipy)},
    loss=lambda found, data: found,
    slack=1e-6,
    gate="deviation",
    fit_name="check",
    floor=lambda data: [logistic(data)(w) for w in np.zeros((4 * data["X"].shape[1], data["X"].shape[1]))],
    floor_name="four losses for each weight",
    reasons={
        "check": "Ours takes four losses for each weight, so that the error falls as the difference's fourth power; "
        "the peer takes one, and tells 1e-8 where ours tells 1e-12. The four are the bound."
    },
)
