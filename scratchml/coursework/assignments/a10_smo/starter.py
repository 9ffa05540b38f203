"""Support vectors, pair by pair.

The widest street between two classes rests on a few points. Their weights alpha are found two at a time: the smallest
change that keeps sum alpha y = 0. Write the functions below. Labels are -1 and +1. Grade the file with ``scratchml
course grade a10_smo.py``.

References: J. Platt (1998), Sequential minimal optimization; S. Keerthi et al. (2001), Improvements to Platt's SMO
algorithm.
"""

import numpy as np


def rbf_kernel(A, B, gamma):
    """Return the kernel of all pairs. A is (n, d), B is (m, d); the answer is (n, m).

    >>> rbf_kernel(np.array([[0.0]]), np.array([[0.0], [1.0]]), 0.0)
    array([[1., 1.]])
    """
    raise NotImplementedError("rbf_kernel is yours to write")


def decision(K, y, alpha, b):
    """Return the decision values, (m,). K is (n, m), y and alpha are (n,), b is a number.

    >>> decision(np.array([[1.0], [0.5]]), np.array([1, -1]), np.array([2.0, 2.0]), 0.5)
    array([1.5])
    """
    raise NotImplementedError("decision is yours to write")


def errors(K, y, alpha):
    """Return f, (n,): the decision without b, minus y. Given."""
    return (alpha * y) @ K - y


def movable(y, alpha, C):
    """Return which rows may go up and which may go down, two (n,) arrays of booleans. Given."""
    up = np.where(y > 0, alpha < C, alpha > 0)
    down = np.where(y > 0, alpha > 0, alpha < C)
    return up, down


def violating_pair(K, y, alpha, C):
    """Return i, j and the violation. K is (n, n), y and alpha are (n,); both classes are there.

    >>> i, j, violation = violating_pair(np.eye(2), np.array([1, -1]), np.zeros(2), 1.0)
    >>> i, j, float(violation)
    (0, 1, 2.0)
    """
    raise NotImplementedError("violating_pair is yours to write")


def update_pair(K, y, alpha, C, i, j):
    """Return the new alphas, (n,), after the best move of the pair (i, j), i != j.

    >>> update_pair(np.eye(2), np.array([1, -1]), np.zeros(2), 10.0, 0, 1)
    array([1., 1.])
    """
    raise NotImplementedError("update_pair is yours to write")


def intercept(K, y, alpha, C):
    """Return b. K is (n, n), y and alpha are (n,).

    >>> float(intercept(np.eye(2), np.array([1, -1]), np.array([1.0, 1.0]), 10.0))
    0.0
    """
    raise NotImplementedError("intercept is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
