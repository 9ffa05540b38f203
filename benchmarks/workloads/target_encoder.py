"""Words as smoothed means of the target."""

import numpy as np

from benchmarks.workload import race_of


def words(data, rng):
    return {"X": rng.choice(np.array(["red", "green", "blue", "grey"], dtype=object), size=data["X"].shape)}


WORKLOAD = race_of(
    "preprocessing.TargetEncoder",
    lambda TargetEncoder, data: TargetEncoder().fit(data["X"], data["y"]),
    title="TargetEncoder, words,",
    task="numbers",
    large=(50_000, 5),
    extra=words,
    ask=["transform"],
    same=lambda model, data: model.transform(data["X"]),
)
