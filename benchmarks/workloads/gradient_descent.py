"""Gradient descent on the logistic loss of ``lbfgs.py``: 100 steps of one length, or until no slope is left.

The loss is NumPy's, the same for everybody; PyTorch is handed its gradient and moves the weights.
``heavy_ball.py`` and ``nesterov.py`` race momentum the same way.
"""

import numpy as np

from benchmarks.workload import Contestant, race_of
from benchmarks.workloads.lbfgs import logistic

STEPS, STEP_SIZE, MOMENTUM, TOL = 100, 0.1, 0.9, 0.0


def plain(data):
    loss_and_gradient, w, losses = logistic(data), np.zeros(data["X"].shape[1]), []
    for _ in range(STEPS):
        loss, gradient = loss_and_gradient(w)
        losses.append(loss)
        if np.abs(gradient).max() <= TOL:
            break
        w = w - STEP_SIZE * gradient
    return w


def torch(**how):
    def fit(data):
        from torch import from_numpy, optim

        loss_and_gradient, w, losses = logistic(data), np.zeros(data["X"].shape[1]), []
        weights = from_numpy(w)
        descent = optim.SGD([weights], STEP_SIZE, **how)
        for _ in range(STEPS):
            loss, gradient = loss_and_gradient(w)
            losses.append(loss)
            if np.abs(gradient).max() <= TOL:
                break
            weights.grad = from_numpy(gradient)
            descent.step()
        return w

    return Contestant(fit)


def race(name, numpy, how, **ours):
    """Return the race of a method of ours, told `ours`, beside NumPy's lines and PyTorch's SGD, told `how`."""

    def run(method, data):
        from scratchml.optim import minimize

        start = np.zeros(data["X"].shape[1])
        return minimize(method(logistic(data), start, step_size=STEP_SIZE, max_iter=STEPS, tol=TOL, **ours)).w

    return race_of(
        f"optim.{name}",
        run,
        task="two",
        data="correlated",
        large=(10_000, 50),
        peers={"numpy": Contestant(numpy), "torch": torch(**how)},
        same=lambda w, data: w,
        fit_name="minimize",
        floor=lambda data: [logistic(data)(np.zeros(data["X"].shape[1])) for _ in range(STEPS)],
        floor_name=f"{STEPS} losses and gradients",
        reasons={
            "minimize": "Every iteration of ours is a step that can be watched and drawn, its answers checked and "
            "counted: 3 to 8 microseconds beside the loss, which NumPy's lines do not take. The losses and gradients "
            "are the bound."
        },
    )


WORKLOAD = race("gradient_descent", plain, {})
