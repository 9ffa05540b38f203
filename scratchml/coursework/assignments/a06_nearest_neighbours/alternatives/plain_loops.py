"""Loops and sorted lists."""

import numpy as np


def squared_distances(Q, X):
    """Measure pair by pair."""
    return np.array([[sum((a - b) ** 2 for a, b in zip(q, x)) for x in X] for q in Q])


def k_nearest(Q, X, k):
    """Sort pairs (distance, number)."""
    table = squared_distances(Q, X)
    return np.array([[i for _, i in sorted((d, i) for i, d in enumerate(row))[:k]] for row in table.tolist()])


def vote(labels):
    """Count in a dictionary."""
    found = []
    for row in labels.tolist():
        counts = {}
        for label in row:
            counts[label] = counts.get(label, 0) + 1
        found.append(min(counts, key=lambda label: (-counts[label], label)))
    return np.array(found)
