"""cluster: groups found without labels.

| file | what it holds |
| --- | --- |
| `kmeans.py` | `KMeans`: seeds, runs, predictions |
| `lloyd.py` | Lloyd's iteration: assign, update, until nothing changes |
| `kmeans_plusplus.py` | `kmeans_plusplus`: where to begin |
| `assign.py` | which centre is nearest: the kernels that take the time |
| `points.py` | how the rows are laid out for them |
| `agglomerative.py` | `AgglomerativeClustering`: a tree of merges, cut |
| `linkage.py` | `linkage`: which algorithm builds the tree |
| `nearest_neighbour_chain.py` | complete, average, weighted, ward: follow nearest neighbours |
| `ward_vectors.py` | ward on the rows themselves: the chain without a matrix |
| `minimum_spanning_tree.py` | single: Prim's algorithm |
| `generic_linkage.py` | centroid, median: merges strictly in order |
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

from .agglomerative import AgglomerativeClustering
from .connectivity import grid_to_graph
from .dbscan import DBSCAN
from .dendrogram import cophenet, dendrogram, fcluster, leaves_list
from .kmeans import KMeans
from .kmeans_plusplus import kmeans_plusplus
from .leaf_order import optimal_leaf_ordering
from .linkage import linkage

__all__ = [
    "DBSCAN",
    "AgglomerativeClustering",
    "KMeans",
    "cophenet",
    "dendrogram",
    "fcluster",
    "grid_to_graph",
    "kmeans_plusplus",
    "leaves_list",
    "linkage",
    "optimal_leaf_ordering",
]
