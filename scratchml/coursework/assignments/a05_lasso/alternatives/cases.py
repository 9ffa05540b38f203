"""The three cases of the threshold, the dual value as a difference of squares."""

import numpy as np


def soft_threshold(z, t):
    """Write the cases out."""
    if z > t:
        return z - t
    return z + t if z < -t else 0


def duality_gap(X, y, w, alpha):
    """Use n alpha theta, the scaled residual itself."""
    n = len(y)
    r = y - X @ w
    s = r * min(1.0, n * alpha / max(np.max(np.abs(X.T @ r)), 1e-300))
    dual = (y @ y - (y - s) @ (y - s)) / (2 * n)
    return r @ r / (2 * n) + alpha * np.sum(np.abs(w)) - dual
