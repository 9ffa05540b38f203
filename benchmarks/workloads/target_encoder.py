"""Words as smoothed means of the target."""

import numpy as np

from benchmarks.workload import transformer_race


def make(n=50_000):
    words = np.array(["a", "b", "c", "d"], dtype=object)
    return {"X": np.random.default_rng(0).choice(words, size=(n, 5)), "y": np.arange(n) % 7 / 7.0}


WORKLOAD = transformer_race("TargetEncoder n=50k d=5", "TargetEncoder", make)
