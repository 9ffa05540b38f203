"""Words numbered."""

import numpy as np

from benchmarks.workload import race_of


def words(data, rng):
    return {"X": rng.choice(np.array(["red", "green", "blue", "grey"], dtype=object), size=data["X"].shape)}


WORKLOAD = race_of(
    "preprocessing.OrdinalEncoder",
    lambda OrdinalEncoder, data: OrdinalEncoder().fit(data["X"]),
    title="OrdinalEncoder, words,",
    large=(100_000, 5),
    extra=words,
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
)
