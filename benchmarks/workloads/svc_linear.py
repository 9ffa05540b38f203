"""SVC with the linear kernel on 5000 rows of 20 features."""

import numpy as np

from benchmarks.workload import race_of


def loss(model, data):
    """Return the dual objective, turned over."""
    w = model.dual_coef_ @ data["X"][model.support_]
    return float(0.5 * (w**2).sum() - np.abs(model.dual_coef_).sum())


WORKLOAD = race_of(
    "svm.SVC",
    lambda SVC, data: SVC(kernel="linear").fit(data["X"], data["y"]),
    title="SVC linear",
    task="two",
    large=(5_000, 20),
    ask=["predict"],
    loss=loss,
    gate="dual objective",
    allowed=1e-6,
)
