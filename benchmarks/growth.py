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


def most_rows(workload: Workload) -> int:
    """Return a quarter of the large size's rows, though not fewer than 2000 where there are so many."""
    n = workload.sizes["large"][0]
    return max(n // 4, min(n, 2000))


def sizes_in_n(workload: Workload) -> list[tuple[int, int]]:
    """Return four numbers of rows, each twice the one before; the columns stay."""
    return [(most_rows(workload) // part, workload.sizes["large"][1]) for part in (8, 4, 2, 1)]


def sizes_in_d(workload: Workload) -> list[tuple[int, int]]:
    """Return four numbers of columns where the large size has so many, up to its own; the rows stay."""
    widths = {max(2, round(workload.sizes["large"][1] * part)) for part in (0.25, 0.4, 0.65, 1.0)}
    return [(most_rows(workload), width) for width in sorted(widths)]
