"""The intercept is penalised like a weight: shifting the targets then changes the fit."""

import numpy as np


def ridge(X, y, alpha):
    """Return a fit with a column of ones that is penalised too."""
    A = np.hstack([X, np.ones((len(X), 1))])
    w = np.linalg.solve(A.T @ A + alpha * np.eye(A.shape[1]), A.T @ y)
    return w[:-1], w[-1]
