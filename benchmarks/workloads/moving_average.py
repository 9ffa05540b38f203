"""A random walk smoothed by means of 51 values."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    return {"x": np.cumsum(np.random.default_rng(0).normal(size=1_000_000))}


def ours(data):
    from scratchml.filters import moving_average

    return moving_average(data["x"], 51, edges="nearest")


def scipy(data):
    from scipy.ndimage import uniform_filter1d

    return uniform_filter1d(data["x"], 51, mode="nearest")


WORKLOAD = Workload(
    title="moving average, window 51, n=1M",
    make=make,
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    loss=lambda found, data: float((found**2).sum()),  # the signals are the same, or it is struck out
    fit_name="filter",
)
