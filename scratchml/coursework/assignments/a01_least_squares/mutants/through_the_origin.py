"""The line is forced through the origin: the intercept must be fitted too."""

import numpy as np


def normal_equations(X, y):
    """Return weights without an intercept."""
    return np.linalg.solve(X.T @ X + 1e-12 * np.eye(X.shape[1]), X.T @ y), 0.0
