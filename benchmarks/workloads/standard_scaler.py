"""Standardising a million rows."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.StandardScaler",
    lambda StandardScaler, data: StandardScaler().fit(data["X"]),
    data="heavy_tailed",
    large=(1_000_000, 20),
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
    floor=lambda data: data["X"].sum(),
    floor_name="one pass over X",
)
