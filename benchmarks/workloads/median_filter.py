"""A random walk smoothed by medians of 21 values."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    return {"X": np.cumsum(np.random.default_rng(0).normal(size=n))}


def ours(data):
    from scratchml.filters import median_filter

    return median_filter(data["X"], 21, edges="nearest")


def scipy(data):
    from scipy.ndimage import median_filter

    return median_filter(data["X"], 21, mode="nearest")


WORKLOAD = Workload(
    title="median filter, window 21",
    make=make,
    sizes={"small": (500, 1), "large": (300_000, 1)},
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    same=lambda found, data: found,
    fit_name="filter",
)
