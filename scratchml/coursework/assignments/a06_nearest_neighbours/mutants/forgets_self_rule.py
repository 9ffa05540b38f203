"""A point at distance zero is left out; a query that lies on a point has that point as its neighbour."""

import numpy as np


def k_nearest(Q, X, k):
    """Skip zeros."""
    D = squared_distances(Q, X)
    return np.argsort(np.where(D == 0, np.inf, D), axis=1, kind="stable")[:, :k]
