"""The losses of histogram boosting: where to start, which way is down, how curved the way is, and how far one is.

Idea
----
A tree is fitted to two numbers for each row: the slope of the row's loss at its present score, and how the slope
itself changes. Where the loss has no curvature (absolute error, quantile), each leaf's value is found anew from its
rows: their median, or quantile.

Maths
-----
For truth y and score z (a prediction is mu = z, exp(z), or a probability)::

    loss             l(y, z)                          gradient                hessian
    squared_error    (z - y)^2 / 2                    z - y                   1
    absolute_error   |z - y|                          sign(z - y)             1 (for want of one)
    quantile         q (y - z) or (1 - q) (z - y)     -q or 1 - q             1 (for want of one)
    poisson          exp(z) - y z                     exp(z) - y              exp(z)
    gamma            z + y exp(-z)                    1 - y exp(-z)           y exp(-z)
    log_loss         log(1 + exp(z)) - y z            p - y                   p (1 - p),  p = 1 / (1 + exp(-z))
    log_loss, k > 2  log(sum_c exp(z_c)) - z_y        p_c - [y = c]           p_c (1 - p_c),  p = softmax(z)

Each is multiplied by the row's weight. The start is the best constant score.

Cost
----
One exponential for each row and class.

Differences
-----------
Gradients and hessians are rounded to float32 as in scikit-learn, so that sums of 2^29 of them are exact but for
cancellation. Exponents are clipped at 700, where scikit-learn's overflow.

References
----------
J. H. Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5), section
4. T. Chen, C. Guestrin (2016), "XGBoost: a scalable tree boosting system", KDD, equation 3.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array, FloatArray
from ..preprocessing.quantiles import weighted_quantiles

SQUARED_ERROR, ABSOLUTE_ERROR, QUANTILE, POISSON, GAMMA, BINOMIAL, MULTINOMIAL = range(7)
LOSSES = {
    "squared_error": SQUARED_ERROR,
    "absolute_error": ABSOLUTE_ERROR,
    "quantile": QUANTILE,
    "poisson": POISSON,
    "gamma": GAMMA,
}
EPS = float(np.finfo(np.float64).eps)


@kernel
def bounded_exp(t: float) -> float:
    """Return exp(t), for t clipped to at most 700."""
    return math.exp(min(t, 700.0))


@kernel
def loss_at(loss: int, q: float, y: float, z: float) -> float:
    """Return the loss of score z for truth y, as in the table above."""
    if loss == SQUARED_ERROR:
        return 0.5 * (z - y) * (z - y)
    if loss == ABSOLUTE_ERROR:
        return abs(z - y)
    if loss == QUANTILE:
        return q * (y - z) if y >= z else (1.0 - q) * (z - y)
    if loss == POISSON:
        return bounded_exp(z) - y * z
    if loss == GAMMA:
        return z + y * bounded_exp(-z)
    if z <= -37.0:  # log(1 + exp(z)), which of these forms keeps its digits
        return math.exp(z) - y * z
    if z <= -2.0:
        return math.log1p(math.exp(z)) - y * z
    if z <= 18.0:
        return math.log(1.0 + math.exp(z)) - y * z
    return (z + math.exp(-z) if z <= 33.3 else z) - y * z


@kernel
def slope_and_curvature(loss: int, q: float, y: float, z: float) -> tuple[float, float]:
    """Return gradient and hessian of the loss at score z for truth y, as in the table above."""
    if loss == SQUARED_ERROR:
        return z - y, 1.0
    if loss == ABSOLUTE_ERROR:
        return (1.0 if z > y else -1.0), 1.0
    if loss == QUANTILE:
        return (-q if y >= z else 1.0 - q), 1.0
    if loss == POISSON:
        e = bounded_exp(z)
        return e - y, e
    if loss == GAMMA:
        e = bounded_exp(-z)
        return 1.0 - y * e, y * e
    if z <= -37.0:
        e = math.exp(z)
        return e - y, e
    e = math.exp(-z)
    return ((1.0 - y) - y * e) / (1.0 + e), e / ((1.0 + e) * (1.0 + e))


@kernel
def list_gradients(loss: int, q: float, y: Array, z: Array, weight: Array, gradient: Array, hessian: Array) -> None:
    """Find each row's gradient and hessian. y, z (n,), weight (n,) or (0,) for ones: read. gradient, hessian (n,)
    float32: overwritten; hessian (0,) where all are one."""
    for i in range(y.shape[0]):
        w = weight[i] if weight.shape[0] else 1.0
        g, h = slope_and_curvature(loss, q, y[i], z[i])
        gradient[i] = w * g
        if hessian.shape[0]:
            hessian[i] = w * h


@kernel
def list_class_gradients(
    y: Array, z: Array, weight: Array, first: int, stop: int, gradient: Array, hessian: Array
) -> None:
    """Find the gradients and hessians by class of the rows from first to before stop. y (n,), z (k, n), weight (n,) or
    (0,): read. gradient, hessian (k, n) float32: those rows' overwritten."""
    k = z.shape[0]
    p = np.empty(k)
    for i in range(first, stop):
        w = weight[i] if weight.shape[0] else 1.0
        largest, total = z[0, i], 0.0
        for c in range(1, k):
            largest = max(largest, z[c, i])
        for c in range(k):
            p[c] = math.exp(z[c, i] - largest)
            total += p[c]
        for c in range(k):
            share = p[c] / total
            gradient[c, i] = (share - (1.0 if y[i] == c else 0.0)) * w
            hessian[c, i] = (share * (1.0 - share)) * w


@kernel
def list_losses(loss: int, q: float, y: Array, z: Array, out: Array) -> None:
    """Find each row's loss. y (n,), z (k, n): read. out (n,): overwritten."""
    k = z.shape[0]
    for i in range(y.shape[0]):
        if k == 1:
            out[i] = loss_at(loss, q, y[i], z[0, i])
            continue
        largest, total = z[0, i], 0.0
        for c in range(1, k):
            largest = max(largest, z[c, i])
        for c in range(k):
            total += math.exp(z[c, i] - largest)
        out[i] = math.log(total) + largest - z[int(y[i]), i]


# ---------------------------------------------------------------------------------------------------------------


def mean_loss(loss: int, q: float, y: FloatArray, z: FloatArray, weight: FloatArray | None) -> float:
    """Return the (weighted) mean loss of scores z (k, n) for truth y (n,)."""
    out = np.empty(len(y))
    list_losses(loss, q, y, z, out)
    return float(np.average(out, weights=weight))


def middle(loss: int, q: float, y: FloatArray, weight: FloatArray | None) -> float:
    """Return the median (loss absolute_error) or the q-quantile of y (n,)."""
    if weight is not None:
        percent = np.array([50.0 if loss == ABSOLUTE_ERROR else 100 * q])
        if not (weight > 0).any():
            return 0.0  # rows that count for nothing ask for no change
        y, weight = y[weight > 0], weight[weight > 0]
        return float(weighted_quantiles(y, weight, percent, average=False)[0])
    return float(np.median(y) if loss == ABSOLUTE_ERROR else np.percentile(y, 100 * q))


def best_constant(loss: int, q: float, y: FloatArray, weight: FloatArray | None, n_scores: int) -> FloatArray:
    """Return the constant scores (n_scores,) of the least mean loss for truth y (n,)."""
    if loss in (ABSOLUTE_ERROR, QUANTILE):
        return np.array([middle(loss, q, y, weight)])
    if loss == MULTINOMIAL:
        shares = np.array([np.average(y == c, weights=weight) for c in range(n_scores)])
        shares = np.clip(shares, EPS, 1 - EPS)
        return np.asarray(np.log(shares / np.exp(np.log(shares).mean())))
    mean = float(np.average(y, weights=weight))
    if loss == SQUARED_ERROR:
        return np.array([mean])
    if loss in (POISSON, GAMMA):
        return np.array([math.log(max(mean, 10 * EPS))])
    share = min(max(mean, 10 * EPS), 1 - 10 * EPS)
    if 0.3 <= share <= 0.65:  # near one half, this form of log(p / (1 - p)) keeps its digits
        centred = 2.0 * (share - 0.5)
        return np.array([math.log1p(centred) - math.log1p(-centred)])
    return np.array([math.log(share / (1.0 - share))])
