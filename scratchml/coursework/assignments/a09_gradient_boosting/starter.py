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
    raise NotImplementedError("residuals is yours to write")


def fit_stump(X, r):
    """Return (feature, threshold, left value, right value) of the best stump. X is (n, d), r is (n,).

    >>> fit_stump(np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 1.0, 5.0]))
    (0, 3.0, 1.0, 5.0)
    """
    raise NotImplementedError("fit_stump is yours to write")


def stump_answer(stump, X):
    """Return the stump's values, (n,), for the rows of X, (n, d).

    >>> stump_answer((0, 3.0, 1.0, 5.0), np.array([[3.0], [9.0]]))
    array([1., 5.])
    """
    raise NotImplementedError("stump_answer is yours to write")


def boost(X, y, n_rounds, rate):
    """Return the start, a number, and the list of n_rounds stumps. X is (n, d), y is (n,).

    >>> boost(np.array([[1.0], [2.0]]), np.array([0.0, 4.0]), 2, 0.5)
    (2.0, [(0, 1.5, -2.0, 2.0), (0, 1.5, -1.0, 1.0)])
    """
    raise NotImplementedError("boost is yours to write")


def predict(start, stumps, rate, X):
    """Return the sum's answers, (n,), for the rows of X, (n, d).

    >>> predict(2.0, [(0, 1.5, -2.0, 2.0)], 0.5, np.array([[1.0], [2.0]]))
    array([1., 3.])
    """
    raise NotImplementedError("predict is yours to write")


def log_loss_residuals(y, z):
    """Return y minus the probability of class 1, (n,). y is (n,) of 0 and 1, z is (n,), scores.

    >>> log_loss_residuals(np.array([1, 0]), np.array([0.0, -1000.0]))
    array([0.5, 0. ])
    """
    raise NotImplementedError("log_loss_residuals is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
