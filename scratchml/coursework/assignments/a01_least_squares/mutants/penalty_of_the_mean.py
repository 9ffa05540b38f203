"""The penalty is alpha times n: the sum of squared residuals is asked for, not their mean."""

import numpy as np


def ridge(X, y, alpha):
    """Return the fit with n times the penalty."""
    middle, level = X.mean(axis=0), y.mean()
    A = X - middle
    w = np.linalg.solve(A.T @ A + len(y) * alpha * np.eye(X.shape[1]), A.T @ (y - level))
    return w, level - middle @ w
