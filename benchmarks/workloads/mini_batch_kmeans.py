"""k-means by mini-batches of 1024 rows, on clustered rows, from the same seed."""

from benchmarks.floors import pass_over_x
from benchmarks.gates import inertia
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "cluster.MiniBatchKMeans",
    lambda MiniBatchKMeans, data: MiniBatchKMeans(20, random_state=0).fit(data["X"]),
    title="mini-batch k-means, k=20",
    data="clustered",
    large=(200_000, 20),
    ask=["predict", "transform"],
    loss=inertia,
    gate="inertia",
    local=True,
    allowed=1e-6,
    close=1e-6,
    share=0.001,  # rows on the border between two centres
    floor=lambda data: data["X"] @ data["X"][:20].T,
    floor_name="one product X C'",
    floors={"predict": ("one pass over X", pass_over_x)},
)
