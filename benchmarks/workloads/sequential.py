"""Layers in a row 64-100-10, trained by plain gradient descent: 3 epochs, the same first weights and batches of 100."""

import numpy as np

from benchmarks.workload import Contestant, race_of

HIDDEN, CLASSES, EPOCHS, BATCH, RATE = 100, 10, 3, 100, 0.05


def first_weights(data, rng):
    d = data["X"].shape[1]
    return {"W": [rng.normal(size=shape) / np.sqrt(d) for shape in ((d, HIDDEN), (HIDDEN, CLASSES))]}


def ours(Sequential, data):
    from scratchml.neural_network import SGD, Dense, ReLU

    net = Sequential([Dense(HIDDEN), ReLU(), Dense(CLASSES)], loss="cross_entropy", random_state=0)
    net.build(data["X"].shape[1:])
    net.rng = np.random.RandomState(1)  # of the batches' order
    net.layers[0].set_parameters(weights=data["W"][0], biases=np.zeros(HIDDEN))
    net.layers[2].set_parameters(weights=data["W"][1], biases=np.zeros(CLASSES))
    net.fit(data["X"], data["y"], epochs=EPOCHS, batch_size=BATCH, optimizer=SGD(RATE))
    return [net.layers[0].parameters["weights"], net.layers[2].parameters["weights"]]


def torch(data):
    from torch import from_numpy, nn, no_grad, optim

    X, y, losses = from_numpy(data["X"]), from_numpy(data["y"]), []
    net = nn.Sequential(nn.Linear(X.shape[1], HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES)).double()
    with no_grad():
        for layer, W in zip((net[0], net[2]), data["W"]):
            layer.weight.copy_(from_numpy(W.T))
            layer.bias.zero_()
    descent, loss = optim.SGD(net.parameters(), RATE), nn.CrossEntropyLoss()
    rng, order = np.random.RandomState(1), np.arange(len(X))
    for _ in range(EPOCHS):
        rng.shuffle(order)
        for start in range(0, len(X), BATCH):
            rows = from_numpy(order[start : start + BATCH].copy())
            descent.zero_grad()
            value = loss(net(X[rows]), y[rows])
            value.backward()
            descent.step()
            losses.append(value.item())
    return [layer.weight.detach().numpy().T for layer in (net[0], net[2])]


def products(data):
    """Multiply as training does."""
    W1, W2 = data["W"]
    for start in list(range(0, len(data["X"]), BATCH)) * EPOCHS:
        X = data["X"][start : start + BATCH]
        hidden = X @ W1
        slopes = hidden @ W2
        hidden.T @ slopes, X.T @ (slopes @ W2.T)


WORKLOAD = race_of(
    "neural_network.Sequential",
    ours,
    title="Sequential 64-100-10, SGD, 3 epochs,",
    task="ten",
    large=(20_000, 64),
    small=(500, 64),
    extra=first_weights,
    peers={"torch": Contestant(torch)},
    same=lambda weights, data: weights,
    fit_name="fit",
    floor=products,
    floor_name="its matrix products",
)
