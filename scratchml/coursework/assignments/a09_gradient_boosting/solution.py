"""Gradient boosting: each tree mends what is left.

Add small trees one by one, each fitted to the slope of the loss where the sum now stands: gradient descent, whose steps
are trees.
Write the functions below. Grade the file with ``scratchml course grade a09_gradient_boosting.py``.

References: J. Friedman (2001), Greedy function approximation: a gradient boosting machine, algorithms 1 to 3.
"""

import numpy as np


def residuals(y, answers):
    """Return what is left to explain, (n,). y and answers are (n,).

    >>> residuals(np.array([3.0, 1.0]), np.array([2.0, 2.0]))
    array([ 1., -1.])
    """
    return y - answers


def fit_stump(X, r):
    """Return (feature, threshold, left value, right value) of the best stump. X is (n, d), r is (n,).

    >>> fit_stump(np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 1.0, 5.0]))
    (0, 3.0, 1.0, 5.0)
    """
    best = (np.inf, 0, 0.0, float(r.mean()), float(r.mean()))
    for f in range(X.shape[1]):
        values = np.unique(X[:, f])
        for threshold in (values[:-1] + values[1:]) / 2:
            left = X[:, f] <= threshold
            low, high = r[left].mean(), r[~left].mean()
            error = ((r[left] - low) ** 2).sum() + ((r[~left] - high) ** 2).sum()
            if error < best[0] - 1e-9:
                best = (error, f, float(threshold), float(low), float(high))
    return best[1:]


def stump_answer(stump, X):
    """Return the stump's values, (n,), for the rows of X, (n, d).

    >>> stump_answer((0, 3.0, 1.0, 5.0), np.array([[3.0], [9.0]]))
    array([1., 5.])
    """
    feature, threshold, low, high = stump
    return np.where(X[:, feature] <= threshold, low, high)


def boost(X, y, n_rounds, rate):
    """Return the start, a number, and the list of n_rounds stumps. X is (n, d), y is (n,).

    >>> boost(np.array([[1.0], [2.0]]), np.array([0.0, 4.0]), 2, 0.5)
    (2.0, [(0, 1.5, -2.0, 2.0), (0, 1.5, -1.0, 1.0)])
    """
    start = float(y.mean())
    answers, stumps = np.full(len(y), start), []
    for _ in range(n_rounds):
        stumps.append(fit_stump(X, residuals(y, answers)))
        answers = answers + rate * stump_answer(stumps[-1], X)
    return start, stumps


def predict(start, stumps, rate, X):
    """Return the sum's answers, (n,), for the rows of X, (n, d).

    >>> predict(2.0, [(0, 1.5, -2.0, 2.0)], 0.5, np.array([[1.0], [2.0]]))
    array([1., 3.])
    """
    answers = np.full(len(X), float(start))
    for stump in stumps:
        answers += rate * stump_answer(stump, X)
    return answers


def log_loss_residuals(y, z):
    """Return y minus the probability of class 1, (n,). y is (n,) of 0 and 1, z is (n,), scores.

    >>> log_loss_residuals(np.array([1, 0]), np.array([0.0, -1000.0]))
    array([0.5, 0. ])
    """
    small = np.exp(-np.abs(z))
    return y - np.where(z >= 0, 1.0, small) / (1.0 + small)


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
