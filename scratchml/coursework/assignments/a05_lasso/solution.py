"""The lasso: weights that are exactly zero.

An absolute penalty has a corner at zero, and minima like corners: weights that do not earn their keep become exactly 0.
Write the functions below. There is no intercept here; centre X and y first.
Grade the file with ``scratchml course grade a05_lasso.py``.

References: R. Tibshirani (1996), Regression shrinkage and selection via the lasso; J. Friedman, T. Hastie and
R. Tibshirani (2010), Regularization paths by coordinate descent, section 2.
"""

import numpy as np


def soft_threshold(z, t):
    """Return z pulled towards zero by t >= 0. z is a number.

    >>> float(soft_threshold(3.0, 1.0)), float(soft_threshold(-0.5, 1.0))
    (2.0, 0.0)
    """
    return np.sign(z) * max(abs(z) - t, 0.0) + 0.0


def objective(X, y, w, alpha):
    """Return what the lasso makes small. X is (n, d), y is (n,), w is (d,).

    >>> float(objective(np.array([[1.0], [1.0]]), np.array([2.0, 2.0]), np.array([1.0]), 0.5))
    1.0
    """
    return ((y - X @ w) ** 2).sum() / (2 * len(y)) + alpha * np.abs(w).sum()


def coordinate_step(X, y, w, alpha, f):
    """Return w, (d,), with the best weight in place f. X is (n, d), y is (n,).

    >>> coordinate_step(np.array([[1.0], [1.0]]), np.array([2.0, 2.0]), np.array([0.0]), 0.5, 0)
    array([1.5])
    """
    new, n = w.astype(float), len(y)
    length = (X[:, f] ** 2).sum() / n
    if length == 0:
        new[f] = 0.0
        return new
    rest = y - X @ w + X[:, f] * w[f]
    new[f] = soft_threshold(X[:, f] @ rest / n, alpha) / length
    return new


def lasso(X, y, alpha, n_sweeps):
    """Return the weights, (d,), after n_sweeps sweeps from zero.

    >>> lasso(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([4.0, 1.0]), 1.0, 3)
    array([2., 0.])
    """
    w = np.zeros(X.shape[1])
    for _ in range(n_sweeps):
        for f in range(X.shape[1]):
            w = coordinate_step(X, y, w, alpha, f)
    return w


def largest_alpha(X, y):
    """Return the smallest alpha for which all weights are zero.

    >>> float(largest_alpha(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([4.0, -1.0])))
    2.0
    """
    return np.abs(X.T @ y).max() / len(y)


def duality_gap(X, y, w, alpha):
    """Return the gap at w, (d,): a bound on what is still to gain.

    >>> float(duality_gap(np.array([[1.0], [1.0]]), np.array([2.0, 2.0]), np.array([1.5]), 0.5))
    0.0
    """
    n, r = len(y), y - X @ w
    theta = r / max(n * alpha, np.abs(X.T @ r).max())
    dual = (y @ y) / (2 * n) - n * alpha**2 * ((theta - y / (n * alpha)) ** 2).sum() / 2
    return objective(X, y, w, alpha) - dual


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
