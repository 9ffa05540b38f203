"""Spikes of a random walk replaced by the median of 21 values; pandas has the two medians, but no such filter."""

import numpy as np

from benchmarks.workload import Contestant, Workload


def make(n=30_000):
    rng = np.random.default_rng(0)
    return {"x": np.cumsum(rng.normal(size=n)) + np.where(rng.random(n) < 0.02, 30.0, 0.0)}


def ours(data):
    from scratchml.filters import hampel_filter

    return hampel_filter(data["x"], 21, edges="nearest")


def numpy(data):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(data["x"], 10, mode="edge"), 21)
    middle = np.median(windows, axis=1)
    spread = 1.4826 * np.median(np.abs(windows - middle[:, None]), axis=1)
    return np.where(np.abs(data["x"] - middle) > 3.0 * spread, middle, data["x"])


WORKLOAD = Workload(
    title="Hampel filter, window 21, n=30k",
    make=make,
    contestants={"scratchml": Contestant(ours), "numpy": Contestant(numpy)},
    loss=lambda found, data: float((found**2).sum()),  # the signals are the same, or it is struck out
    fit_name="filter",
)
