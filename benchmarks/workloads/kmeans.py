"""k-means by Lloyd from a given start, 20 iterations at most, on clustered rows."""

from benchmarks.floors import by_blocks
from benchmarks.gates import inertia
from benchmarks.workload import Contestant, race_of


def start(data, rng):
    return {"init": data["X"][rng.choice(len(data["X"]), min(50, len(data["X"]) // 10), replace=False)]}


def faiss(data):
    """Fit in float32, as that library can do nothing else."""
    import faiss

    k, d = data["init"].shape
    model = faiss.Kmeans(d, k, niter=20, max_points_per_centroid=10**9)
    model.train(data["X"].astype("float32"), init_centroids=data["init"].astype("float32"))
    model.labels_ = model.index.search(data["X"].astype("float32"), 1)[1].ravel()
    return model


WORKLOAD = race_of(
    "cluster.KMeans",
    lambda KMeans, data: KMeans(
        len(data["init"]), init=data["init"], n_init=1, max_iter=20, tol=0, algorithm="lloyd"
    ).fit(data["X"]),
    title="k-means, 20 iterations",
    data="clustered",
    large=(200_000, 20),
    extra=start,
    ask=["predict", "transform"],
    peers={"faiss": Contestant(faiss)},
    loss=inertia,
    gate="inertia",
    allowed=1e-5,  # float32 ends near, not at, the same centres
    local=True,
    close=1e-6,  # rounding of twenty iterations
    share=0.001,  # rows on the border between two centres
    floor=lambda data: data["X"] @ data["init"].T,
    floor_name="one product X C'",
    floors={"predict": ("one product X C'", by_blocks(lambda data, rows: data["X"][rows] @ data["init"].T))},
    reasons={
        "fit": "Of 1800 rows on two threads faiss multiplies in float32, for all twenty iterations, in a single call. "
        "Ours, in float64, keeps to one thread there, since to hand over half of an iteration takes as long as it "
        "saves: the products by BLAS are two thirds of the time, and the bound: X C' in each iteration.",
        "predict": "Ours makes the product X C' by BLAS, block by block, and then reads each block for its least "
        "number; the sum of squares that shows X to be finite is added up on the way. All of that is on the lanes: "
        "what is left to one thread is a hundredth. The product alone is the bound of all who measure every distance.",
    },
)
