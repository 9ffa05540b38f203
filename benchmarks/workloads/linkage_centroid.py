"""Centroid linkage of 5000 rows: merges in order, without a matrix."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "cluster.linkage",
    lambda linkage, data: linkage(data["X"], "centroid"),
    title="centroid linkage",
    data="clustered",
    large=(5_000, 10),
    same=lambda Z, data: Z[:, 2],  # the heights of the merges
    floor=lambda data: data["X"] @ data["X"].T,
    floor_name="one product X X'",
)
