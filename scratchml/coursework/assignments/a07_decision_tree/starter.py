"""A decision tree: one question at a time.

Ask the question that makes the two sides purest, then ask each side again.
Write the functions below. Grade the file with ``scratchml course grade a07_decision_tree.py``.

References: L. Breiman, J. Friedman, R. Olshen and C. Stone (1984), Classification and regression trees, chapters 2
and 4.
"""

import numpy as np


def gini(y):
    """Return the Gini impurity of labels y, (n,) whole numbers from 0.

    >>> float(gini(np.array([0, 0, 1, 1])))
    0.5
    """
    raise NotImplementedError("gini is yours to write")


def entropy(y):
    """Return the entropy of labels y, (n,), in bits.

    >>> float(entropy(np.array([0, 0, 1, 1])))
    1.0
    """
    raise NotImplementedError("entropy is yours to write")


def split_gain(y, mask):
    """Return how much the Gini impurity falls. y is (n,), mask is (n,) of booleans: who goes left.

    >>> float(split_gain(np.array([0, 0, 1, 1]), np.array([True, True, False, False])))
    0.5
    """
    raise NotImplementedError("split_gain is yours to write")


def best_split(X, y):
    """Return (feature, threshold, gain) of the best split. X is (n, d), y is (n,).

    >>> feature, threshold, gain = best_split(np.array([[1.0, 5.0], [2.0, 5.0]]), np.array([0, 1]))
    >>> feature, threshold, float(gain)
    (0, 1.5, 0.5)
    """
    raise NotImplementedError("best_split is yours to write")


def grow(X, y, max_depth):
    """Return the tree of X, (n, d), and y, (n,): a label, or (feature, threshold, left, right).

    >>> grow(np.array([[1.0], [2.0], [3.0]]), np.array([0, 1, 1]), 2)
    (0, 1.5, 0, 1)
    """
    raise NotImplementedError("grow is yours to write")


def predict(tree, X):
    """Return the label of each row of X, (n, d); the answer is (n,), whole numbers.

    >>> predict((0, 1.5, 0, (1, 0.0, 2, 1)), np.array([[1.0, 9.0], [2.0, 9.0], [2.0, -9.0]]))
    array([0, 1, 2])
    """

    raise NotImplementedError("predict is yours to write")


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
