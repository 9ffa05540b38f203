"""Filling holes from the nearest of five thousand rows."""

import numpy as np

from benchmarks.workload import fit_transformed, made_and_transformed, race_of


def with_holes(data, rng):
    """Return the rows with a tenth of the numbers missing, and as they were."""
    return {"whole": data["X"], "X": np.where(rng.random(data["X"].shape) < 0.1, np.nan, data["X"])}


WORKLOAD = race_of(
    "impute.KNNImputer",
    lambda KNNImputer, data: fit_transformed(KNNImputer(), data),
    title="KNNImputer, a tenth missing",
    data="correlated",
    large=(5_000, 20),
    extra=with_holes,
    ask=["transform"],
    same=made_and_transformed,
    share=0.01,  # where two neighbours are equally far, as in sets of few digits, either is right
    fit_name="fit_transform",
    floor=lambda data: data["whole"] @ data["whole"].T,
    floor_name="one product of all rows",
)
