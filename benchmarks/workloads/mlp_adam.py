"""A multi-layer perceptron 64-100-50-10 by Adam, 10 epochs of batches of 200, the same draws and batches."""

import numpy as np

from benchmarks.gates import log_loss
from benchmarks.workload import Contestant, race_of

HOW = {"hidden_layer_sizes": (100, 50), "max_iter": 10, "random_state": 0}


def ten_scores(data, rng):
    return {"y": (data["X"] @ rng.normal(size=(data["X"].shape[1], 10))).argmax(axis=1)}


def products(data):
    """Multiply as an epoch's forward and backward passes do, ten times."""
    W = [np.ones((data["X"].shape[1], 100)), np.ones((100, 50)), np.ones((50, 10))]
    for start in list(range(0, len(data["X"]), 200)) * 10:
        A = [data["X"][start : start + 200]]
        for w in W:
            A.append(A[-1] @ w)
        for layer in (2, 1, 0):
            A[layer].T @ A[layer + 1]
            if layer:
                A[layer + 1] @ W[layer].T


class Torch:
    """The same network in float64, with draws of its own."""

    def __init__(self, data):
        import torch
        from torch import nn

        torch.set_num_threads(data["threads"])
        torch.manual_seed(0)
        X, y = torch.from_numpy(data["X"]), torch.from_numpy(data["y"])
        layers = [nn.Linear(X.shape[1], 100), nn.ReLU(), nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10)]
        self.network = nn.Sequential(*layers).double()
        adam, loss = torch.optim.Adam(self.network.parameters(), 1e-3, weight_decay=0.0), nn.CrossEntropyLoss()
        for _ in range(10):
            order = torch.randperm(len(X))
            for start in range(0, len(X), 200):
                rows = order[start : start + 200]
                adam.zero_grad()
                loss(self.network(X[rows]), y[rows]).backward()
                adam.step()

    def predict_proba(self, X):
        import torch

        with torch.no_grad():
            return torch.softmax(self.network(torch.from_numpy(X)), 1).numpy()


PREDICT = {"predict": lambda model, data: model.predict_proba(data["X"]).argmax(axis=1)}
WORKLOAD = race_of(
    "neural_network.MLPClassifier",
    lambda MLPClassifier, data: MLPClassifier(**HOW).fit(data["X"], data["y"]),
    title="MLP 64-100-50-10, Adam, 10 epochs",
    task="ten",
    large=(20_000, 64),
    small=(500, 64),
    extra=ten_scores,
    ask=["predict"],
    peers={"torch": Contestant(Torch, PREDICT)},
    loss=log_loss,
    gate="log loss",
    local=True,
    allowed=0.1,  # other first weights, another network of the same worth
    floor=products,
    floor_name="its matrix products",
)
