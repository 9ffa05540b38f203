"""The logarithm as a step."""

import numpy as np

from benchmarks.floors import by_blocks
from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.FunctionTransformer",
    lambda FunctionTransformer, data: FunctionTransformer(np.log1p, validate=True).fit(data["X"]),
    title="FunctionTransformer, log1p,",
    large=(1_000_000, 20),
    extra=lambda data, rng: {"X": np.abs(data["X"])},
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
    floors={"transform": ("the logarithms", by_blocks(lambda data, rows: np.log1p(data["X"][rows])))},
    reasons={
        "transform": "The function itself, the same for both, is the bound and nearly nine tenths of the time on one "
        "thread; what is left is to see that X is finite, at the speed of memory. Several threads share both.",
    },
)
