"""Elkan's algorithm as the paper tells it, point by point; counts the distances that it measures."""

from tests.naive.cluster.hamerly import away
from tests.naive.cluster.lloyd import inertia, update


def elkan(X, centres, max_iter=300):
    """Return (labels, centres, inertia, iterations, distances from points measured in each iteration)."""
    X, centres = [list(map(float, x)) for x in X], [list(map(float, c)) for c in centres]
    n, k, counts, before = len(X), len(centres), [], None
    labels, upper, lower = [0] * n, [0.0] * n, [[0.0] * k for _ in X]
    for iteration in range(1, max_iter + 1):
        previous, count = list(labels), 0
        half = [[away(a, b) / 2 for b in centres] for a in centres]
        moves = [away(a, b) for a, b in zip(centres, before)] if before else []
        for i, x in enumerate(X):
            if not before:
                lower[i] = [away(x, c) for c in centres]
                labels[i] = lower[i].index(min(lower[i]))
                upper[i] = min(lower[i])
                count += k
                continue
            upper[i] += moves[labels[i]]
            lower[i] = [low - move for low, move in zip(lower[i], moves)]
            stale = True
            for j in range(k):
                if j == labels[i] or upper[i] < max(lower[i][j], half[labels[i]][j]):
                    continue
                if stale:
                    upper[i] = lower[i][labels[i]] = away(x, centres[labels[i]])
                    stale, count = False, count + 1
                    if upper[i] < max(lower[i][j], half[labels[i]][j]):
                        continue
                lower[i][j] = away(x, centres[j])
                count += 1
                if lower[i][j] < upper[i]:
                    labels[i], upper[i] = j, lower[i][j]
        counts.append(count)
        before, centres = centres, update(X, [1.0] * n, centres, labels)
        if iteration > 1 and labels == previous:
            break
    return labels, centres, inertia(X, [1.0] * n, centres, labels), iteration, counts
