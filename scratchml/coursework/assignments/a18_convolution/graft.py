"""The convolution's graft: the package's own gradient descent with the student's slope of a kernel."""

import numpy as np

from scratchml.coursework.checking import Graft
from scratchml.optim import gradient_descent


def descend(kernel_gradient):
    """Yield the kernels of a descent towards the answers of another kernel."""
    rng = np.random.default_rng(1)
    image = rng.normal(size=(5, 5))
    windows = np.lib.stride_tricks.sliding_window_view(image, (2, 2))
    target = (windows * np.array([[1.0, -1.0], [2.0, 0.0]])).sum(axis=(2, 3))

    def loss_and_gradient(p):
        miss = (windows * p.reshape(2, 2)).sum(axis=(2, 3)) - target
        return float((miss**2).sum() / 2), np.ravel(kernel_gradient(image, miss))

    for step in gradient_descent(loss_and_gradient, np.zeros(4), step_size=0.02, max_iter=8):
        yield f"{step.name} {step.iteration}", step.w.copy()


GRAFTS = {"kernel_gradient": Graft(descend, "our gradient descent with your slope walks the same steps")}
