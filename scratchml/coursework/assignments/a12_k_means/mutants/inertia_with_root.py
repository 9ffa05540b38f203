"""Distances are summed, not squared distances: the square root must not be taken."""

import numpy as np


def inertia(X, labels, centres):
    """Return the sum of distances."""
    return np.sqrt(((X - centres[labels]) ** 2).sum(axis=1)).sum()
