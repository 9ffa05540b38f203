"""Surfaces to go down: each maker returns functions of w."""

import numpy as np


def rosenbrock(w):
    """Return loss and gradient of the curved valley; its floor is at w = 1."""
    a, b = 1 - w[:-1], w[1:] - w[:-1] ** 2
    gradient = np.zeros_like(w)
    gradient[:-1] = -2 * a - 400 * w[:-1] * b
    gradient[1:] += 200 * b
    return float(a @ a + 100 * b @ b), gradient


def rosenbrock_hessian(w):
    """Return the second derivatives of the curved valley."""
    H = np.zeros((len(w), len(w)))
    for i in range(len(w) - 1):
        H[i, i] += 2 - 400 * (w[i + 1] - 3 * w[i] ** 2)
        H[i + 1, i + 1] += 200
        H[i, i + 1] = H[i + 1, i] = -400 * w[i]
    return H


def random_bowl(rng, d, condition=10.0):
    """Return (loss and gradient, A, b) of w'Aw / 2 - b'w with curvatures from 1 to `condition`."""
    Q = np.linalg.qr(rng.normal(size=(d, d)))[0]
    A = Q * np.geomspace(1.0, condition, d) @ Q.T
    A, b = (A + A.T) / 2, rng.normal(size=d)
    return (lambda w: (float(w @ (A @ w) / 2 - b @ w), A @ w - b)), A, b


def logistic(X, y, l2):
    """Return loss and gradient of sum_i log(1 + exp(-y_i x_i'w)) + l2 / 2 |w|^2."""

    def loss_and_gradient(w):
        m = y * (X @ w)
        return float(np.logaddexp(0, -m).sum() + l2 / 2 * w @ w), X.T @ (-y * np.exp(-np.logaddexp(0, m))) + l2 * w

    return loss_and_gradient


def logistic_hessian(X, y, l2):
    """Return the second derivatives of `logistic`."""

    def hessian(w):
        m = y * (X @ w)
        s = np.exp(-np.logaddexp(0, -m) - np.logaddexp(0, m))
        return (X.T * s) @ X + l2 * np.eye(X.shape[1])

    return hessian


def two_clouds(rng, n, d):
    """Return X (n, d) and labels -1 and +1 (n,) that overlap."""
    y = np.where(np.arange(n) % 2, 1.0, -1.0)
    return rng.normal(size=(n, d)) + 0.5 * y[:, None] * np.linspace(-1, 1, d), y


def mean_logistic(X, y):
    """Return the finite sum of log_loss: a function of (rows, w)."""

    def mean_over(rows, w):
        m = y[rows] * (X[rows] @ w)
        slope = -y[rows] * np.exp(-np.logaddexp(0, m))
        return float(np.logaddexp(0, -m).mean()), X[rows].T @ slope / len(rows)

    return mean_over
