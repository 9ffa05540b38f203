"""Gradient descent with momentum, raced as in ``gradient_descent.py``."""

import numpy as np

from benchmarks.workloads.gradient_descent import MOMENTUM, STEP_SIZE, STEPS, TOL, race
from benchmarks.workloads.lbfgs import logistic


def numpy(data):
    loss_and_gradient, w, losses = logistic(data), np.zeros(data["X"].shape[1]), []
    velocity = np.zeros_like(w)
    for _ in range(STEPS):
        loss, gradient = loss_and_gradient(w)
        losses.append(loss)
        if np.abs(gradient).max() <= TOL:
            break
        velocity = MOMENTUM * velocity - STEP_SIZE * gradient
        w = w + velocity
    return w


WORKLOAD = race("heavy_ball", numpy, {"momentum": MOMENTUM}, momentum=MOMENTUM)
