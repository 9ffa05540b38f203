"""k-means by mini-batches of 1024 rows, on clustered rows, from the same seed."""

from benchmarks.gates import inertia
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "cluster.MiniBatchKMeans",
    lambda MiniBatchKMeans, data: MiniBatchKMeans(20, random_state=0).fit(data["X"]),
    title="mini-batch k-means, k=20",
    data="clustered",
    large=(200_000, 20),
    ask=["predict"],
    loss=inertia,
    gate="inertia",
    local=True,
    allowed=1e-6,
    floor=lambda data: data["X"] @ data["X"][:20].T,
    floor_name="one product X C'",
    floors={"predict": ("one product X C'", lambda data: data["X"] @ data["X"][:20].T)},
    reasons={
        "predict": "On one thread ours is ahead. On two, a call of 8 ms ends before a system that packs threads on few "
        "processors moves the second one to the processor that stands idle; the peer's threads wait running, and are "
        "there at once. One thread alone needs most of that time for the product X C', which is the bound.",
    },
)
