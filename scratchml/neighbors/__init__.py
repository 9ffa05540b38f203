"""neighbors: learning by remembering. What is nearest decides.

| file | what it gives |
| --- | --- |
| `search.py` | the search every estimator of this room shares: parameters, `kneighbors`, its graph |
| `radius_search.py` | the search within a radius: `radius_neighbors`, its graph |
| `nearest_neighbors.py` | the search by itself: `NearestNeighbors` |
| `k_neighbors.py` | the vote: `KNeighborsClassifier` |
| `k_neighbors_regressor.py` | the average: `KNeighborsRegressor` |
| `radius_neighbors.py` | the vote of all within a radius: `RadiusNeighborsClassifier` |
| `radius_neighbors_regressor.py` | their average: `RadiusNeighborsRegressor` |
| `graphs.py` | both graphs of a table of rows in one call: `kneighbors_graph`, `radius_neighbors_graph` |
| `choice.py` | brute force or a tree: which of them answers sooner |
| `kd_tree.py` | one query's way through a k-d tree, step by step |
| `local_outlier_factor.py` | who lies in a thinner place than its neighbours: `LocalOutlierFactor` |
"""

import numpy as np

from ..maths import prepare, within_crowded_radius
from .graphs import kneighbors_graph, radius_neighbors_graph
from .k_neighbors import KNeighborsClassifier
from .k_neighbors_regressor import KNeighborsRegressor
from .local_outlier_factor import LocalOutlierFactor
from .nearest_neighbors import NearestNeighbors
from .radius_neighbors import RadiusNeighborsClassifier
from .radius_neighbors_regressor import RadiusNeighborsRegressor

__all__ = [
    "KNeighborsClassifier",
    "KNeighborsRegressor",
    "LocalOutlierFactor",
    "NearestNeighbors",
    "RadiusNeighborsClassifier",
    "RadiusNeighborsRegressor",
    "kneighbors_graph",
    "radius_neighbors_graph",
]


def _warmup() -> None:
    """Compile the kernels that no example estimator reaches (for ``scratchml warmup``)."""
    X, y = [[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]], [0, 1, 1]
    for metric in ("manhattan", "chebyshev", "cosine", "hamming"):
        KNeighborsClassifier(1, metric=metric).fit(X, y).predict(X)
    KNeighborsClassifier(1, p=20).fit(X, y).predict(X)
    for p in (1, 2, 3):
        tree = NearestNeighbors(n_neighbors=1, algorithm="kd_tree", p=p).fit(X)
        tree.kneighbors(X)
        tree.radius_neighbors(X)
    NearestNeighbors(algorithm="brute").fit(X).radius_neighbors(X)
    NearestNeighbors(algorithm="kd_tree").fit(np.arange(20_000.0)[:, None])  # too many rows for a core's cache
    within_crowded_radius(np.zeros((1, 1)), prepare(np.zeros((2, 1))), 1.0)
