"""Mixtures of Gaussians: soft clusters by EM.

If you knew which component made each row, fitting would be counting; if you knew the components, you could say who
made the row. Do both in turn: the likelihood never falls. Write the functions below. Grade the file with ``scratchml
course grade a14_gaussian_mixture.py``.

References: A. Dempster, N. Laird and D. Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm.
"""

import numpy as np


def log_density(X, mean, variance):
    """Return the log-density, (n,), of the rows of X, (n, d). mean and variance are (d,), variances above 0.

    >>> float(round(log_density(np.array([[0.0]]), np.array([0.0]), np.array([1.0]))[0], 4))
    -0.9189
    """
    raise NotImplementedError("log_density is yours to write")


def log_sum_exp(A):
    """Return log(sum(exp(a))) of each row of A, (n, k); the answer is (n,).

    >>> log_sum_exp(np.array([[-1000.0, -1000.0]])).round(3)
    array([-999.307])
    """
    raise NotImplementedError("log_sum_exp is yours to write")


def joint(X, weights, means, variances):
    """Return log(weight_j density_j(x_i)), (n, k). Given. weights is (k,), means and variances are (k, d)."""
    columns = [np.log(w) + log_density(X, m, v) for w, m, v in zip(weights, means, variances)]
    return np.array(columns).T


def responsibilities(X, weights, means, variances):
    """Return the shares, (n, k); each row sums to 1. X is (n, d), weights is (k,), means and variances are (k, d).

    >>> responsibilities(np.array([[0.0]]), np.array([0.25, 0.75]), np.zeros((2, 1)), np.ones((2, 1)))
    array([[0.25, 0.75]])
    """
    raise NotImplementedError("responsibilities is yours to write")


def update(X, R):
    """Return weights (k,), means (k, d) and variances (k, d). X is (n, d), R is (n, k), no column of zeros.

    >>> weights, means, variances = update(np.array([[0.0], [2.0]]), np.array([[1.0], [1.0]]))
    >>> weights, means, np.round(variances, 3)
    (array([1.]), array([[1.]]), array([[1.]]))
    """
    raise NotImplementedError("update is yours to write")


def log_likelihood(X, weights, means, variances):
    """Return the mean log-density of the mixture. X is (n, d), weights is (k,), means and variances are (k, d).

    >>> float(round(log_likelihood(np.array([[0.0]]), np.array([1.0]), np.zeros((1, 1)), np.ones((1, 1))), 4))
    -0.9189
    """
    raise NotImplementedError("log_likelihood is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
