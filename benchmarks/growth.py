"""Fitted growth: the exponent p of seconds = c * n^p, with its standard error, from at least four sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.workload import Workload


class Slope(NamedTuple):
    """The exponent of growth and its standard error."""

    exponent: float
    error: float


def fit_slope(sizes: Sequence[float], seconds: Sequence[float]) -> Slope:
    """Return the slope of log seconds over log size by least squares, with the residuals' standard error of it.

    Raises
    ------
    ValueError
        If there are fewer than three sizes, or all are the same: the error could not be told.
    """
    x, y = np.log(np.asarray(sizes, dtype=np.float64)), np.log(np.asarray(seconds, dtype=np.float64))
    if len(x) < 3 or np.ptp(x) == 0:
        raise ValueError(f"growth from sizes {list(sizes)}: give at least three, not all the same.")
    u = x - x.mean()
    slope = float(u @ y / (u @ u))
    residual = y - y.mean() - slope * u
    return Slope(slope, math.sqrt(float(residual @ residual) / (len(x) - 2) / float(u @ u)))


def sizes_in_n(workload: Workload) -> list[tuple[int, int]]:
    """Return four numbers of rows, each twice the one before, the last a quarter of the large size; d stays."""
    n, d = workload.sizes["large"]
    return [(max(n // part, 2 ** (6 - i)), d) for i, part in zip(range(3, -1, -1), (32, 16, 8, 4))]


def sizes_in_d(workload: Workload) -> list[tuple[int, int]]:
    """Return four numbers of columns, as wide as the large size at last, over a quarter of its rows."""
    n, d = workload.sizes["large"]
    widths = sorted({max(2, round(d * part)) for part in (0.25, 0.4, 0.65, 1.0)})
    return [(n // 4, width) for width in widths]
