"""SMOTE: 90 000 rows against 10 000, overlapping, correlated columns."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n=100_000, d=20):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, d)) @ (rng.normal(size=(d, d)) / np.sqrt(d))
    y = (np.arange(n) % 10 == 0).astype(np.int64)
    return {"X": X + 0.5 * y[:, None], "y": y}


def ours(data):
    from scratchml.imbalance import SMOTE

    return SMOTE(random_state=0).fit_resample(data["X"], data["y"])


def imblearn(data):
    from imblearn.over_sampling import SMOTE

    return SMOTE(random_state=0).fit_resample(data["X"], data["y"])


WORKLOAD = Workload(
    title="SMOTE n=100k d=20",
    make=make,
    contestants={"scratchml": Contestant(ours), "imblearn": Contestant(imblearn)},
    loss=lambda found, data: float(found[0].sum() + found[1].sum()),  # the rows are the same, or it is struck out
)
