"""Nearest neighbours, and a tree that finds them.

The simplest learner keeps its data and asks who is near. Looking at every point costs n; a KD-tree cuts space in
boxes and leaves out those that are too far away to matter.
Write the functions below. Grade the file with ``scratchml course grade a06_nearest_neighbours.py``.

References: T. Cover and P. Hart (1967), Nearest neighbor pattern classification; J. L. Bentley (1975), Multidimensional
binary search trees used for associative searching.
"""

import numpy as np


def squared_distances(Q, X):
    """Return the squared distances of queries and points. Q is (q, d), X is (n, d); the answer is (q, n).

    >>> squared_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [1.0, 0.0]]))
    array([[25.,  1.]])
    """
    raise NotImplementedError("squared_distances is yours to write")


def k_nearest(Q, X, k):
    """Return the numbers of the k nearest points, nearest first. Q is (q, d), X is (n, d); the answer is (q, k).

    >>> k_nearest(np.array([[0.0]]), np.array([[2.0], [-1.0], [1.0]]), 2)
    array([[1, 2]])
    """
    raise NotImplementedError("k_nearest is yours to write")


def vote(labels):
    """Return the most frequent label of each row. labels is (q, k), whole numbers from 0; the answer is (q,).

    >>> vote(np.array([[2, 1, 2], [3, 1, 0]]))
    array([2, 0])
    """
    raise NotImplementedError("vote is yours to write")


def build_tree(X, numbers, leaf_size):
    """Return the KD-tree of the points with these numbers. X is (n, d), numbers is a list of rows of X.

    >>> build_tree(np.array([[5.0], [1.0], [3.0]]), [0, 1, 2], 1) == (0, 3.0, [1], (0, 5.0, [2], [0]))
    True
    """
    raise NotImplementedError("build_tree is yours to write")


def search_tree(x, X, tree):
    """Return the number of the nearest point to x, (d,), and how many points were measured. X is (n, d).

    >>> X = np.array([[5.0], [1.0], [3.0]])
    >>> search_tree(np.array([0.0]), X, (0, 3.0, [1], (0, 5.0, [2], [0])))
    (1, 1)
    """

    raise NotImplementedError("search_tree is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
