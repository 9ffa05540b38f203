"""Ranks of columns."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "QuantileTransformer n=100k d=20",
    "QuantileTransformer",
    lambda: {"X": np.random.default_rng(0).normal(size=(100_000, 20))},
    random_state=0,
)
