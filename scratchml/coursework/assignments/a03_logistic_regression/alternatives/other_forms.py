"""tanh for the sigmoid, logaddexp for the loss, a column of ones for the intercept."""

import numpy as np


def sigmoid(z):
    """Return the sigmoid by tanh where that is exact enough, by exp in the tails."""
    return np.where(np.abs(z) < 1.0, 0.5 * (1.0 + np.tanh(0.5 * z)), np.exp(-np.logaddexp(0.0, -z)))


def log_loss(X, y, w, b):
    """Return the loss by logaddexp."""
    z = X @ w + b
    return float(np.mean(np.logaddexp(0.0, z) - y * z))


def gradient(X, y, w, b, alpha):
    """Return the slopes by one product with a column of ones."""
    A = np.column_stack([X, np.ones(len(X))])
    slope = A.T @ (sigmoid(A @ np.append(w, b)) - y) / len(X)
    return slope[:-1] + alpha * w, slope[-1]
