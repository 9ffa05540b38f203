"""NearMiss-2: nine rows in ten against the rare tenth; the farthest three of each."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "imbalance.NearMiss",
    lambda NearMiss, data: NearMiss(version=2).fit_resample(data["X"], data["y"]),
    title="NearMiss-2",
    task="rare",
    data="correlated",
    large=(20_000, 20),
    same=lambda rows, data: rows,  # the very same rows
    fit_name="fit_resample",
)
