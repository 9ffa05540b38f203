"""Ten principal components of 100 000 rows of 100 correlated columns."""

from benchmarks.floors import by_blocks, pass_over_x
from benchmarks.gates import minus_variance
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "decomposition.PCA",
    lambda PCA, data: PCA(min(10, data["X"].shape[1])).fit(data["X"]),
    title="PCA, k=10",
    data="correlated",
    large=(100_000, 100),
    ask=["transform"],
    loss=minus_variance,
    gate="minus the variance explained",
    floor=by_blocks(lambda data, rows: data["X"][rows].T @ data["X"][rows]),
    floor_name="X'X",
    floors={"transform": ("one pass over X", pass_over_x)},
    reasons={
        "transform": "Seeing that X is finite is a pass over memory, which is the bound, beside the product; all "
        "contestants do both, and differ by less than runs do.",
    },
)
