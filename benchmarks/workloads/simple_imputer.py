"""Filling the holes of half a million rows with medians."""

from benchmarks.workload import race_of
from benchmarks.workloads.knn_imputer import with_holes

WORKLOAD = race_of(
    "impute.SimpleImputer",
    lambda SimpleImputer, data: SimpleImputer(strategy="median").fit(data["X"]),
    title="SimpleImputer, medians",
    data="heavy_tailed",
    large=(500_000, 10),
    extra=with_holes,
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
    floor=lambda data: data["X"].sum(),
    floor_name="one pass over X",
)
