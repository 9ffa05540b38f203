"""Average linkage of 5000 rows: the tree from the rows, distances included."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "cluster.linkage",
    lambda linkage, data: linkage(data["X"], "average"),
    title="average linkage",
    data="clustered",
    large=(5_000, 10),
    same=lambda Z, data: Z[:, 2],  # the heights of the merges
    floor=lambda data: data["X"] @ data["X"].T,
    floor_name="one product X X'",
    reasons={
        "fit": "The bound is measuring each pair of rows. Of a hundred rows four fifths of the time go there: by a "
        "product, its preparation, and square roots of both halves of the table; the peer measures each pair once.",
    },
)
