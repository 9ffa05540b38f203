"""k-means from several seedings, and how far a model is from a fixed point, row by row."""

import math

from tests.naive.cluster.kmeans_plusplus import kmeans_plusplus
from tests.naive.cluster.lloyd import lloyd, nearest, square


def kmeans(X, k, seed_rng, weight=None, runs=1, tol=1e-4):
    """Return (labels, centres, inertia, iterations) of the run of least inertia; seeds by k-means++."""
    n, d = len(X), len(X[0])
    means = [math.fsum(float(x[f]) for x in X) / n for f in range(d)]
    variance = math.fsum((float(x[f]) - means[f]) ** 2 for x in X for f in range(d)) / n / d
    best = None
    for _ in range(runs):
        chosen = kmeans_plusplus(X, k, seed_rng, weight)
        found = lloyd(X, [X[i] for i in chosen], weight, tol=tol * variance)[:4]
        if best is None or found[2] < best[2] * (1 - 1e-12):  # the same clusters in another order are no better
            best = found
    return best


def certificate(X, centres, labels, weight=None):
    """Return (largest move of a centre in one more iteration, share of rows not in their nearest cluster)."""
    X, centres = [list(map(float, x)) for x in X], [list(map(float, c)) for c in centres]
    weight = [1.0] * len(X) if weight is None else weight
    closest = [nearest(x, centres) for x in X]
    moves = []
    for j, c in enumerate(centres):
        members = [i for i in range(len(X)) if closest[i] == j]
        mass = sum(weight[i] for i in members)
        if mass > 0:
            mean = [sum(weight[i] * X[i][f] for i in members) / mass for f in range(len(c))]
            moves.append(math.sqrt(square(mean, c)))
    misplaced = sum(square(x, centres[j]) > square(x, centres[q]) for x, j, q in zip(X, labels, closest))
    return max(moves), misplaced / len(X)
