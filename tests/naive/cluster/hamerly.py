"""Hamerly's algorithm as the paper tells it, point by point; counts the distances that it measures."""

import math

from tests.naive.cluster.lloyd import inertia, square, update


def away(x, c):
    return math.sqrt(square(x, c))


def two_nearest(x, centres):
    """Return (nearest centre, its distance, the distance of the runner-up)."""
    found = [away(x, c) for c in centres]
    best = found.index(min(found))
    return best, found[best], min((v for j, v in enumerate(found) if j != best), default=math.inf)


def hamerly(X, centres, max_iter=300):
    """Return (labels, centres, inertia, iterations, points measured against all centres in each iteration)."""
    X, centres = [list(map(float, x)) for x in X], [list(map(float, c)) for c in centres]
    n, k, counts, before = len(X), len(centres), [], None
    labels, upper, lower = [0] * n, [0.0] * n, [0.0] * n
    for iteration in range(1, max_iter + 1):
        previous, count = list(labels), 0
        moves = [away(a, b) for a, b in zip(centres, before)] if before else []
        for i, x in enumerate(X):
            if before:
                a = labels[i]
                others = [j for j in range(k) if j != a]
                half = min((away(centres[a], centres[j]) / 2 for j in others), default=math.inf)
                upper[i] += moves[a]
                lower[i] -= max((moves[j] for j in others), default=0.0)
                if upper[i] < max(half, lower[i]):
                    continue
                upper[i] = away(x, centres[a])
                if upper[i] < max(half, lower[i]):
                    continue
            labels[i], upper[i], lower[i] = two_nearest(x, centres)
            count += 1
        counts.append(count)
        before, centres = centres, update(X, [1.0] * n, centres, labels)
        if iteration > 1 and labels == previous:
            break
    return labels, centres, inertia(X, [1.0] * n, centres, labels), iteration, counts
