"""Walking down a tree from the definition: each row alone, from the root."""

from math import isnan


def find_leaf(x, feature, threshold, left, right, missing_left):
    """Return the leaf that one row ends in; all lists by node, left[node] is -1 for a leaf."""
    node = 0
    while left[node] != -1:
        value = x[feature[node]]
        goes_left = missing_left[node] if isnan(value) else value <= threshold[node]
        node = left[node] if goes_left else right[node]
    return node
