"""The logarithm as a step."""

import numpy as np

from benchmarks.workload import transformer_race

WORKLOAD = transformer_race(
    "FunctionTransformer log1p n=1M d=20",
    "FunctionTransformer",
    lambda: {"X": np.random.default_rng(0).random(size=(1_000_000, 20))},
    func=np.log1p,
    validate=True,
)
