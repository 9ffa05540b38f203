"""Who lies far outside, in units of the median distance from the median; scikit-learn has no such rule."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    return {"X": np.random.default_rng(0).normal(size=(n, d))}


def ours(data):
    from scratchml.outliers import ModifiedZScore

    return ModifiedZScore().fit_predict(data["X"])


def numpy(data):
    X = data["X"]
    distance = np.abs(X - np.median(X, axis=0))
    return np.where((0.6745 * distance > 3.5 * np.median(distance, axis=0)).any(axis=1), -1, 1)


WORKLOAD = Workload(
    title="modified z-score rule",
    make=make,
    sizes={"small": (500, 20), "large": (200_000, 20)},
    contestants={"scratchml": Contestant(ours), "numpy": Contestant(numpy)},
    same=lambda found, data: found,  # -1 of outliers, 1 of the rest
    fit_name="fit_predict",
)
