"""The gap statistic with five sets of rows drawn evenly, raced as in ``elbow.py``."""

import numpy as np

from benchmarks.workloads.elbow import KS, STARTS, inertias, race

SETS = 5


def sklearn(data):
    X, rng = data["X"], np.random.RandomState(0)
    low, high = X.min(axis=0), X.max(axis=0)
    logs = np.log([inertias(low + (high - low) * rng.random_sample(X.shape)) for _ in range(SETS)])
    gaps = logs.mean(axis=0) - np.log(inertias(X))
    errors = np.sqrt(1.0 + 1.0 / SETS) * logs.std(axis=0)
    enough = np.flatnonzero(gaps[:-1] >= gaps[1:] - errors[1:])
    return gaps, KS[enough[0]]


def ours(gap_statistic, data):
    found = gap_statistic(data["X"], KS, n_references=SETS, n_init=STARTS, random_state=0)
    return found.gaps, found.best


WORKLOAD = race(
    "gap_statistic",
    ours,
    sklearn,
    (2_000, 10),
    same=lambda found, data: (found[0][:4], found[1]),
    close=0.05,  # of the gap at the four true groups: other rows are drawn
)
