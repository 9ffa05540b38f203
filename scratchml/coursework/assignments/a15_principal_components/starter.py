"""Principal components: the directions that matter.

Turn the axes so that the first one sees as much of the variance as a line can, the second as much of the rest, and so
on. Write the functions below. Grade the file with ``scratchml course grade a15_principal_components.py``.

References: K. Pearson (1901), On lines and planes of closest fit; H. Hotelling (1933); I. Jolliffe (2002), Principal
component analysis, chapters 1 and 3.
"""

import numpy as np


def centre(X):
    """Return X, (n, d), with its column means taken off, and the means, (d,).

    >>> centre(np.array([[1.0, 2.0], [3.0, 2.0]]))
    (array([[-1.,  0.],
           [ 1.,  0.]]), array([2., 2.]))
    """
    raise NotImplementedError("centre is yours to write")


def covariance(X):
    """Return the covariance matrix, (d, d), of X, (n, d), n at least 2.

    >>> covariance(np.array([[1.0, 2.0], [3.0, 2.0]]))
    array([[2., 0.],
           [0., 0.]])
    """
    raise NotImplementedError("covariance is yours to write")


def components(X, k):
    """Return the first k components, (k, d), and the variances along them, (k,), largest first.

    >>> found, variances = components(np.array([[0.0, 1.0], [0.0, -1.0], [0.0, 0.0]]), 1)
    >>> np.abs(found), variances
    (array([[0., 1.]]), array([1.]))
    """
    raise NotImplementedError("components is yours to write")


def project(X, means, directions):
    """Return the coordinates, (n, k), of X, (n, d). means is (d,), directions is (k, d).

    >>> project(np.array([[3.0, 5.0]]), np.array([1.0, 1.0]), np.array([[0.0, 1.0]]))
    array([[4.]])
    """
    raise NotImplementedError("project is yours to write")


def rebuild(T, means, directions):
    """Return the rows, (n, d), that the coordinates T, (n, k), tell. means is (d,), directions is (k, d).

    >>> rebuild(np.array([[4.0]]), np.array([1.0, 1.0]), np.array([[0.0, 1.0]]))
    array([[1., 5.]])
    """
    raise NotImplementedError("rebuild is yours to write")


def power_iteration(A, v, n_steps):
    """Return the vector, (d,), and its Rayleigh quotient after n_steps steps. A is (d, d), symmetric; v is (d,), not 0.

    >>> v, value = power_iteration(np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([1.0, 1.0]), 1)
    >>> v, float(value)
    (array([1., 0.]), 2.0)
    """
    raise NotImplementedError("power_iteration is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
