"""Ten categories in each of four columns of words, a hundred thousand rows."""

import numpy as np

from benchmarks.workload import Contestant, race_of


def words(data, rng):
    names = np.array([f"word {j}" for j in range(10)], dtype=object)
    return {"X": names[rng.integers(0, 10, size=data["X"].shape)]}


def sklearn(data):
    from sklearn.preprocessing import OneHotEncoder

    return OneHotEncoder(sparse_output=False).fit_transform(data["X"])


WORKLOAD = race_of(
    "preprocessing.OneHotEncoder",
    lambda OneHotEncoder, data: OneHotEncoder().fit_transform(data["X"]),
    title="OneHotEncoder, words,",
    large=(100_000, 4),
    extra=words,
    peers={"sklearn": Contestant(sklearn)},
    same=lambda made, data: made,
    fit_name="fit_transform",
    floor=lambda data: np.full((len(data["X"]), 10 * data["X"].shape[1]), 1.0),
    floor_name="writing the result",
)
