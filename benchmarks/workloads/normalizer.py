"""Rows brought to length 1."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.Normalizer",
    lambda Normalizer, data: Normalizer().fit(data["X"]),
    large=(1_000_000, 20),
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
    floors={"transform": ("copying X", lambda data: data["X"].copy())},
)
