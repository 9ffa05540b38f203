"""Everything in plain Python loops, point by point."""

import numpy as np


def assign_points(X, centres):
    """Return the nearest centres, one point at a time."""
    labels = []
    for x in X:
        distances = [sum((a - b) ** 2 for a, b in zip(x, centre)) for centre in centres]
        labels.append(distances.index(min(distances)))
    return np.array(labels)


def inertia(X, labels, centres):
    """Return the sum, one point at a time."""
    total = 0.0
    for x, label in zip(X, labels):
        total += float(((x - centres[label]) ** 2).sum())
    return total
