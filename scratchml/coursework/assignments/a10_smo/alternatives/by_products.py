"""The kernel from norms and products, the pair by sorting."""

import numpy as np


def rbf_kernel(A, B, gamma):
    """Use |a|^2 - 2 a.b + |b|^2."""
    squares = (A**2).sum(axis=1)[:, None] - 2.0 * A @ B.T + (B**2).sum(axis=1)
    return np.exp(-gamma * np.maximum(squares, 0.0))


def violating_pair(K, y, alpha, C):
    """Sort the allowed rows."""
    f = K.T @ (alpha * y) - y
    up = [i for i in range(len(y)) if (alpha[i] < C if y[i] > 0 else alpha[i] > 0)]
    down = [i for i in range(len(y)) if (alpha[i] > 0 if y[i] > 0 else alpha[i] < C)]
    i, j = min(up, key=lambda r: (f[r], r)), min(down, key=lambda r: (-f[r], r))
    return i, j, f[j] - f[i]
