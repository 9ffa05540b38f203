"""Losses as the book states them: one number at a time."""

import math


def mse(z, y):
    """Return the squared error."""
    return (z - y) ** 2


def huber(z, y, delta=1.0):
    """Return Huber's loss."""
    miss = abs(z - y)
    return miss**2 / 2 if miss <= delta else delta * (miss - delta / 2)


def hinge(z, y):
    """Return what is missing to the margin."""
    return max(0.0, 1.0 - y * z)


def binary_cross_entropy(z, y):
    """Return the cross-entropy of sigmoid(z)."""
    p = 1 / (1 + math.exp(-z))
    return -y * math.log(p) - (1 - y) * math.log(1 - p)


def cross_entropy(z, code):
    """Return the cross-entropy of softmax(z), z (k,)."""
    return -math.log(math.exp(z[code]) / sum(math.exp(value) for value in z))
