"""Ward's method on 5000 rows: the tree, cut into twenty clusters."""

from types import SimpleNamespace

import numpy as np

from benchmarks.floors import pass_over_x
from benchmarks.workload import Contestant, race_of


def scipy(data):
    from scipy.cluster.hierarchy import fcluster, linkage

    return SimpleNamespace(labels_=fcluster(linkage(data["X"], "ward"), 20, "maxclust"))


def fastcluster(data):
    from fastcluster import linkage
    from scipy.cluster.hierarchy import fcluster

    return SimpleNamespace(labels_=fcluster(linkage(data["X"], "ward"), 20, "maxclust"))


def clusters(model, data):
    """Return for each row the first row of its cluster, whatever the cluster is called."""
    _, first, which = np.unique(model.labels_, return_index=True, return_inverse=True)
    return first[which]


WORKLOAD = race_of(
    "cluster.AgglomerativeClustering",
    lambda AgglomerativeClustering, data: AgglomerativeClustering(20).fit(data["X"]),
    title="ward, 20 clusters",
    data="clustered",
    large=(5_000, 10),
    peers={"scipy": Contestant(scipy), "fastcluster": Contestant(fastcluster)},
    same=clusters,
    floor=pass_over_x,
    floor_name="one pass over X",
)
