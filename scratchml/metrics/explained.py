"""The share explained: R2, explained variance, D2 of the pinball loss.

Idea. An error of 3 is good or bad only beside what guessing would give. These scores compare with the best constant:
1 is perfect, 0 no better than the constant, below 0 worse.

Maths. y truth, f prediction, weights w, each output by itself:
  R2 = 1 - sum w (y - f)^2 / sum w (y - mean y)^2
  explained variance = 1 - var(y - f) / var(y)          as R2, but a constant offset of f is forgiven
  D2 = 1 - pinball_a(y, f) / pinball_a(y, a-quantile of y);  a = 1/2 compares the absolute errors with the median's
A constant y makes the quotient 0 / 0 or x / 0: with `force_finite` the score is then 1 if f is exact too, else 0.

Cost. A few passes over (n, n_outputs); D2 with weights sorts.

Differences. Same values as scikit-learn 1.9; float32 input is worked out in float64.

References. Hastie et al. (2009), The Elements of Statistical Learning, 3.2; Koenker and Machado (1999), J. Am. Stat.
Assoc. 94, eq. 7 (quantiles).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..core.rules import boolean, real
from ..core.typing import FloatArray, MatrixLike, VectorLike
from .regression import average_outputs, mean_over_samples, pinball, read_numbers, weighted_quantile
from .targets import check_options, warn_undefined


def explained_share(left: FloatArray, total: FloatArray, force_finite: bool) -> FloatArray:
    """Return 1 - left / total for each output; left, total (n_outputs,): read."""
    if not force_finite:
        with np.errstate(divide="ignore", invalid="ignore"):
            return 1.0 - left / total
    constant = total == 0
    return np.where(constant, np.where(left == 0, 1.0, 0.0), 1.0 - left / np.where(constant, 1.0, total))


def sum_of_squares(rest: FloatArray, weight: FloatArray | None) -> FloatArray:
    """Return sum w rest^2 of each output. rest (n, n_outputs): overwritten; weight (n,): read."""
    rest *= rest
    if weight is not None:
        rest *= weight[:, None]
    found: FloatArray = rest.sum(axis=0)
    return found


def r2_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
    force_finite: bool = True,
) -> Any:
    """Return R2, the coefficient of determination: 1 is perfect, 0 as good as predicting the mean.

    Parameters
    ----------
    y_true, y_pred : shape (n,) or (n, n_outputs)
    sample_weight : shape (n,)
    multioutput : "uniform_average", "raw_values" (each output's score), "variance_weighted" (outputs that vary more
        count more), or weights (n_outputs,)
    force_finite : for a constant y give 1 (predicted exactly) or 0 in place of NaN or -inf

    Returns
    -------
    score : a number, or shape (n_outputs,); NaN with an UndefinedMetricWarning for fewer than two samples

    Raises
    ------
    ValueError
        If shapes differ, or there is NaN or infinity.

    Examples
    --------
    >>> round(r2_score([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]), 4)
    0.9486
    """
    check_options("r2_score", {"force_finite": boolean}, force_finite=force_finite)
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    if len(y) < 2:
        warn_undefined("R2 is not defined for fewer than two samples; NaN is returned.")
        return float("nan")
    left = sum_of_squares(y - f, weight)
    total = sum_of_squares(y - mean_over_samples(y, weight), weight)
    return average_outputs(explained_share(left, total, force_finite), multioutput, total)


def explained_variance_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
    force_finite: bool = True,
) -> Any:
    """Return 1 - var(y - f) / var(y); parameters as in `r2_score`, which also counts a constant offset.

    Examples
    --------
    >>> explained_variance_score([1.0, 2.0, 3.0], [2.0, 3.0, 4.0])
    1.0
    """
    check_options("explained_variance_score", {"force_finite": boolean}, force_finite=force_finite)
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    rest = y - f
    left = mean_over_samples((rest - mean_over_samples(rest, weight)) ** 2, weight)
    total = mean_over_samples((y - mean_over_samples(y, weight)) ** 2, weight)
    return average_outputs(explained_share(left, total, force_finite), multioutput, total)


def d2_pinball_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    alpha: float = 0.5,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the share of the pinball loss explained, compared with the alpha-quantile of y; 1 is the best.

    Parameters
    ----------
    y_true, y_pred : shape (n,) or (n, n_outputs)
    sample_weight : shape (n,)
    alpha : the quantile predicted, in [0, 1]
    multioutput : "uniform_average", "raw_values" or weights (n_outputs,)

    Returns
    -------
    score : a number, or shape (n_outputs,); NaN with an UndefinedMetricWarning for fewer than two samples

    Examples
    --------
    >>> d2_pinball_score([1.0, 2.0, 3.0], [1.0, 3.0, 3.0], alpha=0.5)
    0.5
    """
    check_options("d2_pinball_score", {"alpha": real(0.0, 1.0)}, alpha=alpha)
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    if len(y) < 2:
        warn_undefined("D2 is not defined for fewer than two samples; NaN is returned.")
        return float("nan")
    left = mean_over_samples(pinball(y, f, alpha), weight)
    total = mean_over_samples(pinball(y, weighted_quantile(y, weight, alpha), alpha), weight)
    return average_outputs(explained_share(left, total, True), multioutput)


def d2_absolute_error_score(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the share of the absolute error explained, compared with the median of y; 1 is the best.

    Parameters are those of `d2_pinball_score`, which this is for alpha = 0.5.

    Examples
    --------
    >>> d2_absolute_error_score([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    0.0
    """
    return d2_pinball_score(y_true, y_pred, sample_weight=sample_weight, alpha=0.5, multioutput=multioutput)
