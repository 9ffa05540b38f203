"""Labels numbered."""

import numpy as np

from benchmarks.workload import race_of


def words(data, rng):
    return {"X": rng.choice(np.array(["red", "green", "blue", "grey"]), size=len(data["X"]))}


WORKLOAD = race_of(
    "preprocessing.LabelEncoder",
    lambda LabelEncoder, data: LabelEncoder().fit(data["X"]),
    title="LabelEncoder, words,",
    large=(200_000, 1),
    extra=words,
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
)
