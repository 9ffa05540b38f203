"""QuantileTransformer and KBinsDiscretizer as their definitions say, value by value."""

import math


def quantile(ordered, share):
    """Return the value at place share (n - 1), its neighbours mixed."""
    place = share * (len(ordered) - 1)
    k = math.floor(place)
    above = min(k + 1, len(ordered) - 1)
    return ordered[k] + (place - k) * (ordered[above] - ordered[k])


def share(x, q, r):
    """Return the share at x: where several quantiles equal x, the middle of their shares."""
    if x < q[0]:
        return 0.0
    if x > q[-1]:
        return 1.0
    if x == q[0] or x == q[-1]:
        return 1.0 if x == q[-1] and x != q[0] else 0.0
    equal = [r[k] for k in range(len(q)) if q[k] == x]
    if equal:
        return (equal[0] + equal[-1]) / 2
    k = max(k for k in range(len(q)) if q[k] < x)
    return r[k] + (x - q[k]) / (q[k + 1] - q[k]) * (r[k + 1] - r[k])


def spread_evenly(column, k):
    """Return the share of each value, by k quantiles."""
    r = [j / (k - 1) for j in range(k)]
    q = [quantile(sorted(column), s) for s in r]
    return [share(x, q, r) for x in column]


def uniform_bins(column, k):
    """Return the number of each value's bin, of k equally wide ones."""
    low, high = min(column), max(column)
    return [min(k - 1, math.floor((x - low) / (high - low) * k)) for x in column]
