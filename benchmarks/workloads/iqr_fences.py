"""Who lies far outside, in units of the quartiles' distance; scikit-learn has no such rule."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    return {"X": np.random.default_rng(0).normal(size=(n, d))}


def ours(data):
    from scratchml.outliers import IQRFences

    return IQRFences().fit_predict(data["X"])


def numpy(data):
    X = data["X"]
    low, high = np.percentile(X, [25.0, 75.0], axis=0)
    reach = 1.5 * (high - low)
    return np.where(((X < low - reach) | (X > high + reach)).any(axis=1), -1, 1)


WORKLOAD = Workload(
    title="IQR fences",
    make=make,
    sizes={"small": (500, 20), "large": (200_000, 20)},
    contestants={"scratchml": Contestant(ours), "numpy": Contestant(numpy)},
    same=lambda found, data: found,  # -1 of outliers, 1 of the rest
    fit_name="fit_predict",
)
