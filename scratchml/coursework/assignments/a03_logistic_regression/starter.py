"""Logistic regression: a probability from a line.

The line z = X w + b says how much the odds of class 1 are worth, in logarithms; the sigmoid turns z into a
probability. The loss is the mean surprise: minus the logarithm of the probability given to what happened. Write the
functions below. Grade the file with ``scratchml course grade a03_logistic_regression.py``.

References: D. R. Cox (1958), The regression analysis of binary sequences.
"""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)) of each number. z is (n,); so is the answer; nothing overflows.

    >>> sigmoid(np.array([0.0, 1000.0, -1000.0]))
    array([0.5, 1. , 0. ])
    """
    raise NotImplementedError("sigmoid is yours to write")


def log_loss(X, y, w, b):
    """Return the mean log loss. X is (n, d), y is (n,) of 0 and 1, w is (d,), b is a number; so is the answer.

    >>> float(round(log_loss(np.array([[1.0], [-1.0]]), np.array([1, 0]), np.array([0.0]), 0.0), 4))
    0.6931
    """
    raise NotImplementedError("log_loss is yours to write")


def gradient(X, y, w, b, alpha):
    """Return the slope of the penalised mean log loss in w, (d,), and in b, a number. alpha is the penalty.

    >>> slope_w, slope_b = gradient(np.array([[2.0], [0.0]]), np.array([1, 0]), np.array([0.0]), 0.0, 1.0)
    >>> slope_w, float(slope_b)
    (array([-0.5]), 0.0)
    """
    raise NotImplementedError("gradient is yours to write")


def gradient_descent(X, y, alpha, learning_rate, n_steps):
    """Return w (d,) and b after n_steps steps from zero.

    >>> w, b = gradient_descent(np.array([[2.0], [0.0]]), np.array([1, 0]), 0.0, 1.0, 1)
    >>> w, float(b)
    (array([0.5]), 0.0)
    """
    raise NotImplementedError("gradient_descent is yours to write")


def classify(X, w, b):
    """Return 1 where the probability is at least one half, else 0; (n,) whole numbers.

    >>> classify(np.array([[1.0], [-1.0], [0.0]]), np.array([2.0]), 0.0)
    array([1, 0, 1])
    """
    raise NotImplementedError("classify is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
