"""DBSCAN as its paper tells it: look at every row in turn, and expand a cluster from each new core point."""

from math import sqrt


def distance(x, y):
    return sqrt(sum((a - b) ** 2 for a, b in zip(x, y)))


def neighbours(X, i, eps):
    return [j for j in range(len(X)) if distance(X[i], X[j]) <= eps]


def dbscan(X, eps, min_samples, weight):
    """Return the labels and the core points."""
    near = [neighbours(X, i, eps) for i in range(len(X))]
    core = [sum(weight[j] for j in near[i]) >= min_samples for i in range(len(X))]
    labels, count = [-1] * len(X), 0
    for i in range(len(X)):
        if not core[i] or labels[i] != -1:
            continue
        seeds = [i]
        while seeds:
            j = seeds.pop(0)
            if labels[j] == -1:
                labels[j] = count
                if core[j]:
                    seeds += near[j]
        count += 1
    return labels, [i for i in range(len(X)) if core[i]]
