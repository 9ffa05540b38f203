"""A random walk smoothed exponentially."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make():
    return {"x": np.cumsum(np.random.default_rng(0).normal(size=1_000_000))}


def ours(data):
    from scratchml.filters import exponential_filter

    return exponential_filter(data["x"], 0.3)


def scipy(data):
    from scipy.signal import lfilter

    return lfilter([0.3], [1.0, -0.7], data["x"], zi=[0.7 * data["x"][0]])[0]


WORKLOAD = Workload(
    title="exponential filter, n=1M",
    make=make,
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    loss=lambda found, data: float((found**2).sum()),  # the signals are the same, or it is struck out
    fit_name="filter",
)
