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
    if len(y) == 0:
        return 0.0
    shares = np.bincount(y) / len(y)
    return 1.0 - (shares**2).sum()


def entropy(y):
    """Return the entropy of labels y, (n,), in bits.

    >>> float(entropy(np.array([0, 0, 1, 1])))
    1.0
    """
    if len(y) == 0:
        return 0.0
    shares = np.bincount(y) / len(y)
    shares = shares[shares > 0]
    return -(shares * np.log2(shares)).sum() + 0.0


def split_gain(y, mask):
    """Return how much the Gini impurity falls. y is (n,), mask is (n,) of booleans: who goes left.

    >>> float(split_gain(np.array([0, 0, 1, 1]), np.array([True, True, False, False])))
    0.5
    """
    share = mask.mean()
    return gini(y) - share * gini(y[mask]) - (1.0 - share) * gini(y[~mask])


def best_split(X, y):
    """Return (feature, threshold, gain) of the best split. X is (n, d), y is (n,).

    >>> feature, threshold, gain = best_split(np.array([[1.0, 5.0], [2.0, 5.0]]), np.array([0, 1]))
    >>> feature, threshold, float(gain)
    (0, 1.5, 0.5)
    """
    best = (-1, 0.0, 0.0)
    for f in range(X.shape[1]):
        values = np.unique(X[:, f])
        for threshold in (values[:-1] + values[1:]) / 2:
            gain = split_gain(y, X[:, f] <= threshold)
            if best[0] < 0 or gain > best[2] + 1e-12:
                best = (f, float(threshold), float(gain))
    return best


def grow(X, y, max_depth):
    """Return the tree of X, (n, d), and y, (n,): a label, or (feature, threshold, left, right).

    >>> grow(np.array([[1.0], [2.0], [3.0]]), np.array([0, 1, 1]), 2)
    (0, 1.5, 0, 1)
    """
    label = int(np.bincount(y).argmax())
    if max_depth == 0 or (y == y[0]).all():
        return label
    feature, threshold, gain = best_split(X, y)
    if gain <= 1e-12:
        return label
    left = X[:, feature] <= threshold
    return feature, threshold, grow(X[left], y[left], max_depth - 1), grow(X[~left], y[~left], max_depth - 1)


def predict(tree, X):
    """Return the label of each row of X, (n, d); the answer is (n,), whole numbers.

    >>> predict((0, 1.5, 0, (1, 0.0, 2, 1)), np.array([[1.0, 9.0], [2.0, 9.0], [2.0, -9.0]]))
    array([0, 1, 2])
    """

    def ask(node, x):
        while isinstance(node, tuple):
            node = node[2] if x[node[0]] <= node[1] else node[3]
        return node

    return np.array([ask(tree, x) for x in X])


if __name__ == "__main__":
    from scratchml.coursework import animate

    animate(__file__)
