"""A random walk smoothed by means of 51 values."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    return {"X": np.cumsum(np.random.default_rng(0).normal(size=n))}


def ours(data):
    from scratchml.filters import moving_average

    return moving_average(data["X"], 51, edges="nearest")


def scipy(data):
    from scipy.ndimage import uniform_filter1d

    return uniform_filter1d(data["X"], 51, mode="nearest")


WORKLOAD = Workload(
    title="moving average, window 51",
    make=make,
    sizes={"small": (500, 1), "large": (1_000_000, 1)},
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    same=lambda found, data: found,
    fit_name="filter",
)
