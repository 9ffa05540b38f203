"""All epochs are always counted; stop after the first without a mistake."""

import numpy as np


def perceptron(X, y, rate, max_epochs):
    """Run every epoch."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(max_epochs):
        w, b, _ = epoch(X, y, w, b, rate)
    return w, b, max_epochs
