"""Only the query's own side is searched; the nearest point may lie just beyond the boundary."""

import numpy as np


def search_tree(x, X, tree):
    """Descend once."""
    while not isinstance(tree, list):
        tree = tree[2] if x[tree[0]] < tree[1] else tree[3]
    distances = [((X[i] - x) ** 2).sum() for i in tree]
    return tree[int(np.argmin(distances))], len(tree)
