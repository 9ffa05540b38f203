"""Spikes of a random walk replaced by the median of 21 values; pandas has the two medians, but no such filter."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n, d, kind):
    rng = np.random.default_rng(0)
    return {"X": np.cumsum(rng.normal(size=n)) + np.where(rng.random(n) < 0.02, 30.0, 0.0)}


def ours(data):
    from scratchml.filters import hampel_filter

    return hampel_filter(data["X"], 21, edges="nearest")


def numpy(data):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(data["X"], 10, mode="edge"), 21)
    middle = np.median(windows, axis=1)
    spread = 1.4826 * np.median(np.abs(windows - middle[:, None]), axis=1)
    return np.where(np.abs(data["X"] - middle) > 3.0 * spread, middle, data["X"])


WORKLOAD = Workload(
    title="Hampel filter, window 21",
    make=make,
    sizes={"small": (500, 1), "large": (30_000, 1)},
    contestants={"scratchml": Contestant(ours), "numpy": Contestant(numpy)},
    same=lambda found, data: found,
    fit_name="filter",
)
