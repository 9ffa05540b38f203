"""Rows brought to length 1."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "Normalizer n=1M d=20",
    "Normalizer",
    lambda: {"X": np.random.default_rng(0).normal(size=(1_000_000, 20))},
)
