"""Isolation forest's score from the paper, one row at a time."""

import math


def mean_path(m):
    """Return c(m), by the harmonic number's approximation in the paper."""
    if m <= 1:
        return 0.0
    if m == 2:
        return 1.0
    return 2 * (math.log(m - 1) + 0.5772156649015329) - 2 * (m - 1) / m


def path(tree, row):
    """Return how far a row goes down a tree (arrays named as in `Tree`), and c of its leaf's size."""
    node, depth = 0, 0
    while tree.children_left[node] >= 0:
        goes_left = row[tree.feature[node]] <= tree.threshold[node]
        node = tree.children_left[node] if goes_left else tree.children_right[node]
        depth += 1
    return depth + mean_path(tree.n_node_samples[node])


def score(trees, row, size):
    mean = sum(path(tree, row) for tree in trees) / len(trees)
    return -(2 ** (-mean / mean_path(size)))
