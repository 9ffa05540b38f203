"""Shapley values by their definition: every set of known features, each expected by a recursive walk. 2^d walks."""

from itertools import combinations
from math import factorial, isnan


def nested(tree, i=0):
    """Return a `Tree` as nested dicts."""
    if tree.children_left[i] < 0:
        return {"value": tree.value[i].ravel(), "cover": tree.weighted_n_node_samples[i]}
    return {
        "feature": tree.feature[i],
        "left": lambda x: tree.missing_go_to_left[i] if isnan(x) else x <= tree.threshold[i],
        "children": (nested(tree, tree.children_left[i]), nested(tree, tree.children_right[i])),
        "cover": tree.weighted_n_node_samples[i],
    }


def nested_histogram(tree, i=0):
    """Return a tree of histogram boosting as nested dicts; features are its own places."""
    if tree.right[i] < 0:
        return {"value": tree.value[i : i + 1], "cover": tree.n_rows[i]}

    def left(x):
        if isnan(x):
            return tree.missing_left[i]
        return tree.goes_left[tree.categories[i], int(x)] if tree.categories[i] >= 0 else x <= tree.threshold[i]

    return {
        "feature": tree.feature[i],
        "left": left,
        "children": (nested_histogram(tree, i + 1), nested_histogram(tree, tree.right[i])),
        "cover": tree.n_rows[i],
    }


def expect(node, x, known):
    """Return what is expected below a node if some features of x are known (Lundberg's algorithm 1)."""
    if "value" in node:
        return node["value"]
    left, right = node["children"]
    if node["feature"] in known:
        return expect(left if node["left"](x[node["feature"]]) else right, x, known)
    return (left["cover"] * expect(left, x, known) + right["cover"] * expect(right, x, known)) / node["cover"]


def shapley_values(node, x):
    """Return (values (d, v), base (v,)) of one row."""
    d = len(x)
    values = []
    for f in range(d):
        others = [g for g in range(d) if g != f]
        total = 0.0
        for size in range(d):
            weight = factorial(size) * factorial(d - size - 1) / factorial(d)
            for known in combinations(others, size):
                total = total + weight * (expect(node, x, {*known, f}) - expect(node, x, set(known)))
        values.append(total)
    return values, expect(node, x, set())
