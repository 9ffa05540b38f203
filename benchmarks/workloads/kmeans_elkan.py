"""k-means by Elkan's bounds from a given start, 20 iterations at most, on clustered rows."""

from benchmarks.gates import inertia
from benchmarks.workload import race_of
from benchmarks.workloads.kmeans import start


def fitted(KMeans, data):
    how = {"n_init": 1, "max_iter": 20, "tol": 0, "algorithm": "elkan"}
    return KMeans(len(data["init"]), init=data["init"], **how).fit(data["X"])


WORKLOAD = race_of(
    "cluster.KMeans",
    fitted,
    title="k-means by Elkan, 20 iterations",
    data="clustered",
    large=(50_000, 64),
    extra=start,
    loss=inertia,
    gate="inertia",
    local=True,
    floor=lambda data: data["X"] @ data["init"].T,
    floor_name="one product X C'",
)
