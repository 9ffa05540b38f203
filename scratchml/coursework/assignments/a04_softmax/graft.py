"""The softmax graft: the package's own gradient descent with the student's slope."""

import numpy as np

from scratchml.coursework.checking import Graft
from scratchml.optim import gradient_descent


def descend(gradient):
    """Yield the points of the descent on a mean cross-entropy of three classes."""
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 3, size=20)

    def loss_and_gradient(p):
        W, b = p[:6].reshape(2, 3).copy(), p[6:].copy()
        slope_W, slope_b = gradient(X, y, W, b)
        Z = X @ W + b
        loss = np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(20), y])
        return float(loss), np.concatenate([np.ravel(slope_W), np.ravel(slope_b)])

    for step in gradient_descent(loss_and_gradient, np.zeros(9), step_size=0.5, max_iter=8):
        yield f"{step.name} {step.iteration}", step.w.copy()


GRAFTS = {"gradient": Graft(descend, "our gradient descent with your slope walks the same steps")}
