"""Ten categories in each of four columns of words, a hundred thousand rows."""

import numpy as np

from benchmarks.workload import Contestant, asking, fit_transformed, made_and_transformed, race_of


def words(data, rng):
    names = np.array([f"word {j}" for j in range(10)], dtype=object)
    return {"X": names[rng.integers(0, 10, size=data["X"].shape)]}


def sklearn(data):
    from sklearn.preprocessing import OneHotEncoder

    return fit_transformed(OneHotEncoder(sparse_output=False), data)


WORKLOAD = race_of(
    "preprocessing.OneHotEncoder",
    lambda OneHotEncoder, data: fit_transformed(OneHotEncoder(), data),
    title="OneHotEncoder, words,",
    large=(100_000, 4),
    extra=words,
    peers={"sklearn": Contestant(sklearn, {"transform": asking("transform")})},
    ask=["transform"],
    same=made_and_transformed,
    fit_name="fit_transform",
    floor=lambda data: np.full((len(data["X"]), 10 * data["X"].shape[1]), 1.0),
    floor_name="writing the result",
)
