"""Sizes are not updated: merged clusters go on counting as one point."""

import numpy as np


def linkage(X, method):
    """Keep all sizes at one."""
    D, names, counts, merges = distance_matrix(X), list(range(len(X))), [1] * len(X), []
    while len(names) > 1:
        i, j, distance = nearest_pair(D)
        for c in range(len(names)):
            if c not in (i, j):
                D[i, c] = D[c, i] = merged_distance(method, D[i, c], D[j, c], D[i, j], 1, 1, 1)
        D = np.delete(np.delete(D, j, axis=0), j, axis=1)
        counts[i] += counts[j]
        merges.append((*sorted((names[i], names[j])), distance, counts[i]))
        names[i] = len(X) + len(merges) - 1
        del names[j], counts[j]
    return np.array(merges, dtype=float)
