"""Ten principal components of 100 000 rows of 100 correlated columns."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    rng = np.random.default_rng(0)
    return {"X": rng.normal(size=(100_000, 100)) @ rng.normal(size=(100, 100))}


def ours(data):
    from scratchml.decomposition import PCA

    return PCA(10).fit(data["X"])


def sklearn(data):
    from sklearn.decomposition import PCA

    return PCA(10).fit(data["X"])  # by the covariance: its fastest solver here


PREDICT = {"transform": lambda model, data: model.transform(data["X"])}
WORKLOAD = Workload(
    title="PCA n=100k d=100 k=10",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: -float(model.explained_variance_.sum()),
    floor=lambda data: data["X"].T @ data["X"],
    floor_name="X'X",
)
