"""Stochastic gradients on the logistic loss of ``lbfgs.py``: 5 epochs of batches of 100, the same for everybody.

The batch's loss and gradient are NumPy's; PyTorch is handed the gradient and moves the weights.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic

EPOCHS, BATCH, STEP_SIZE = 5, 100, 0.1


def of_batch(data):
    """Return the function (rows, w) -> (mean log loss of these rows and a small penalty, gradient)."""
    X, y = data["X"], data["y"]
    return lambda rows, w: logistic({"X": X[rows], "y": y[rows]})(w)


def batches(data):
    """Return the rows of each batch, as ours draws them."""
    rng, n = np.random.RandomState(0), len(data["X"])
    for _ in range(EPOCHS):
        order = rng.permutation(n)
        yield from (order[first : first + BATCH] for first in range(0, n, BATCH))


def ours(stochastic_gradient, data):
    from scratchml.optim import minimize

    how = {"step_size": STEP_SIZE, "schedule": "constant", "batch_size": BATCH, "max_iter": EPOCHS, "tol": 0.0}
    n, d = data["X"].shape
    return minimize(stochastic_gradient(of_batch(data), np.zeros(d), n, **how, random_state=0)).w


def numpy(data):
    mean_over, w, losses = of_batch(data), np.zeros(data["X"].shape[1]), []
    for rows in batches(data):
        loss, gradient = mean_over(rows, w)
        losses.append(loss)
        w = w - STEP_SIZE * gradient
    return w


def torch(data):
    from torch import from_numpy, optim

    mean_over, w, losses = of_batch(data), np.zeros(data["X"].shape[1]), []
    weights = from_numpy(w)
    descent = optim.SGD([weights], STEP_SIZE)
    for rows in batches(data):
        loss, gradient = mean_over(rows, w)
        losses.append(loss)
        weights.grad = from_numpy(gradient)
        descent.step()
    return w


WORKLOAD = race_of(
    "optim.stochastic_gradient",
    ours,
    task="two",
    data="correlated",
    large=(50_000, 50),
    peers={"numpy": Contestant(numpy), "torch": Contestant(torch)},
    same=lambda w, data: w,
    fit_name="minimize",
    floor=lambda data: [of_batch(data)(rows, np.zeros(data["X"].shape[1])) for rows in batches(data)],
    floor_name="the losses and gradients of all batches",
    reasons={
        "minimize": "Ours looks at all samples once before it begins, and of each batch adds up loss and gradient for "
        "the step that can be watched: 4 microseconds, which NumPy's lines do not take. The losses and gradients of "
        "the batches are the bound."
    },
)
