"""All products of up to two of twenty columns, a hundred thousand rows."""

import numpy as np

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.PolynomialFeatures",
    lambda PolynomialFeatures, data: PolynomialFeatures(2).fit_transform(data["X"]),
    title="polynomial features, degree 2",
    large=(100_000, 20),
    same=lambda made, data: made,
    fit_name="fit_transform",
    floor=lambda data: np.full((len(data["X"]), 231), 1.0),
    floor_name="writing the result",
)
