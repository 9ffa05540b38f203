"""Powers of lopsided columns, by maximum likelihood."""

import numpy as np

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "preprocessing.PowerTransformer",
    lambda PowerTransformer, data: PowerTransformer().fit(data["X"]),
    large=(20_000, 10),
    extra=lambda data, rng: {"X": np.exp(data["X"])},
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
    close=1e-6,
)
