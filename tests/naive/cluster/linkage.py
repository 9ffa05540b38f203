"""Hierarchical clustering as the book tells it: look at all pairs of clusters, merge the closest, begin again."""

from math import sqrt


def distance(x, y):
    return sqrt(sum((a - b) ** 2 for a, b in zip(x, y)))


def mean(rows):
    return [sum(column) / len(rows) for column in zip(*rows)]


def between(X, a, b, method):
    """Return the distance between two clusters, each (rows, place, parts), by the definition, not by a recurrence."""
    pairs = [distance(X[i], X[j]) for i in a["rows"] for j in b["rows"]]
    if method == "single":
        return min(pairs)
    if method == "complete":
        return max(pairs)
    if method == "average":
        return sum(pairs) / len(pairs)
    if method == "weighted":  # the mean over the parts of either, down to single rows
        if a["parts"]:
            return sum(between(X, part, b, method) for part in a["parts"]) / 2
        if b["parts"]:
            return sum(between(X, a, part, method) for part in b["parts"]) / 2
        return pairs[0]
    if method == "median":  # a place halfway between those of the parts
        return distance(a["middle"], b["middle"])
    away = distance(mean([X[i] for i in a["rows"]]), mean([X[i] for i in b["rows"]]))
    if method == "centroid":
        return away
    m, n = len(a["rows"]), len(b["rows"])
    return away * sqrt(2 * m * n / (m + n))


def linkage(X, method):
    """Return the merges as [a, b, height, size], a < b the numbers of the clusters."""
    clusters = {i: {"rows": [i], "parts": [], "middle": list(x)} for i, x in enumerate(X)}
    Z = []
    while len(clusters) > 1:
        names = sorted(clusters)
        pairs = [(between(X, clusters[a], clusters[b], method), a, b) for a in names for b in names if a < b]
        height, a, b = min(pairs)
        one, other = clusters.pop(a), clusters.pop(b)
        rows = one["rows"] + other["rows"]
        middle = [(u + v) / 2 for u, v in zip(one["middle"], other["middle"])]
        clusters[len(X) + len(Z)] = {"rows": rows, "parts": [one, other], "middle": middle}
        Z.append([a, b, height, len(rows)])
    return Z
