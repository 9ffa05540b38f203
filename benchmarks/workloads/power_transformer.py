"""Powers of lopsided columns, by maximum likelihood."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "PowerTransformer n=20k d=10",
    "PowerTransformer",
    lambda: {"X": np.random.default_rng(0).lognormal(size=(20_000, 10))},
)
