"""The order of a tree's leaves in which neighbours are nearest, of 1000 rows.

The gate asks whether the tree is still the same, and for the sum of distances between neighbours. SciPy's order is
often not the best one, by a tenth; here it counts all the same, as nobody else orders leaves.
"""

import numpy as np

from benchmarks.functions import merges
from benchmarks.workload import race_of


def unordered(Z, data):
    """Return the tree without its order: the two of each merge, the lower number first, the height and the size."""
    return np.column_stack([np.sort(Z[:, :2], axis=1), Z[:, 2:]])


def between_neighbours(Z, data):
    from scratchml.cluster import leaves_list

    rows = data["X"][leaves_list(Z)]
    return float(np.sqrt(((rows[1:] - rows[:-1]) ** 2).sum(axis=1)).sum())


WORKLOAD = race_of(
    "cluster.optimal_leaf_ordering",
    lambda optimal_leaf_ordering, data: optimal_leaf_ordering(data["Z"], data["X"]),
    data="clustered",
    small=(300, 10),
    large=(1_000, 10),
    extra=merges,
    same=unordered,
    loss=between_neighbours,
    allowed=0.11,  # the tree as it was before is 0.13 above the best
    gate="sum of distances between neighbours",
    fit_name="ask",
)
