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
    return ((Q[:, None, :] - X[None, :, :]) ** 2).sum(axis=2)


def k_nearest(Q, X, k):
    """Return the numbers of the k nearest points, nearest first. Q is (q, d), X is (n, d); the answer is (q, k).

    >>> k_nearest(np.array([[0.0]]), np.array([[2.0], [-1.0], [1.0]]), 2)
    array([[1, 2]])
    """
    return np.argsort(squared_distances(Q, X), axis=1, kind="stable")[:, :k]


def vote(labels):
    """Return the most frequent label of each row. labels is (q, k), whole numbers from 0; the answer is (q,).

    >>> vote(np.array([[2, 1, 2], [3, 1, 0]]))
    array([2, 0])
    """
    return np.array([np.bincount(row).argmax() for row in labels])


def build_tree(X, numbers, leaf_size):
    """Return the KD-tree of the points with these numbers. X is (n, d), numbers is a list of rows of X.

    >>> build_tree(np.array([[5.0], [1.0], [3.0]]), [0, 1, 2], 1) == (0, 3.0, [1], (0, 5.0, [2], [0]))
    True
    """
    if len(numbers) <= leaf_size:
        return sorted(int(i) for i in numbers)
    group = X[numbers]
    feature = int((group.max(axis=0) - group.min(axis=0)).argmax())
    ordered = sorted(numbers, key=lambda i: (X[i, feature], i))
    half = len(ordered) // 2
    left, right = ordered[:half], ordered[half:]
    value = float(X[right[0], feature])
    return feature, value, build_tree(X, left, leaf_size), build_tree(X, right, leaf_size)


def search_tree(x, X, tree):
    """Return the number of the nearest point to x, (d,), and how many points were measured. X is (n, d).

    >>> X = np.array([[5.0], [1.0], [3.0]])
    >>> search_tree(np.array([0.0]), X, (0, 3.0, [1], (0, 5.0, [2], [0])))
    (1, 1)
    """

    def visit(node, best):
        if isinstance(node, list):
            for i in node:
                distance = float(((X[i] - x) ** 2).sum())
                best = (*min(best[:2], (distance, i)), best[2] + 1)
            return best
        feature, value, left, right = node
        near, far = (left, right) if x[feature] < value else (right, left)
        best = visit(near, best)
        if (value - x[feature]) ** 2 <= best[0]:
            best = visit(far, best)
        return best

    _, number, measured = visit(tree, (np.inf, -1, 0))
    return int(number), int(measured)


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
