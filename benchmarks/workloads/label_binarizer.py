"""A column for each label."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "LabelBinarizer, words n=200k",
    "LabelBinarizer",
    lambda: {"X": np.random.default_rng(0).choice(np.array(["red", "green", "blue", "grey"]), size=200_000)},
)
