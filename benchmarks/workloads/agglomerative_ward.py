"""Ward's method on 5000 rows: the tree, cut into twenty clusters."""

from types import SimpleNamespace

from benchmarks.gates import inertia
from benchmarks.workload import Contestant, race_of


def scipy(data):
    from scipy.cluster.hierarchy import fcluster, linkage

    return SimpleNamespace(labels_=fcluster(linkage(data["X"], "ward"), 20, "maxclust"))


def fastcluster(data):
    from fastcluster import linkage
    from scipy.cluster.hierarchy import fcluster

    return SimpleNamespace(labels_=fcluster(linkage(data["X"], "ward"), 20, "maxclust"))


WORKLOAD = race_of(
    "cluster.AgglomerativeClustering",
    lambda AgglomerativeClustering, data: AgglomerativeClustering(20).fit(data["X"]),
    title="ward, 20 clusters",
    data="clustered",
    large=(5_000, 10),
    peers={"scipy": Contestant(scipy), "fastcluster": Contestant(fastcluster)},
    loss=inertia,
    gate="inertia",
    floor=lambda data: data["X"] @ data["X"].T,
    floor_name="one product X X'",
)
