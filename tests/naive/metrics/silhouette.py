"""Clusterings judged by the data, from the definitions, sample by sample."""

import math


def euclidean(x, y):
    return math.sqrt(math.fsum((float(a) - float(b)) ** 2 for a, b in zip(x, y)))


def silhouette(X, labels, distance=euclidean):
    found = []
    for i, x in enumerate(X):
        to = {c: [distance(x, X[j]) for j in range(len(X)) if j != i and labels[j] == c] for c in set(labels)}
        own = to.pop(labels[i])
        if not own:
            found.append(0.0)
            continue
        a, b = math.fsum(own) / len(own), min(math.fsum(d) / len(d) for d in to.values())
        found.append((b - a) / max(a, b) if max(a, b) > 0 else 0.0)
    return found


def centroid(rows):
    return [math.fsum(float(v) for v in column) / len(rows) for column in zip(*rows)]


def davies_bouldin(X, labels):
    groups = {c: [x for x, label in zip(X, labels) if label == c] for c in sorted(set(labels))}
    centers = {c: centroid(rows) for c, rows in groups.items()}
    spread = {c: math.fsum(euclidean(x, centers[c]) for x in rows) / len(rows) for c, rows in groups.items()}
    worst = [max((spread[i] + spread[j]) / euclidean(centers[i], centers[j]) for j in groups if j != i) for i in groups]
    return math.fsum(worst) / len(worst)


def calinski_harabasz(X, labels):
    groups = {c: [x for x, label in zip(X, labels) if label == c] for c in sorted(set(labels))}
    mean, k, n = centroid(list(X)), len(groups), len(X)
    between = math.fsum(len(rows) * euclidean(centroid(rows), mean) ** 2 for rows in groups.values())
    within = math.fsum(euclidean(x, centroid(rows)) ** 2 for rows in groups.values() for x in rows)
    return between / (k - 1) / (within / (n - k))
