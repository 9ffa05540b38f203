"""A multi-layer perceptron 64-100-50-10 by Adam, 10 epochs of batches of 200, the same draws and batches."""

import warnings

import numpy as np

from benchmarks.workload import Contestant, Workload

HOW = {"hidden_layer_sizes": (100, 50), "max_iter": 10, "random_state": 0}


def make():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 64))
    return {"X": X, "y": (X @ rng.normal(size=(64, 10))).argmax(axis=1)}


def ours(data):
    from scratchml.neural_network import MLPClassifier

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ten epochs are not enough to converge, on purpose
        return MLPClassifier(**HOW).fit(data["X"], data["y"])


def sklearn(data):
    from sklearn.neural_network import MLPClassifier

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPClassifier(**HOW).fit(data["X"], data["y"])


def products(data):
    """Multiply as an epoch's forward and backward passes do, ten times."""
    W = [np.ones((64, 100)), np.ones((100, 50)), np.ones((50, 10))]
    for start in list(range(0, len(data["X"]), 200)) * 10:
        A = [data["X"][start : start + 200]]
        for w in W:
            A.append(A[-1] @ w)
        for layer in (2, 1, 0):
            A[layer].T @ A[layer + 1]
            if layer:
                A[layer + 1] @ W[layer].T


PREDICT = {"predict": lambda model, data: model.predict(data["X"])}
WORKLOAD = Workload(
    title="MLP 64-100-50-10, Adam n=20k, 10 epochs",
    make=make,
    contestants={"scratchml": Contestant(ours, PREDICT), "sklearn": Contestant(sklearn, PREDICT)},
    loss=lambda model, data: model.loss_,
    floor=products,
    floor_name="its matrix products",
)
