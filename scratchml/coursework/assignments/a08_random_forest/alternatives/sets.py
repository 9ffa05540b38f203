"""Sets and dictionaries."""

import numpy as np


def bootstrap(u):
    """Number by number."""
    n = len(u)
    return np.array([int(draw * n) for draw in u.tolist()])


def out_of_bag(rows, n):
    """Ask a set."""
    drawn = set(rows.tolist())
    return np.array([i not in drawn for i in range(n)])


def vote(votes):
    """Count by comparing."""
    labels = np.unique(votes)
    counts = np.array([(votes == label).sum(axis=0) for label in labels])
    return labels[counts.argmax(axis=0)]
