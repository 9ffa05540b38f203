"""Ridge regression that chooses among ten alphas by leaving one row out."""

import numpy as np

from benchmarks.workload import Contestant, Workload
from benchmarks.workloads.linear_regression import PREDICT, make

ALPHAS = np.logspace(-3, 3, 10)


def ours(data):
    from scratchml.linear_model import RidgeCV

    return RidgeCV(ALPHAS).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.linear_model import RidgeCV

    return RidgeCV(ALPHAS).fit(data["X"], data["y"])


WORKLOAD = Workload(
    title="ridge, leave-one-out of ten alphas, n=200k d=50",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: -model.best_score_,
    allowed=1e-12,
    floor=lambda data: data["X"].T @ data["X"],
    floor_name="the product X'X",
)
