"""A forest from the book: full-grown trees, each of its own bootstrap, all rows copied, all features looked at."""

from itertools import pairwise

import numpy as np


def variance(y):
    return sum((v - sum(y) / len(y)) ** 2 for v in y) / len(y)


def gini(y):
    return 1.0 - sum((sum(v == c for v in y) / len(y)) ** 2 for c in set(y))


def grow(X, y, impurity, depth):
    """Return a tree as nested tuples (feature, threshold, left, right), or a leaf's targets."""
    best = None
    for f in range(len(X[0])):
        values = sorted({row[f] for row in X})
        for low, high in pairwise(values):
            t = low / 2 + high / 2
            left = [v for row, v in zip(X, y) if row[f] <= t]
            right = [v for row, v in zip(X, y) if row[f] > t]
            score = (len(left) * impurity(left) + len(right) * impurity(right)) / len(y)
            if best is None or score < best[0] - 1e-12:
                best = (score, f, t)
    if depth == 0 or best is None or impurity(y) <= 1e-15:
        return y
    _, f, t = best
    sides = []
    for side in (True, False):
        pairs = [(row, v) for row, v in zip(X, y) if (row[f] <= t) == side]
        sides.append(grow([row for row, _ in pairs], [v for _, v in pairs], impurity, depth - 1))
    return (f, t, *sides)


def leaf_of(tree, row):
    while isinstance(tree, tuple):
        f, t, left, right = tree
        tree = left if row[f] <= t else right
    return tree


def bootstraps(n, n_trees, seed):
    """Return the rows of each tree: a seed for each from the forest's seed, the rows from that."""
    rng = np.random.RandomState(seed)
    seeds = [rng.randint(2**31 - 1) for _ in range(n_trees)]
    return [np.random.RandomState(s).randint(0, n, n) for s in seeds]


def forest(X, y, n_trees, seed, impurity, depth):
    """Return the trees."""
    drawn = bootstraps(len(X), n_trees, seed)
    return [grow([list(X[i]) for i in rows], [y[i] for i in rows], impurity, depth) for rows in drawn]


def mean_of(trees, row):
    """Return the mean of the trees' means."""
    return sum(sum(leaf_of(tree, row)) / len(leaf_of(tree, row)) for tree in trees) / len(trees)


def share_of(trees, row, label):
    """Return the mean of the trees' shares of a class."""
    leaves = [leaf_of(tree, row) for tree in trees]
    return sum(sum(v == label for v in leaf) / len(leaf) for leaf in leaves) / len(trees)


def out_of_bag_mean(trees, drawn, X, i):
    """Return the mean of the trees that have not seen row i."""
    unseen = [tree for tree, rows in zip(trees, drawn) if i not in rows]
    return mean_of(unseen, X[i]) if unseen else 0.0
