"""Columns divided by their largest absolute value."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "MaxAbsScaler n=1M d=20",
    "MaxAbsScaler",
    lambda: {"X": np.random.default_rng(0).normal(size=(1_000_000, 20))},
)
