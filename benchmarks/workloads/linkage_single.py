"""Single linkage of 5000 rows: the minimum spanning tree, without a matrix."""

from benchmarks.workload import Contestant, Workload
from benchmarks.workloads.linkage_average import make


def ours(data):
    from scratchml.cluster import linkage

    return linkage(data["X"], "single")


def scipy(data):
    from scipy.cluster.hierarchy import linkage

    return linkage(data["X"], "single")


WORKLOAD = Workload(
    title="single linkage n=5k d=10",
    make=make,
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    loss=lambda Z, data: Z[:, 2].sum(),
    floor=lambda data: data["X"] @ data["X"].T,
    floor_name="one product X X'",
)
