"""The best order of leaves as the book tells it: try every way to turn every bracket."""

import itertools


def leaves(tree, v, n):
    return [v] if v < n else leaves(tree, tree[v - n][0], n) + leaves(tree, tree[v - n][1], n)


def least_sum(Z, D):
    """Return the least sum of distances between neighbours; Z: merges [a, b, ...], D: distances of all rows."""
    n = len(Z) + 1
    sums = []
    for turned in range(2 ** (n - 1)):
        tree = [(int(b), int(a)) if turned >> t & 1 else (int(a), int(b)) for t, (a, b, *_) in enumerate(Z)]
        order = leaves(tree, 2 * n - 2, n)
        sums.append(sum(D[i][j] for i, j in itertools.pairwise(order)))
    return min(sums)
