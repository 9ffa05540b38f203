"""Deviances of the Tweedie family: squared error, Poisson, Gamma, and what lies between.

Idea. An error of 10 means little where 1000 was to be expected, and much where 1 was. A deviance measures the error by
the spread its distribution has at the predicted mean: spread growing as the mean to a power p.

Maths. y truth, f > 0 predicted mean; the mean over samples (weighted) of
  2 (max(y, 0)^(2-p) / ((1-p) (2-p)) - y f^(1-p) / (1-p) + f^(2-p) / (2-p))
with the limits  p = 0: (y - f)^2,   p = 1 (Poisson): 2 (y log(y/f) - y + f),   p = 2 (Gamma): 2 (log(f/y) + y/f - 1).
  D2 = 1 - deviance(f) / deviance(mean of y)

Cost. A few passes over (n,).

Differences. Same values as scikit-learn 1.9; float32 input is worked out in float64.

References. Jorgensen (1987), J. R. Stat. Soc. B 49; Hastie et al. (2015), Statistical Learning with Sparsity, eq. 3.11.
"""

from __future__ import annotations

import numpy as np

from ..core.rules import Rule, real
from ..core.typing import FloatArray, VectorLike
from .regression import check_one_output, read_numbers
from .targets import check_options, warn_undefined, weighted_mean

POWER = Rule("a number of at most 0 or at least 1", real().kind, lambda value: value <= 0 or value >= 1)


def deviances(y: FloatArray, f: FloatArray | float, p: float) -> FloatArray:
    """Return each sample's deviance of power p. y (n,), f (n,) or a number: read.

    The usual ones are worked out in place: to ask for memory anew takes longer than a pass over it.
    """
    if p == 0:  # plainly: (y - f) ** 2
        found = y - f
        return np.square(found, out=found)
    if p == 1:  # plainly: 2.0 * (y * np.log(y / f) - y + f)
        found = y / f
        if not found.all():
            found[found == 0] = 1.0  # 0 log 0 = 0
        np.log(found, out=found)
        found *= y
        found -= y
        found += f
        found *= 2.0
        return found
    if p == 2:  # plainly: 2.0 * (np.log(f / y) + y / f - 1.0)
        found = f / y
        np.log(found, out=found)
        found += y / f
        found -= 1.0
        found *= 2.0
        return found
    positive = np.maximum(y, 0.0)
    return 2.0 * (
        positive ** (2.0 - p) / ((1.0 - p) * (2.0 - p)) - y * f ** (1.0 - p) / (1.0 - p) + f ** (2.0 - p) / (2.0 - p)
    )


def _check_domain(y: FloatArray, f: FloatArray, p: float) -> None:
    wanted = ""
    if p < 0 and (f <= 0).any():
        wanted = "strictly positive y_pred"
    elif 1 <= p < 2 and ((y < 0).any() or (f <= 0).any()):
        wanted = "non-negative y and strictly positive y_pred"
    elif p >= 2 and ((y <= 0).any() or (f <= 0).any()):
        wanted = "strictly positive y and y_pred"
    if wanted:
        raise ValueError(f"Mean Tweedie deviance error with power={p} can only be used on {wanted}.")


def mean_tweedie_deviance(
    y_true: VectorLike, y_pred: VectorLike, *, sample_weight: VectorLike | None = None, power: float = 0
) -> float:
    """Return the mean Tweedie deviance; 0 is the best.

    Parameters
    ----------
    y_true, y_pred : shape (n,)
    sample_weight : shape (n,)
    power : how the variance grows with the mean, at most 0 or at least 1: 0 normal, 1 Poisson, 2 Gamma, 3 inverse
        Gaussian

    Raises
    ------
    ValueError
        For a power between 0 and 1, or values outside the distribution: y_pred must be positive (but for power 0), y
        non-negative for powers from 1, positive from 2.

    Examples
    --------
    >>> round(mean_tweedie_deviance([2.0, 0.0, 1.0, 4.0], [0.5, 0.5, 2.0, 2.0], power=1), 4)
    1.426
    """
    check_options("mean_tweedie_deviance", {"power": POWER}, power=power)
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    check_one_output("mean_tweedie_deviance", y)
    y, f = y[:, 0], f[:, 0]
    _check_domain(y, f, power)
    return weighted_mean(deviances(y, f, power), weight)


def mean_poisson_deviance(y_true: VectorLike, y_pred: VectorLike, *, sample_weight: VectorLike | None = None) -> float:
    """Return the mean Poisson deviance, 2 (y log(y/f) - y + f): for counts; `mean_tweedie_deviance` of power 1.

    Examples
    --------
    >>> mean_poisson_deviance([0.0, 1.0], [1.0, 1.0])
    1.0
    """
    return mean_tweedie_deviance(y_true, y_pred, sample_weight=sample_weight, power=1)


def mean_gamma_deviance(y_true: VectorLike, y_pred: VectorLike, *, sample_weight: VectorLike | None = None) -> float:
    """Return the mean Gamma deviance, 2 (log(f/y) + y/f - 1): for amounts; `mean_tweedie_deviance` of power 2.

    Examples
    --------
    >>> mean_gamma_deviance([1.0, 2.0], [1.0, 2.0])
    0.0
    """
    return mean_tweedie_deviance(y_true, y_pred, sample_weight=sample_weight, power=2)


def d2_tweedie_score(
    y_true: VectorLike, y_pred: VectorLike, *, sample_weight: VectorLike | None = None, power: float = 0
) -> float:
    """Return the share of the Tweedie deviance explained: 1 - deviance(f) / deviance(mean of y); 1 is the best.

    Parameters and errors are those of `mean_tweedie_deviance`. Fewer than two samples, or a constant y predicted
    exactly, give NaN with an UndefinedMetricWarning.

    Examples
    --------
    >>> d2_tweedie_score([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    0.0
    """
    check_options("d2_tweedie_score", {"power": POWER}, power=power)
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    check_one_output("d2_tweedie_score", y)
    if len(y) < 2:
        warn_undefined("D2 is not defined for fewer than two samples; NaN is returned.")
        return float("nan")
    y, f = y[:, 0], f[:, 0]
    _check_domain(y, f, power)
    score = weighted_mean(deviances(y, f, power), weight)
    mean = float(np.average(y, weights=weight))
    # every y that counts is 0 where their mean is: nothing to explain, and the formula would divide by 0
    null = 0.0 if mean == 0 and power >= 1 else weighted_mean(deviances(y, mean, power), weight)
    if null == 0:
        warn_undefined("D2 is not defined for a constant y_true: the deviance to compare with is 0.")
        return float("nan") if score == 0 else -float("inf")
    return 1.0 - score / null
