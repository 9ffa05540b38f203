"""Covariances as sums over rows."""

import numpy as np


def centre(X):
    """Loop over columns."""
    A = X.astype(float).copy()
    means = np.array([sum(column) / len(column) for column in X.T])
    for f, mean in enumerate(means):
        A[:, f] -= mean
    return A, means


def covariance(X):
    """Add outer products."""
    A, _ = centre(X)
    return sum(np.outer(row, row) for row in A) / (len(A) - 1)


def project(X, means, directions):
    """Take dot products one by one."""
    return np.array([[(row - means) @ direction for direction in directions] for row in X])
