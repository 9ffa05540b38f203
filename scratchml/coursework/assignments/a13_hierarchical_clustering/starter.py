"""Hierarchical clustering: merge the nearest, again and again.

Every point begins as a cluster. What "near" means for clusters is the whole difference between the methods.
Write the functions below. Grade the file with ``scratchml course grade a13_hierarchical_clustering.py``.

References: G. Lance and W. Williams (1967), A general theory of classificatory sorting strategies; J. Ward (1963).
"""

import numpy as np


def distance_matrix(X):
    """Return the distances, (n, n), of the rows of X, (n, d).

    >>> distance_matrix(np.array([[0.0, 0.0], [3.0, 4.0]]))
    array([[0., 5.],
           [5., 0.]])
    """
    raise NotImplementedError("distance_matrix is yours to write")


def nearest_pair(D):
    """Return i, j and their distance. D is (n, n), symmetric, n at least 2.

    >>> i, j, distance = nearest_pair(np.array([[0.0, 5.0, 2.0], [5.0, 0.0, 4.0], [2.0, 4.0, 0.0]]))
    >>> i, j, float(distance)
    (0, 2, 2.0)
    """
    raise NotImplementedError("nearest_pair is yours to write")


def merged_distance(method, d_ac, d_bc, d_ab, n_a, n_b, n_c):
    """Return the distance of the union of a and b to c, a number.

    >>> float(merged_distance("average", 2.0, 5.0, 1.0, 1, 2, 3))
    4.0
    """
    raise NotImplementedError("merged_distance is yours to write")


def linkage(X, method):
    """Return the merges, (n - 1, 4), of the rows of X, (n, d), n at least 2.

    >>> linkage(np.array([[0.0], [1.0], [5.0]]), "single")
    array([[0., 1., 1., 2.],
           [2., 3., 4., 3.]])
    """
    raise NotImplementedError("linkage is yours to write")


def cut(merges, k):
    """Return labels, (n,), of k clusters. merges is (n - 1, 4), 1 <= k <= n.

    >>> cut(np.array([[0.0, 1.0, 1.0, 2.0], [2.0, 3.0, 4.0, 3.0]]), 2)
    array([0, 0, 1])
    """
    raise NotImplementedError("cut is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
