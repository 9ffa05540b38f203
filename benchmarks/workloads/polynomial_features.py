"""All products of up to two of twenty columns, a hundred thousand rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    return {"X": np.random.default_rng(0).normal(size=(100_000, 20))}


def ours(data):
    from scratchml.preprocessing import PolynomialFeatures

    return PolynomialFeatures(2).fit_transform(data["X"])


def sklearn(data):
    from sklearn.preprocessing import PolynomialFeatures

    return PolynomialFeatures(2).fit_transform(data["X"])


def loss(made, data):
    """Return the largest difference of the last products from the definition, and a little that is no difference."""
    return 1e-9 + float(np.abs(made[:, -1] - data["X"][:, -1] ** 2).max() + np.abs(made[:, 0] - 1.0).max())


WORKLOAD = Workload(
    title="polynomial features n=100k d=20 degree 2",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=loss,
    fit_name="fit_transform",
    floor=lambda data: np.full((100_000, 231), 1.0),
    floor_name="writing the result",
)
