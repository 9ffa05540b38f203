"""Who lies far outside, in units of the standard deviation; scikit-learn has no such rule."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    return {"X": np.random.default_rng(0).normal(size=(n, d))}


def ours(data):
    from scratchml.outliers import ZScore

    return ZScore().fit_predict(data["X"])


def numpy(data):
    X = data["X"]
    return np.where((np.abs(X - X.mean(axis=0)) > 3.0 * X.std(axis=0)).any(axis=1), -1, 1)


WORKLOAD = Workload(
    title="z-score rule",
    make=make,
    sizes={"small": (500, 20), "large": (200_000, 20)},
    contestants={"scratchml": Contestant(ours), "numpy": Contestant(numpy)},
    same=lambda found, data: found,  # -1 of outliers, 1 of the rest
    fit_name="fit_predict",
)
