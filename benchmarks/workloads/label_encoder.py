"""Labels numbered."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "LabelEncoder, words n=200k",
    "LabelEncoder",
    lambda: {"X": np.random.default_rng(0).choice(np.array(["red", "green", "blue", "grey"]), size=200_000)},
)
