"""Squared distances from the mean in units of the covariance, beside scikit-learn's EmpiricalCovariance."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    rng = np.random.default_rng(0)
    return {"X": rng.normal(size=(n, d)) @ rng.normal(size=(d, d))}


def ours(data):
    from scratchml.outliers import Mahalanobis

    return Mahalanobis().fit(data["X"]).mahalanobis(data["X"])


def sklearn(data):
    from sklearn.covariance import EmpiricalCovariance

    return EmpiricalCovariance().fit(data["X"]).mahalanobis(data["X"])


WORKLOAD = Workload(
    title="Mahalanobis distances",
    make=make,
    sizes={"small": (500, 20), "large": (200_000, 20)},
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    same=lambda found, data: found,
    fit_name="fit and score",
)
