"""Mutual information as the papers say: every row against every row."""

from math import log


def psi(n):
    """Digamma of a whole number."""
    return -0.5772156649015329 + sum(1 / k for k in range(1, n))


def entropy(labels):
    """Entropy in nats."""
    return -sum(labels.count(v) / len(labels) * log(labels.count(v) / len(labels)) for v in set(labels))


def information_gain(x, y):
    """Entropy of y less the entropy left in the groups of equal x, in nats."""
    x, y = list(x), list(y)
    groups = [[b for a, b in zip(x, y) if a == v] for v in set(x)]
    return entropy(y) - sum(len(group) / len(y) * entropy(group) for group in groups)


def kraskov(x, y, k):
    """Both continuous (equation 8 of Kraskov et al.)."""
    n, total = len(x), 0.0
    for i in range(n):
        others = [j for j in range(n) if j != i]
        r = sorted(max(abs(x[j] - x[i]), abs(y[j] - y[i])) for j in others)[k - 1]
        total += psi(1 + sum(abs(x[j] - x[i]) < r for j in others))
        total += psi(1 + sum(abs(y[j] - y[i]) < r for j in others))
    return max(0.0, psi(n) + psi(k) - total / n)


def ross(x, labels, k):
    """One continuous, one discrete (equation 2 of Ross)."""
    rows = [i for i in range(len(x)) if list(labels).count(labels[i]) > 1]
    n, total = len(rows), 0.0
    for i in rows:
        near = sorted(abs(x[j] - x[i]) for j in rows if j != i and labels[j] == labels[i])
        own = min(k, len(near))
        m = 1 + sum(abs(x[j] - x[i]) < near[own - 1] for j in rows if j != i)
        total += psi(own) - psi(len(near) + 1) - psi(m)
    return max(0.0, psi(n) + total / n)
