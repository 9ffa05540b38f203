"""The step follows the slope uphill; it must go against it."""

import numpy as np


def gradient_descent(X, y, alpha, learning_rate, n_steps):
    """Climb."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        slope_w, slope_b = gradient(X, y, w, b, alpha)
        w, b = w + learning_rate * slope_w, b + learning_rate * slope_b
    return w, b
