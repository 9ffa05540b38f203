"""How far the filters are from the references'."""

import numpy as np
import pandas as pd
import scipy.ndimage

from scratchml.filters import exponential_filter, hampel_filter, median_filter, moving_average
from tests.naive.filters import windows as naive
from tests.parity.ledger import Row

CARRIED = "the reference carries the rounding of its running sum on"


def rows() -> list[Row]:
    """Measure the rows of this room."""
    x = np.cumsum(np.random.default_rng(0).normal(size=5000))
    series = pd.Series(x)

    def off(found, expected):
        return float(np.max(np.abs(found - np.asarray(expected))) / np.max(np.abs(x)))

    return [
        Row(
            "moving_average",
            "pandas rolling.mean",
            "a random walk, window 25, cut short at the ends",
            off(moving_average(x, 25), series.rolling(25, center=True, min_periods=1).mean()),
            1e-13,
            CARRIED,
        ),
        Row(
            "moving_average",
            "SciPy uniform_filter1d",
            "a random walk, window 25, reflected at the ends",
            off(moving_average(x, 25, edges="reflect"), scipy.ndimage.uniform_filter1d(x, 25, mode="reflect")),
            1e-12,
            CARRIED,
        ),
        Row(
            "median_filter",
            "pandas rolling.median",
            "a random walk, window 24, trailing",
            off(median_filter(x, 24, center=False), series.rolling(24, min_periods=1).median()),
            0.0,
            "none expected",
        ),
        Row(
            "median_filter",
            "SciPy median_filter",
            "a random walk, window 25, mirrored at the ends",
            off(median_filter(x, 25, edges="mirror"), scipy.ndimage.median_filter(x, 25, mode="mirror")),
            0.0,
            "none expected",
        ),
        Row(
            "exponential_filter",
            "pandas ewm",
            "a random walk, alpha 0.1, adjusted",
            off(exponential_filter(x, 0.1, adjust=True), series.ewm(alpha=0.1).mean()),
            1e-13,
            "products are multiplied in another order",
        ),
        Row(
            "hampel_filter",
            "naive twin",
            "a random walk, window 7, 1.5 sigmas",
            off(hampel_filter(x, 7, n_sigmas=1.5), naive.hampel_filter(x.tolist(), 7, 1.5)),
            0.0,
            "none expected",
        ),
    ]
