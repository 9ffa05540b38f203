"""Columns cut into five bins of equally many values."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "KBinsDiscretizer n=100k d=20",
    "KBinsDiscretizer",
    lambda: {"X": np.random.default_rng(0).normal(size=(100_000, 20))},
    encode="ordinal",
    quantile_method="averaged_inverted_cdf",
    subsample=None,
)
