"""k-nearest-neighbours imputation: for each hole, sort all donors."""

import math


def distance(a, b):
    """Return the distance over what both rows have, scaled up to all features; None where that is nothing."""
    shared = [(x - y) ** 2 for x, y in zip(a, b) if not (math.isnan(x) or math.isnan(y))]
    return math.sqrt(len(a) / len(shared) * math.fsum(shared)) if shared else None


def guess(row, f, rows, k, weights):
    """Return what to fill in for column f of a row."""
    donors = [(distance(row, other), j) for j, other in enumerate(rows) if not math.isnan(other[f])]
    near = sorted(pair for pair in donors if pair[0] is not None)[:k]
    if not near:
        there = [other[f] for other in rows if not math.isnan(other[f])]
        return math.fsum(there) / len(there)
    if weights == "uniform":
        w = [1.0] * len(near)
    elif near[0][0] == 0:
        w = [float(far == 0) for far, _ in near]
    else:
        w = [1.0 / far for far, _ in near]
    return math.fsum(a * rows[j][f] for a, (_, j) in zip(w, near)) / math.fsum(w)


def fill(X, rows, k, weights):
    """Return the rows of X with their holes filled from the given rows."""
    return [[guess(row, f, rows, k, weights) if math.isnan(x) else x for f, x in enumerate(row)] for row in X]
