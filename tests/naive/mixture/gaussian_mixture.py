"""EM for a mixture of spherical Gaussians as the book tells it, in loops over rows and components."""

from math import exp, log, pi


def density(x, mean, variance):
    square = sum((a - b) ** 2 for a, b in zip(x, mean))
    return exp(-square / (2 * variance)) / (2 * pi * variance) ** (len(x) / 2)


def iterate(X, weights, means, variances, reg):
    """Return the bound and the next weights, means and variances."""
    n, d, k = len(X), len(X[0]), len(weights)
    joint = [[weights[j] * density(x, means[j], variances[j]) for j in range(k)] for x in X]
    bound = sum(log(sum(row)) for row in joint) / n
    share = [[value / sum(row) for value in row] for row in joint]
    mass = [sum(share[i][j] for i in range(n)) for j in range(k)]
    means = [[sum(share[i][j] * X[i][f] for i in range(n)) / mass[j] for f in range(d)] for j in range(k)]
    variances = [
        sum(share[i][j] * sum((X[i][f] - means[j][f]) ** 2 for f in range(d)) for i in range(n)) / (d * mass[j]) + reg
        for j in range(k)
    ]
    return bound, [m / n for m in mass], means, variances
