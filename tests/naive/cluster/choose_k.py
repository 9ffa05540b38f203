"""Numbers that tell how many clusters there are, from labels alone, pair by pair."""

import math

from tests.naive.cluster.lloyd import square


def pooled_pairs(X, labels):
    """Return W = sum over clusters of the squared distances between all ordered pairs in it, over 2 n_j."""
    total = 0.0
    for j in set(labels):
        mine = [x for x, label in zip(X, labels) if label == j]
        total += sum(square(a, b) for a in mine for b in mine) / (2 * len(mine))
    return total


def gap(own, drawn):
    """Return (gaps, errors, best index) from W_k and the W_kb of the reference sets, list by list."""
    logs = [[math.log(w) for w in column] for column in zip(*drawn)]
    means = [sum(column) / len(column) for column in logs]
    gaps = [mean - math.log(w) for mean, w in zip(means, own)]
    spread = [math.sqrt(sum((v - mean) ** 2 for v in column) / len(column)) for column, mean in zip(logs, means)]
    errors = [s * math.sqrt(1 + 1 / len(drawn)) for s in spread]
    for t in range(len(gaps) - 1):
        if gaps[t] >= gaps[t + 1] - errors[t + 1]:
            return gaps, errors, t
    return gaps, errors, len(gaps) - 1


def knee(ks, inertia):
    """Return the index of the point with the largest distance to the chord, both axes scaled to [0, 1]."""
    across = [(k - ks[0]) / (ks[-1] - ks[0]) for k in ks]
    up = [(w - inertia[-1]) / (inertia[0] - inertia[-1]) for w in inertia]
    below = [(1 - u - v) / math.sqrt(2) for u, v in zip(across, up)]
    return below.index(max(below))
