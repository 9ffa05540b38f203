"""Words numbered."""

import numpy as np

from benchmarks.workload import transformer_race


def make(n=100_000):
    words = np.array(["red", "green", "blue", "grey"], dtype=object)
    return {"X": np.random.default_rng(0).choice(words, size=(n, 5))}


WORKLOAD = transformer_race("OrdinalEncoder, words n=100k d=5", "OrdinalEncoder", make)
