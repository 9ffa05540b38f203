"""Columns brought to 0 ... 1."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "MinMaxScaler n=1M d=20",
    "MinMaxScaler",
    lambda: {"X": np.random.default_rng(0).normal(size=(1_000_000, 20))},
)
