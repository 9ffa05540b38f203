"""Columns divided by their largest absolute value."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.MaxAbsScaler",
    lambda MaxAbsScaler, data: MaxAbsScaler().fit(data["X"]),
    large=(1_000_000, 20),
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
    floor=lambda data: data["X"].sum(),
    floor_name="one pass over X",
)
