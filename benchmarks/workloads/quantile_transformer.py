"""Ranks of columns."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.QuantileTransformer",
    lambda QuantileTransformer, data: QuantileTransformer(random_state=0).fit(data["X"]),
    large=(100_000, 20),
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
)
