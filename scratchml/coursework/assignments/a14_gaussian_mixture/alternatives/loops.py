"""Feature by feature, component by component."""

import math

import numpy as np


def log_density(X, mean, variance):
    """Add the features' logarithms."""
    total = np.zeros(len(X))
    for f in range(X.shape[1]):
        total -= 0.5 * math.log(2 * math.pi * variance[f]) + 0.5 * (X[:, f] - mean[f]) ** 2 / variance[f]
    return total


def responsibilities(X, weights, means, variances):
    """Compare each component with the others."""
    J = joint(X, weights, means, variances)
    with np.errstate(over="ignore"):
        return np.array([[1.0 / np.exp(row - row[j]).sum() for j in range(len(row))] for row in J])


def update(X, R):
    """Use np.average."""
    means = np.array([np.average(X, axis=0, weights=R[:, j]) for j in range(R.shape[1])])
    spread = [np.average((X - m) ** 2, axis=0, weights=R[:, j]) for j, m in enumerate(means)]
    return R.mean(axis=0), means, np.array(spread) + 1e-6
