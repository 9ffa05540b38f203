"""Clustering with connectivity as the book tells it: among clusters with an edge, merge the closest; begin again."""

from math import dist, sqrt


def ward(X, a, b):
    mean = [[sum(X[i][f] for i in rows) / len(rows) for f in range(len(X[0]))] for rows in (a, b)]
    return dist(*mean) * sqrt(2 * len(a) * len(b) / (len(a) + len(b)))


def merge(X, edges, method):
    """Return the merges as [a, b, height], a < b the numbers of the clusters; edges: pairs of rows."""
    n = len(X)
    rows = {i: [i] for i in range(n)}
    away = {frozenset(e): dist(X[e[0]], X[e[1]]) for e in edges}
    found = []
    while away:
        height, a, b = min((d, *sorted(pair)) for pair, d in away.items())
        k, m, size = n + len(found), len(rows[a]), len(rows[b])
        found.append([a, b, height])
        rows[k] = rows.pop(a) + rows.pop(b)
        away.pop(frozenset((a, b)))
        for z in rows:
            one, other = away.pop(frozenset((a, z)), None), away.pop(frozenset((b, z)), None)
            known = [d for d in (one, other) if d is not None]
            if not known:
                continue
            if method == "ward":
                joined = ward(X, rows[k], rows[z])
            elif method == "average" and len(known) == 2:
                joined = (m * one + size * other) / (m + size)
            else:
                joined = min(known) if method == "single" else max(known)
            away[frozenset((k, z))] = joined
    return found
