"""Ten categories in each of four columns of words, a hundred thousand rows."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    words = np.array([f"word {j}" for j in range(10)], dtype=object)
    return {"X": words[np.random.default_rng(0).integers(0, 10, size=(100_000, 4))]}


def ours(data):
    from scratchml.preprocessing import OneHotEncoder

    return OneHotEncoder().fit_transform(data["X"])


def sklearn(data):
    from sklearn.preprocessing import OneHotEncoder

    return OneHotEncoder(sparse_output=False).fit_transform(data["X"])


def loss(made, data):
    """Return how far the ones are from those of the definition, for one category (and a little more)."""
    return 1e-9 + float(np.abs(made[:, 0] - (data["X"][:, 0] == "word 0")).sum() + np.abs(made.sum(axis=1) - 4).sum())


WORKLOAD = Workload(
    title="OneHotEncoder n=100k d=4, words",
    make=make,
    contestants={"scratchml": Contestant(ours), "sklearn": Contestant(sklearn)},
    loss=loss,
    fit_name="fit_transform",
    floor=lambda data: np.full((100_000, 40), 1.0),
    floor_name="writing the result",
)
