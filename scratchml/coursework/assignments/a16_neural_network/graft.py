"""The network's graft: the package's own gradient descent with the student's slopes."""

import numpy as np

from scratchml.coursework.checking import Graft
from scratchml.optim import gradient_descent


def descend(backward):
    """Yield the points of the descent of a network of three hidden units."""
    rng = np.random.default_rng(1)
    X, Y = rng.normal(size=(10, 2)), rng.normal(size=(10, 1))

    def loss_and_gradient(p):
        W1, b1, W2, b2 = p[:6].reshape(2, 3).copy(), p[6:9].copy(), p[9:12].reshape(3, 1).copy(), p[12:].copy()
        slopes = backward(X, Y, W1, b1, W2, b2)
        Z = np.maximum(X @ W1 + b1, 0.0) @ W2 + b2
        return float(((Z - Y) ** 2).sum() / 20), np.concatenate([np.ravel(slope) for slope in slopes])

    for step in gradient_descent(loss_and_gradient, rng.normal(size=13), step_size=0.1, max_iter=8):
        yield f"{step.name} {step.iteration}", step.w.copy()


GRAFTS = {"backward": Graft(descend, "our gradient descent with your slopes walks the same steps")}
