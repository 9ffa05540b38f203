"""Exponential smoothing: a running mean in which the past counts less and less.

Idea
----
Go a share `alpha` of the way from what was known to what is new. One number is all there is to remember.

Maths
-----
y_0 = x_0,  y_i = (1 - alpha) y_{i-1} + alpha x_i. Written out: x_{i-k} has the weight alpha (1 - alpha)^k, and x_0 what
is left, (1 - alpha)^i, which early on is too much. With `adjust` it gets no more than its place in the sequence does::

    y_i = sum_k (1 - alpha)^k x_{i-k} / sum_k (1 - alpha)^k

A missing value adds nothing, but time passes: what was known before counts less at the next value.

Cost
----
O(n).

Differences
-----------
Agrees with pandas' ``ewm(alpha, adjust=...)``, whose default is ``adjust=True``; but for alpha = 0.5 alone
pandas weighs the value after a missing one in another way.

References
----------
R. G. Brown (1963), Smoothing, Forecasting and Prediction of Discrete Time Series, chapter 7. R. J. Hyndman, G.
Athanasopoulos (2021), Forecasting: Principles and Practice, section 8.1.
"""

from __future__ import annotations

import numpy as np

from ..core.jit import lean_kernel
from ..core.rules import Rule, boolean, check_rules, one_of, real
from ..core.typing import Array, FloatArray, MatrixLike
from .window import each_column, read_signal

RULES: dict[str, Rule] = {
    "alpha": real(0.0, 1.0, open_low=True),
    "adjust": boolean,
    "nan_policy": one_of("raise", "omit", "propagate"),
}


@lean_kernel
def smooth(x: Array, alpha: float, adjust: bool, y: Array) -> None:
    """Write the weighted mean of all values so far. x (n,), NaN for none: read. y (n,): overwritten."""
    known, weight = np.nan, 0.0
    for i in range(x.shape[0]):
        weight *= 1.0 - alpha
        if x[i] == x[i]:
            if known == known:
                new = 1.0 if adjust else alpha
                total = weight + new
                known = known * (weight / total) + x[i] * (new / total)
                weight = total if adjust else 1.0
            else:
                known, weight = x[i], 1.0
        y[i] = known


def exponential_filter(
    x: MatrixLike, alpha: float = 0.3, *, adjust: bool = False, nan_policy: str = "raise"
) -> FloatArray:
    """Return the exponentially weighted means of a signal.

    Parameters
    ----------
    x : a signal (n,), or signals in the columns of (n, d)
    alpha : the weight of the newest value, in (0, 1]; about as smooth as a moving average of 2 / alpha - 1 values
    adjust : whether the first value counts as any other, not as the whole past before it
    nan_policy : "raise"; "omit" to carry the mean on over a missing value; "propagate" for NaN from the first one on

    Returns
    -------
    y : array of the shape of x

    Raises
    ------
    TypeError, ValueError
        For a wrong argument; for infinity, and NaN where that is refused.

    References
    ----------
    Brown (1963); see the top of this file.

    Examples
    --------
    >>> from scratchml.filters import exponential_filter
    >>> exponential_filter([4.0, 8.0, 2.0], alpha=0.5)
    array([4., 6., 4.])
    """
    check_rules("exponential_filter", RULES, {"alpha": alpha, "adjust": adjust, "nan_policy": nan_policy})

    def filter_one(column: FloatArray) -> FloatArray:
        y = np.empty(len(column))
        smooth(column, float(alpha), bool(adjust), y)
        if nan_policy == "propagate":
            y[np.cumsum(np.isnan(column)) > 0] = np.nan
        return y

    return each_column(*read_signal(x, nan_policy), filter_one)
