"""Histogram boosting by plain loops: every sum is taken over rows anew, and nothing is subtracted."""

import math
from itertools import pairwise

import numpy as np


def thresholds_of(column, max_bins):
    """Return the middles between distinct values, or quantiles: the value up to which so many rows lie."""
    values = sorted(v for v in column if v == v)
    distinct = sorted(set(values))
    if len(distinct) <= max_bins:
        return [(a + b) / 2 for a, b in pairwise(distinct)]
    found = []
    for part in range(1, max_bins):
        place = len(values) * part / max_bins
        whole = round(place) if abs(place - round(place)) < 1e-9 else math.ceil(place)
        exact = abs(place - whole) < 1e-9
        found.append((values[whole - 1] + values[whole]) / 2 if exact else values[whole - 1])
    return sorted(set(found))


def bin_of(x, thresholds, missing):
    return missing if x != x else sum(t < x for t in thresholds)


def sums_by_bin(bins, numbers, n_bins):
    sums = [0.0] * n_bins
    for b, number in zip(bins, numbers):
        sums[b] += number
    return sums


def value_of(rows, g, h, l2):
    return -sum(g[i] for i in rows) / (sum(h[i] for i in rows) + l2 + 1e-15)


def gain_of(parent, left, right, parent_value, g, h, l2):
    def share(rows):
        return sum(g[i] for i in rows) * value_of(rows, g, h, l2)

    return sum(g[i] for i in parent) * parent_value - share(left) - share(right)


def splits_of(rows, bins, f, n_bins, missing, categorical, g, h):
    """Yield the sets of bins that may go left."""
    there = any(bins[i][f] == missing for i in range(len(bins)))
    if not categorical:
        for b in range(n_bins - 1 + there):
            yield set(range(b + 1))
        if there:
            for b in range(n_bins - 2, -1, -1):
                yield {*range(b + 1), missing}
        return
    support = len(rows) / sum(h[i] for i in rows)
    ratio = {}
    for b in [*range(n_bins), *([missing] if there else [])]:
        members = [i for i in rows if bins[i][f] == b]
        H = sum(h[i] for i in members)
        if H * support >= 10:
            ratio[b] = sum(g[i] for i in members) / (H + 10)
    order = sorted(ratio, key=ratio.get)
    if len(order) < 2:
        return
    half = (len(order) + 1) // 2
    for m in range(1, half + 1):
        yield set(order[:m])
    for m in range(1, half):
        yield set(order[-m:])


def best_split(node, bins, n_bins, missing, categorical, g, h, min_samples_leaf, l2):
    """Return (gain, column, set of bins that go left) of the best split of a node, or None."""
    best = None
    for f in range(len(n_bins)):
        for goes_left in splits_of(node["rows"], bins, f, n_bins[f], missing, categorical[f], g, h):
            left = [i for i in node["rows"] if bins[i][f] in goes_left]
            right = [i for i in node["rows"] if bins[i][f] not in goes_left]
            if min(len(left), len(right)) < min_samples_leaf:
                continue
            if min(sum(h[i] for i in left), sum(h[i] for i in right)) < 1e-3:
                continue
            gain = gain_of(node["rows"], left, right, node["value"], g, h, l2)
            if gain > 0 and (best is None or gain > best[0] * (1 + 1e-9)):  # near ties: the first, as by exact sums
                best = (gain, f, goes_left)
    return best


def grow_tree(bins, n_bins, missing, categorical, g, h, max_leaf_nodes, min_samples_leaf, l2):
    """Return the leaves of a tree, as (rows, value)."""
    how = (bins, n_bins, missing, categorical, g, h, min_samples_leaf, l2)
    root = {"rows": list(range(len(bins))), "value": 0.0}
    root["split"] = best_split(root, *how)
    leaves = [root]
    while len(leaves) < max_leaf_nodes:
        open_leaves = [leaf for leaf in leaves if leaf["split"] is not None]
        if not open_leaves:
            break
        node = max(open_leaves, key=lambda leaf: leaf["split"][0])
        _, f, goes_left = node["split"]
        leaves.remove(node)
        for side in (True, False):
            rows = [i for i in node["rows"] if (bins[i][f] in goes_left) == side]
            child = {"rows": rows, "value": value_of(rows, g, h, l2)}
            child["split"] = best_split(child, *how)
            leaves.append(child)
    return [(leaf["rows"], leaf["value"]) for leaf in leaves]


def slopes(loss, y, z):
    """Return gradients and hessians, rounded to float32."""
    if loss == "squared_error":
        return [float(np.float32(b - a)) for a, b in zip(y, z)], [1.0] * len(y)
    p = [1 / (1 + math.exp(-b)) for b in z]
    return [float(np.float32(q - a)) for a, q in zip(y, p)], [float(np.float32(q * (1 - q))) for q in p]


def boost(X, y, loss, rounds, max_bins, max_leaf_nodes, min_samples_leaf, l2=0.0, learning_rate=0.1, categorical=None):
    """Return the scores of the rows of X after so many rounds."""
    n, d = X.shape
    categorical = [False] * d if categorical is None else categorical
    thresholds = [
        sorted({v for v in X[:, f] if v == v})[:-1] if categorical[f] else thresholds_of(X[:, f].tolist(), max_bins)
        for f in range(d)
    ]
    bins = [[bin_of(X[i, f], thresholds[f], max_bins) for f in range(d)] for i in range(n)]
    n_bins = [len(t) + 1 for t in thresholds]
    mean = sum(y) / n
    z = [mean if loss == "squared_error" else math.log(mean / (1 - mean))] * n
    for _ in range(rounds):
        g, h = slopes(loss, y, z)
        for rows, value in grow_tree(bins, n_bins, max_bins, categorical, g, h, max_leaf_nodes, min_samples_leaf, l2):
            for i in rows:
                z[i] += learning_rate * value
    return np.array(z)
