"""b moves by a slope taken after w has moved; both slopes belong to the same place."""

import numpy as np


def gradient_descent(X, y, alpha, learning_rate, n_steps):
    """Move w first."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        w = w - learning_rate * gradient(X, y, w, b, alpha)[0]
        b = b - learning_rate * gradient(X, y, w, b, alpha)[1]
    return w, b
