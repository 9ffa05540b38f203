"""k-means++ with the greedy choice, row by row. Draws are made as the reference makes them."""

import math

from tests.naive.cluster.lloyd import square


def first_reaching(values, goal):
    """Return the first index at which the sum so far reaches `goal`; the last one if none does."""
    total = 0.0
    for i, value in enumerate(values):
        total += value
        if total >= goal:
            return i
    return len(values) - 1


def kmeans_plusplus(X, k, rng, weight=None, trials=None):
    """Return the indices of the rows chosen."""
    X = [list(map(float, x)) for x in X]
    weight = [1.0] * len(X) if weight is None else list(map(float, weight))
    trials = 2 + int(math.log(k)) if trials is None else trials
    total = sum(weight)
    chosen = [rng.choice(len(X), p=[w / total for w in weight])]
    nearest = [square(x, X[chosen[0]]) for x in X]
    while len(chosen) < k:
        shares = [w * s for w, s in zip(weight, nearest)]
        potential = sum(shares)
        candidates = [first_reaching(shares, u * potential) for u in rng.uniform(size=trials)]
        left = [[min(s, square(x, X[c])) for x, s in zip(X, nearest)] for c in candidates]
        potentials = [sum(w * s for w, s in zip(weight, row)) for row in left]
        best = potentials.index(min(potentials))
        chosen.append(candidates[best])
        nearest = left[best]
    return chosen
