"""Row by row."""

import numpy as np


def one_hot(y, k):
    """Fill in the ones."""
    table = np.zeros((len(y), k))
    for i, label in enumerate(y):
        table[i, label] = 1.0
    return table


def gradient(X, y, W, b):
    """Add up row by row."""
    slope_W, slope_b = np.zeros_like(W), np.zeros_like(b)
    for x, label in zip(X, y):
        miss = softmax((x @ W + b)[None])[0]
        miss[label] -= 1.0
        slope_W += np.outer(x, miss) / len(y)
        slope_b += miss / len(y)
    return slope_W, slope_b


def classify(Z):
    """Search each row."""
    return np.array([max(range(len(z)), key=lambda c: (z[c], -c)) for z in Z.tolist()])
