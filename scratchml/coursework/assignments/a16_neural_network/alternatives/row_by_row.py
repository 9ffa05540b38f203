"""One row at a time, slopes added up."""

import numpy as np


def loss(Z, Y):
    """Add the rows' parts."""
    return sum(0.5 * float((z - y) @ (z - y)) for z, y in zip(Z, Y)) / len(Z)


def backward(X, Y, W1, b1, W2, b2):
    """Add outer products."""
    slopes = [np.zeros_like(w, dtype=float) for w in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        h = np.maximum(x @ W1 + b1, 0.0)
        miss = (h @ W2 + b2 - y) / len(X)
        back = np.where(h > 0, W2 @ miss, 0.0)
        for slope, part in zip(slopes, (np.outer(x, back), back, np.outer(h, miss), miss)):
            slope += part
    return tuple(slopes)
