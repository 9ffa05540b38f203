"""Columns cut into five bins of equally many values."""

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.KBinsDiscretizer",
    lambda KBinsDiscretizer, data: KBinsDiscretizer(
        encode="ordinal", quantile_method="averaged_inverted_cdf", subsample=None
    ).fit(data["X"]),
    large=(100_000, 20),
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
)
