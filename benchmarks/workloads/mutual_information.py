"""Mutual information of ten columns with two classes, twenty thousand rows."""

import numpy as np

from benchmarks.workload import race_of

WORKLOAD = race_of(
    "feature_selection.mutual_info_classif",
    lambda mutual_info_classif, data: mutual_info_classif(data["X"], data["y"], random_state=0),
    title="mutual information, two classes",
    task="two",
    large=(20_000, 10),
    same=lambda found, data: found,
    fit_name="estimate",
    floor=lambda data: np.sort(data["X"], axis=0),
    floor_name="sorting the columns",
)
