"""Logistic regression of ten classes at once on correlated columns."""

import numpy as np

from benchmarks.workload import Contestant, Workload
from benchmarks.workloads.logistic_binary import PREDICT, correlated, objective, ours, sklearn


def make():
    rng = np.random.default_rng(0)
    X = correlated(rng, 20_000, 64)
    Z = X @ (0.3 * rng.normal(size=(64, 10))) + rng.gumbel(size=(20_000, 10))
    return {"X": X, "y": Z.argmax(axis=1)}


WORKLOAD = Workload(
    title="logistic regression n=20k d=64, ten classes",
    make=make,
    contestants={
        "scratchml": Contestant(ours, PREDICT),
        "sklearn lbfgs": Contestant(sklearn("lbfgs"), PREDICT),
        "sklearn newton-cg": Contestant(sklearn("newton-cg"), PREDICT),
    },
    loss=objective,
    allowed=1e-4,  # scikit-learn's L-BFGS ends about 1e-5 above the best at its default tol; ours within 1e-9
    floor=lambda data: (data["X"] @ np.ones((64, 10))).T @ data["X"],
    floor_name="two products with X",
)
