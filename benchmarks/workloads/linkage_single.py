"""Single linkage of 5000 rows: the minimum spanning tree, without a matrix."""

from benchmarks.floors import pass_over_x
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "cluster.linkage",
    lambda linkage, data: linkage(data["X"], "single"),
    title="single linkage",
    data="clustered",
    large=(5_000, 10),
    same=lambda Z, data: Z[:, 2],  # the heights of the merges
    floor=pass_over_x,
    floor_name="one pass over X",
)
