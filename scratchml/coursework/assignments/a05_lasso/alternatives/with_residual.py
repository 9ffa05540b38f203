"""A residual is carried along in the sweeps."""

import numpy as np


def coordinate_step(X, y, w, alpha, f):
    """Use the gradient and the curvature."""
    n = X.shape[0]
    bend = X[:, f] @ X[:, f] / n
    if bend == 0:
        return np.where(np.arange(len(w)) == f, 0.0, w)
    z = w[f] + X[:, f] @ (y - X @ w) / (n * bend)
    return np.where(np.arange(len(w)) == f, np.sign(z) * np.maximum(np.abs(z) - alpha / bend, 0.0), w)


def lasso(X, y, alpha, n_sweeps):
    """Keep y - X w up to date."""
    n, d = X.shape
    w, r = np.zeros(d), y.astype(float).copy()
    for _ in range(n_sweeps):
        for f in range(d):
            bend = X[:, f] @ X[:, f] / n
            if bend > 0:
                z = bend * w[f] + X[:, f] @ r / n
                new = np.sign(z) * max(abs(z) - alpha, 0.0) / bend
                r += X[:, f] * (w[f] - new)
                w[f] = new
    return w
