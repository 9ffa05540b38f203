"""A k-d tree from the book: nested tuples, cut at the median of the widest column, searched by recursion."""

import numpy as np


def grow(X, rows, depth):
    """Return (low, high, rows) for a leaf, (low, high, left, right) for a node that is cut `depth` times more."""
    low, high = X[rows].min(axis=0), X[rows].max(axis=0)
    if depth == 0:
        return low, high, rows
    f = int(np.argmax(high - low))
    rows = sorted(rows, key=lambda i: X[i, f])
    middle = len(rows) // 2
    return low, high, grow(X, rows[:middle], depth - 1), grow(X, rows[middle:], depth - 1)


def nearest(tree, measure, X, x, k, kept=()):
    """Return the k smallest (distance, row) of a tree's rows and those kept before, smallest first."""
    low, high, *rest = tree
    gap = measure(x, np.clip(x, low, high))  # the nearest place of the box
    if len(kept) == k and gap > kept[-1][0]:
        return list(kept)
    if len(rest) == 1:
        return sorted([*kept, *((measure(x, X[i]), i) for i in rest[0])])[:k]
    for child in sorted(rest, key=lambda node: measure(x, np.clip(x, node[0], node[1]))):
        kept = nearest(child, measure, X, x, k, kept)
    return list(kept)
