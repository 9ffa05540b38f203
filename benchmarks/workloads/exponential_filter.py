"""A random walk smoothed exponentially."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    return {"X": np.cumsum(np.random.default_rng(0).normal(size=n))}


def ours(data):
    from scratchml.filters import exponential_filter

    return exponential_filter(data["X"], 0.3)


def scipy(data):
    from scipy.signal import lfilter

    return lfilter([0.3], [1.0, -0.7], data["X"], zi=[0.7 * data["X"][0]])[0]


WORKLOAD = Workload(
    title="exponential filter",
    make=make,
    sizes={"small": (500, 1), "large": (1_000_000, 1)},
    contestants={"scratchml": Contestant(ours), "scipy": Contestant(scipy)},
    same=lambda found, data: found,
    fit_name="filter",
)
