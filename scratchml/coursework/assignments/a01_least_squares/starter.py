"""Least squares: the line that misses least.

Linear regression chooses weights that make the mean of the squared residuals smallest. At the smallest, the slope
in every weight is zero: that is one linear equation for each weight, the normal equations.
Write the functions below. Grade the file with ``scratchml course grade a01_least_squares.py``.

References: C. F. Gauss (1809), Theoria motus; A. Hoerl and R. Kennard (1970), Ridge regression.
"""

import numpy as np


def predict(X, w, b):
    """Return the line's answers. X is (n, d), w is (d,), b is a number; the answer is (n,).

    >>> predict(np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([3.0, 1.0]), 0.5)
    array([5.5, 1.5])
    """
    raise NotImplementedError("predict is yours to write")


def mean_squared_error(X, y, w, b):
    """Return the mean of the squared residuals. X is (n, d), y is (n,), w is (d,), b is a number; so is the answer.

    >>> float(mean_squared_error(np.array([[1.0], [2.0]]), np.array([1.0, 4.0]), np.array([1.0]), 0.0))
    2.0
    """
    raise NotImplementedError("mean_squared_error is yours to write")


def gradient(X, y, w, b):
    """Return the slope of the mean squared error in w, (d,), and in b, a number.

    X is (n, d), y is (n,), w is (d,), b is a number.

    >>> slope_w, slope_b = gradient(np.array([[1.0], [2.0]]), np.array([1.0, 4.0]), np.array([1.0]), 0.0)
    >>> slope_w, float(slope_b)
    (array([-4.]), -2.0)
    """
    raise NotImplementedError("gradient is yours to write")


def normal_equations(X, y):
    """Return the best weights (d,) and the best intercept, a number. X, (n, d), has full rank, y is (n,).

    >>> w, b = normal_equations(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
    >>> w, float(b)
    (array([2.]), 1.0)
    """
    raise NotImplementedError("normal_equations is yours to write")


def ridge(X, y, alpha):
    """Return the weights (d,) and the intercept of ridge regression. X is (n, d), y is (n,), alpha > 0.

    >>> w, b = ridge(np.array([[-1.0], [1.0]]), np.array([-2.0, 2.0]), 2.0)
    >>> w, float(b)
    (array([1.]), 0.0)
    """
    raise NotImplementedError("ridge is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
