"""Nesterov's accelerated gradients, raced as in ``gradient_descent.py``."""

import numpy as np

from benchmarks.workloads.gradient_descent import MOMENTUM, STEP_SIZE, STEPS, TOL, race
from benchmarks.workloads.lbfgs import logistic


def numpy(data):
    loss_and_gradient, w, losses = logistic(data), np.zeros(data["X"].shape[1]), []
    u = w
    for _ in range(STEPS):
        loss, gradient = loss_and_gradient(w)
        losses.append(loss)
        if np.abs(gradient).max() <= TOL:
            break
        before, u = u, w - STEP_SIZE * gradient
        w = u + MOMENTUM * (u - before)
    return w


WORKLOAD = race("nesterov", numpy, {"momentum": MOMENTUM, "nesterov": True}, momentum=MOMENTUM)
