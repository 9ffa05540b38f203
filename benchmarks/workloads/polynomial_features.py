"""All products of up to two of twenty columns, a hundred thousand rows."""

import numpy as np

from benchmarks.workload import fit_transformed, made_and_transformed, race_of

WORKLOAD = race_of(
    "preprocessing.PolynomialFeatures",
    lambda PolynomialFeatures, data: fit_transformed(PolynomialFeatures(2), data),
    title="polynomial features, degree 2",
    large=(100_000, 20),
    ask=["transform"],
    same=made_and_transformed,
    fit_name="fit_transform",
    floor=lambda data: np.full((len(data["X"]), 231), 1.0),
    floor_name="writing the result",
)
