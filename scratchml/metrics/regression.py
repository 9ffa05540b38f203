"""Errors of predicted numbers: squared, absolute, relative, logarithmic, of quantiles.

Idea. Subtract the prediction from the truth and ask how large the rest is. Squares let few large errors count most, the
absolute value counts all alike, the median forgets the worst half, the maximum sees nothing else.

Maths. y truth, f prediction, mean over samples weighted by w, for each output; the outputs are averaged at the end.
  MSE  = mean (y - f)^2                        MAE  = mean |y - f|
  MAPE = mean |y - f| / max(|y|, eps)          MSLE = mean (log(1 + y) - log(1 + f))^2
  pinball_a = mean of a (y - f) where y >= f, of (1 - a) (f - y) elsewhere
The weighted median is the smallest value with at least half of the weight at or below it; where that half is met
exactly, the mean of it and the next.

Cost. A few passes over (n, n_outputs); the weighted median sorts.

Differences. Same values as scikit-learn 1.9; float32 input is worked out in float64.

References. Hastie et al. (2009), The Elements of Statistical Learning, 2.4 and 10.6; Koenker and Bassett (1978),
Econometrica 46 (pinball); Hyndman and Fan (1996), Am. Stat. 50, definition 2 (median).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..core import check_array, check_same_length
from ..core.rules import real
from ..core.typing import FloatArray, MatrixLike, VectorLike
from ..maths.selection import COUNTED, ranks_of_columns
from .targets import check_options, read_scores, read_weight

EPS = float(np.finfo(np.float64).eps)


# ---------------------------------------------------------------------------------------------------------------
# What goes in and how outputs are averaged.


def read_numbers(
    y_true: VectorLike | MatrixLike, y_pred: VectorLike | MatrixLike, sample_weight: VectorLike | None
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Return truth and prediction (n, n_outputs) and weights (n,) or None.

    Raises
    ------
    ValueError
        If shapes differ, or there is NaN or infinity.
    """
    y, f = read_scores(y_true, "y_true"), read_scores(y_pred, "y_pred")
    n = check_same_length(y_true=y, y_pred=f)
    y, f = y.reshape(n, -1), f.reshape(n, -1)
    if y.shape[1] != f.shape[1]:
        raise ValueError(f"y_true and y_pred have different number of output ({y.shape[1]}!={f.shape[1]}).")
    return y, f, read_weight(sample_weight, n)


def check_one_output(owner: str, y: FloatArray) -> None:
    """Check that y (n, n_outputs) has one column."""
    if y.shape[1] > 1:
        raise ValueError(f"Multioutput not supported in {owner}: y has {y.shape[1]} columns; score each by itself.")


def average_outputs(
    scores: FloatArray, multioutput: Any, variances: FloatArray | None = None, *, alone: bool = False
) -> Any:
    """Return the scores of the outputs (n_outputs,) themselves, or their mean as `multioutput` says.

    Weights for a single output are an error unless `alone` lets them pass (as in RMSE).

    Raises
    ------
    ValueError
        For an unknown name, or weights whose number is not that of the outputs.
    """
    names = ("raw_values", "uniform_average") + (() if variances is None else ("variance_weighted",))
    if isinstance(multioutput, str):
        if multioutput not in names:
            raise ValueError(f"Allowed 'multioutput' string values are {names}. You provided {multioutput!r}.")
        if multioutput == "raw_values":
            return scores
        weighted = multioutput == "variance_weighted" and variances is not None and variances.any()
        return float(np.average(scores, weights=variances if weighted else None))
    if multioutput is None:
        return float(np.mean(scores))
    weight = check_array(multioutput, name="multioutput", ensure_2d=False)
    if len(scores) == 1 and not alone:
        raise ValueError("Custom weights are useful only in multi-output cases; here is one output only.")
    if weight.shape != scores.shape:
        raise ValueError(
            f"There must be equally many custom weights ({len(weight)}) as outputs ({len(scores)}) in multioutput."
        )
    return float(np.average(scores, weights=weight))


def mean_over_samples(values: FloatArray, weight: FloatArray | None) -> FloatArray:
    """Return the weighted mean of each column of values (n, n_outputs)."""
    found: FloatArray = np.average(values, axis=0, weights=weight)
    return found


def quantile_by_rank(values: FloatArray, q: float) -> FloatArray:
    """Return each column's quantile as `weighted_quantile` does with weights of 1, without sorting; values: read."""
    n, t = values.shape
    share = q * n
    rank = max(math.ceil(share), 1) - 1
    low, high = np.empty(t), np.empty(t)
    room = np.empty(n + COUNTED)
    ranks_of_columns(np.ascontiguousarray(values.T), rank, room, np.empty(COUNTED), low, high)
    return (low + high) / 2.0 if share and rank + 1 - share <= EPS else low


def weighted_quantile(values: FloatArray, weight: FloatArray | None, q: float) -> FloatArray:
    """Return each column's quantile: the smallest value with a share q of the weight at or below it.

    Where that share is met exactly, the mean with the next larger value. values (n, n_outputs), weight (n,): read.
    """
    if weight is None:
        return quantile_by_rank(values, q)
    if not weight.all():
        values, weight = values[weight != 0], weight[weight != 0]
    found = np.empty(values.shape[1])
    for t in range(values.shape[1]):
        order = np.argsort(values[:, t])
        ranked, passed = values[order, t], np.cumsum(weight[order])
        share = q * passed[-1]
        share = np.nextafter(0.0, 1.0) if share == 0 else share
        i = min(int(np.searchsorted(passed, share)), len(ranked) - 1)
        exactly = passed[i] - share <= EPS
        found[t] = (ranked[i] + ranked[min(i + 1, len(ranked) - 1)]) / 2.0 if exactly else ranked[i]
    return found


# ---------------------------------------------------------------------------------------------------------------
# Errors.


def mean_squared_error(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the mean of (y - f)^2.

    Parameters
    ----------
    y_true, y_pred : shape (n,) or (n, n_outputs)
    sample_weight : shape (n,)
    multioutput : "uniform_average" (mean of the outputs' errors), "raw_values" (all of them), or weights (n_outputs,)

    Returns
    -------
    error : a number, or shape (n_outputs,) for "raw_values"; 0 is the best

    Raises
    ------
    ValueError
        If shapes differ, or there is NaN or infinity.

    Examples
    --------
    >>> mean_squared_error([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    0.375
    """
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    return average_outputs(mean_over_samples((y - f) ** 2, weight), multioutput)


def root_mean_squared_error(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the root of the mean of (y - f)^2, taken for each output; parameters as in `mean_squared_error`.

    Examples
    --------
    >>> root_mean_squared_error([0.0, 0.0], [3.0, 4.0]) == 12.5**0.5
    True
    """
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    return average_outputs(np.sqrt(mean_over_samples((y - f) ** 2, weight)), multioutput, alone=True)


def mean_absolute_error(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the mean of |y - f|; parameters as in `mean_squared_error`.

    Examples
    --------
    >>> mean_absolute_error([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    0.5
    """
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    return average_outputs(mean_over_samples(np.abs(y - f), weight), multioutput)


def median_absolute_error(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    multioutput: Any = "uniform_average",
    sample_weight: VectorLike | None = None,
) -> Any:
    """Return the (weighted) median of |y - f|; parameters as in `mean_squared_error`.

    Examples
    --------
    >>> median_absolute_error([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0])
    0.5
    """
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    errors = y - f
    return average_outputs(weighted_quantile(np.abs(errors, out=errors), weight, 0.5), multioutput)


def max_error(y_true: VectorLike, y_pred: VectorLike) -> float:
    """Return the largest |y - f|. y_true, y_pred: shape (n,).

    Examples
    --------
    >>> max_error([3.0, 2.0, 7.0, 1.0], [4.0, 2.0, 7.0, 1.0])
    1.0
    """
    y, f, _ = read_numbers(y_true, y_pred, None)
    check_one_output("max_error", y)
    return float(np.abs(y - f).max())


def mean_absolute_percentage_error(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the mean of |y - f| / |y| (0.1 means 10 %); parameters as in `mean_squared_error`.

    A true value of 0 is taken for the smallest step of a float64, 2.2e-16, and gives an enormous error.

    Examples
    --------
    >>> mean_absolute_percentage_error([1.0, 2.0, 4.0], [1.5, 2.0, 3.0])
    0.25
    """
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    # plainly: errors = np.abs(f - y) / np.maximum(np.abs(y), EPS), where memory is asked for twice as often
    errors, sizes = f - y, np.abs(y)
    np.abs(errors, out=errors)
    errors /= np.maximum(sizes, EPS, out=sizes)
    return average_outputs(mean_over_samples(errors, weight), multioutput)


def _logarithms(owner: str, *sides: FloatArray) -> list[FloatArray]:
    if any((side <= -1).any() for side in sides):
        raise ValueError(f"{owner} cannot be used when targets contain values less than or equal to -1.")
    return [np.log1p(side) for side in sides]


def mean_squared_log_error(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the mean of (log(1 + y) - log(1 + f))^2; parameters as in `mean_squared_error`, all values above -1.

    Examples
    --------
    >>> round(mean_squared_log_error([3.0, 5.0], [2.5, 5.0]), 6)
    0.008915
    """
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    log_y, log_f = _logarithms("mean_squared_log_error", y, f)
    return average_outputs(mean_over_samples((log_y - log_f) ** 2, weight), multioutput)


def root_mean_squared_log_error(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the root of `mean_squared_log_error`, taken for each output; the same parameters.

    Examples
    --------
    >>> round(root_mean_squared_log_error([3.0, 5.0], [2.5, 5.0]), 6)
    0.094421
    """
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    log_y, log_f = _logarithms("root_mean_squared_log_error", y, f)
    return average_outputs(np.sqrt(mean_over_samples((log_y - log_f) ** 2, weight)), multioutput)


def pinball(y: FloatArray, f: FloatArray, alpha: float) -> FloatArray:
    """Return alpha (y - f) where the prediction is too low, (1 - alpha) (f - y) where it is too high."""
    # plainly: np.where(rest >= 0, alpha * rest, (alpha - 1.0) * rest), of which the larger is always the one wanted
    rest = y - f
    too_low = alpha * rest
    rest *= alpha - 1.0
    return np.maximum(rest, too_low, out=rest)


def mean_pinball_loss(
    y_true: VectorLike | MatrixLike,
    y_pred: VectorLike | MatrixLike,
    *,
    sample_weight: VectorLike | None = None,
    alpha: float = 0.5,
    multioutput: Any = "uniform_average",
) -> Any:
    """Return the mean pinball loss, smallest for the alpha-quantile; half the absolute error for alpha = 0.5.

    Parameters
    ----------
    y_true, y_pred, sample_weight, multioutput : as in `mean_squared_error`
    alpha : the quantile predicted, in [0, 1]

    Examples
    --------
    >>> mean_pinball_loss([1.0, 2.0, 3.0], [1.0, 2.0, 4.0], alpha=0.25)
    0.25
    """
    check_options("mean_pinball_loss", {"alpha": real(0.0, 1.0)}, alpha=alpha)
    y, f, weight = read_numbers(y_true, y_pred, sample_weight)
    return average_outputs(mean_over_samples(pinball(y, f, alpha), weight), multioutput)
