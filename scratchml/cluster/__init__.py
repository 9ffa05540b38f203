"""cluster: groups found without labels.

| file | what it holds |
| --- | --- |
| `kmeans.py` | `KMeans`: seeds, runs, predictions |
| `mini_batch_kmeans.py`, `mini_batches.py` | `MiniBatchKMeans`: a few rows at a time |
| `centres.py` | what models of centres have in common: start, predict, transform, score |
| `choose_k.py` | how many clusters: `elbow`, `gap_statistic`, `silhouette_curve` |
| `lloyd.py` | Lloyd's iteration: assign, update, until nothing changes |
| `lloyd_at_once.py` | the same, hardly any Python between: few rows, and nobody looks on |
| `hamerly.py`, `elkan.py` | the same labels with fewer distances: one lower bound for a point, or k |
| `bounds.py` | why a bound survives a move and never lets rounding decide |
| `kmeans_plusplus.py` | `kmeans_plusplus`: where to begin |
| `assign.py` | which centre is nearest: the kernels that take the time |
| `label_once.py` | the same for rows seen once: `predict` |
| `running_sums.py` | the sums of the clusters follow the points that move, exactly |
| `rough.py` | scores in float32, and who is in doubt about them |
| `points.py` | how the rows are laid out for them |
| `agglomerative.py` | `AgglomerativeClustering`: a tree of merges, cut |
| `linkage.py` | `linkage`: which algorithm builds the tree |
| `nearest_neighbour_chain.py` | complete, average, weighted, ward: follow nearest neighbours |
| `ward_vectors.py` | ward on the rows themselves: the chain without a matrix |
| `minimum_spanning_tree.py` | single: Prim's algorithm |
| `generic_linkage.py` | centroid, median: merges strictly in order |
| `small_trees.py` | few rows: the same merges with hardly a step of Python between |
| `lance_williams.py` | what a merge does to the matrix of distances |
| `centroid_vectors.py` | centroid, median on the rows themselves |
| `scans.py` | how far a point is from a block of others |
| `connectivity.py` | `grid_to_graph`; who may merge with whom |
| `merges_along_edges.py` | merges along the edges of a graph |
| `merges.py` | the merges sorted and numbered |
| `dendrogram.py` | `cophenet`, `fcluster`, `leaves_list`, `dendrogram`: what the tree tells |
| `leaf_order.py` | `optimal_leaf_ordering`: which part of a merge goes left |
| `dbscan.py` | `DBSCAN`: crowded places, border and noise |
| `fixed_grid.py` | who is within a radius: a grid of cells |
| `near_by_products.py` | the same for many features, by matrix products |
"""

import numpy as np

from .agglomerative import AgglomerativeClustering
from .choose_k import elbow, gap_statistic, silhouette_curve
from .connectivity import grid_to_graph
from .dbscan import DBSCAN
from .dendrogram import cophenet, dendrogram, fcluster, leaves_list
from .kmeans import KMeans
from .kmeans_plusplus import kmeans_plusplus
from .leaf_order import optimal_leaf_ordering
from .linkage import linkage
from .mini_batch_kmeans import MiniBatchKMeans
from .points import MANY, WIDE

__all__ = [
    "DBSCAN",
    "AgglomerativeClustering",
    "KMeans",
    "MiniBatchKMeans",
    "cophenet",
    "dendrogram",
    "elbow",
    "fcluster",
    "gap_statistic",
    "grid_to_graph",
    "kmeans_plusplus",
    "leaves_list",
    "linkage",
    "optimal_leaf_ordering",
    "silhouette_curve",
]


def _warmup() -> None:
    """Compile the kernels that no example estimator reaches (for ``scratchml warmup``): of many rows, and of trees."""
    X = np.sin(np.arange(float(MANY * WIDE))).reshape(MANY, WIDE)
    KMeans(3, init=X[:3], n_init=1, max_iter=3).fit(X)
    linkage(X[:129], "centroid")
    linkage(np.ones(3), "median")
    linkage(np.ones(3), "single")
    AgglomerativeClustering(linkage="single", metric="precomputed").fit(np.ones((2, 2)))
