"""Graphs of neighbours, pair by pair."""

import numpy as np


def kneighbors_graph(X, k, mode):
    """Link each row to the k nearest others."""
    graph = np.zeros((len(X), len(X)))
    for i, x in enumerate(X):
        far = [(np.sqrt(sum((a - b) ** 2 for a, b in zip(x, other))), j) for j, other in enumerate(X) if j != i]
        for distance, j in sorted(far)[:k]:
            graph[i, j] = distance if mode == "distance" else 1.0
    return graph


def radius_neighbors_graph(X, radius, mode):
    """Link each row to the others within the radius."""
    graph = np.zeros((len(X), len(X)))
    for i, x in enumerate(X):
        for j, other in enumerate(X):
            distance = np.sqrt(sum((a - b) ** 2 for a, b in zip(x, other)))
            if j != i and distance <= radius:
                graph[i, j] = distance if mode == "distance" else 1.0
    return graph
