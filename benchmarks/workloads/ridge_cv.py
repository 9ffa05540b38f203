"""Ridge regression that chooses among ten alphas by leaving one row out."""

import numpy as np

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "linear_model.RidgeCV",
    lambda RidgeCV, data: RidgeCV(np.logspace(-3, 3, 10)).fit(data["X"], data["y"]),
    title="ridge, leave-one-out of ten alphas,",
    task="numbers",
    data="correlated",
    large=(200_000, 50),
    ask=["predict"],
    same=lambda model, data: [model.alpha_, model.coef_, model.best_score_, model.predict(data["X"])],
    close=1e-8,  # the alphas are the same, the weights up to rounding
    floor=lambda data: data["X"].T @ data["X"],
    floor_name="the product X'X",
)
