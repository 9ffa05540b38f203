"""Row by row in plain Python."""

import math

import numpy as np


def sigmoid(z):
    """Return the sigmoid, number by number."""
    return np.array(
        [1 / (1 + math.exp(-v)) if v >= 0 else math.exp(max(v, -745)) / (1 + math.exp(v)) for v in z.tolist()]
    )


def gradient(X, y, w, b, alpha):
    """Return the slopes, row by row."""
    slope_w, slope_b = np.zeros(len(w)), 0.0
    for row, label in zip(X, y):
        miss = float(sigmoid(np.array([row @ w + b]))[0]) - label
        slope_w += miss * row
        slope_b += miss
    return slope_w / len(y) + alpha * w, slope_b / len(y)


def classify(X, w, b):
    """Return labels by probabilities."""
    return np.array([1 if row @ w + b >= 0 else 0 for row in X])
