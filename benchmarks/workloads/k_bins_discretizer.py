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
    reasons={
        "memory": "On one thread ours takes what the peer takes: a copy of one column, in which it looks for edges. "
        "Two threads have a column each, which is the bound of two at a time, and take half as long."
    },
)
