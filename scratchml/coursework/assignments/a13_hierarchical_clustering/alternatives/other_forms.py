"""Loops for the pairs, the union's distances as an array."""

import numpy as np


def distance_matrix(X):
    """Use norms of differences."""
    return np.array([np.linalg.norm(X - row, axis=1) for row in X])


def nearest_pair(D):
    """Look at each pair."""
    best = (np.inf, 0, 0)
    for i in range(len(D)):
        for j in range(i + 1, len(D)):
            if D[i, j] < best[0]:
                best = (D[i, j], i, j)
    return best[1], best[2], best[0]
