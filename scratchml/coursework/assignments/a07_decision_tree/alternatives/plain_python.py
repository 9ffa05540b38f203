"""Impurities by dictionaries, prediction by recursion on groups of rows."""

import math

import numpy as np


def shares_of(y):
    """Return the shares of the labels that are there."""
    counts = {}
    for label in list(y):
        counts[label] = counts.get(label, 0) + 1
    return [count / len(y) for count in counts.values()]


def gini(y):
    """Return the impurity."""
    return 1 - sum(share * share for share in shares_of(y)) if len(y) else 0


def entropy(y):
    """Return the entropy."""
    return sum(share * math.log2(1 / share) for share in shares_of(y))


def predict(tree, X):
    """Send whole groups down."""
    if not isinstance(tree, tuple):
        return np.full(len(X), tree)
    feature, threshold, left, right = tree
    goes_left = X[:, feature] <= threshold
    found = np.zeros(len(X), dtype=int)
    found[goes_left] = predict(left, X[goes_left])
    found[~goes_left] = predict(right, X[~goes_left])
    return found
