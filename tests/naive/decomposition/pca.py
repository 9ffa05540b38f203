"""PCA as a first course tells it: centre, covariance by sums, one direction after the other by power iteration."""

from math import sqrt


def centre(X):
    n, d = len(X), len(X[0])
    mean = [sum(row[j] for row in X) / n for j in range(d)]
    return mean, [[row[j] - mean[j] for j in range(d)] for row in X]


def covariance(X):
    n, d = len(X), len(X[0])
    return [[sum(row[a] * row[b] for row in X) / (n - 1) for b in range(d)] for a in range(d)]


def largest_direction(C, rounds=3000):
    d = len(C)
    v = [1.0 + 0.1 * j for j in range(d)]
    for _ in range(rounds):
        v = [sum(C[a][b] * v[b] for b in range(d)) for a in range(d)]
        length = sqrt(sum(x * x for x in v))
        v = [x / length for x in v]
    if max(v, key=abs) < 0:
        v = [-x for x in v]
    return length, v


def pca(X, k):
    """Return the mean, the k largest variances and their directions."""
    mean, away = centre(X)
    C = covariance(away)
    variances, directions = [], []
    for _ in range(k):
        variance, v = largest_direction(C)
        variances.append(variance)
        directions.append(v)
        C = [[C[a][b] - variance * v[a] * v[b] for b in range(len(C))] for a in range(len(C))]
    return mean, variances, directions
