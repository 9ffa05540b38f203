"""Autograd: the slopes of a network 64-100-10 of tensors, by the mean cross-entropy of a batch, forward and back."""

import numpy as np

from benchmarks.workload import Contestant, race_of

HIDDEN, CLASSES = 100, 10


def network(data, rng):
    d = data["X"].shape[1]
    shapes = (d, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,)
    return {"weights": [rng.normal(size=shape) / np.sqrt(d) for shape in shapes]}


def ours(Tensor, data):
    from scratchml.neural_network import cross_entropy

    W1, b1, W2, b2 = weights = [Tensor(w, requires_grad=True) for w in data["weights"]]
    logits = (Tensor(data["X"], copy=False) @ W1 + b1).tanh() @ W2 + b2
    cross_entropy(logits, data["y"]).backward()
    return [w.grad for w in weights]


def torch(data):
    from torch import from_numpy
    from torch.nn.functional import cross_entropy

    W1, b1, W2, b2 = weights = [from_numpy(w).requires_grad_() for w in data["weights"]]
    for w in weights:
        w.grad = None
    logits = (from_numpy(data["X"]) @ W1 + b1).tanh() @ W2 + b2
    cross_entropy(logits, from_numpy(data["y"])).backward()
    return [w.grad.numpy() for w in weights]


def products(data):
    """Multiply as forward and backward do."""
    X, (W1, _, W2, _) = data["X"], data["weights"]
    hidden = X @ W1
    slopes = hidden @ W2
    return hidden.T @ slopes, X.T @ (slopes @ W2.T)


WORKLOAD = race_of(
    "neural_network.Tensor",
    ours,
    title="Tensor, slopes of 64-100-10,",
    task="ten",
    large=(5_000, 64),
    small=(100, 64),
    extra=network,
    peers={"torch": Contestant(torch)},
    same=lambda slopes, data: slopes,
    fit_name="step",
    floor=products,
    floor_name="its matrix products",
)
