"""Losses: how wrong the outputs are, and the slope in the last weighted sums, worked out from these sums.

Idea
    Each loss comes with the output activation that makes its slope the plain difference "predicted minus wanted". The
    loss is worked out from the weighted sums (logits), never from rounded probabilities: log(exp(z)) is z, however
    large z is.
Maths
    Logits z, wanted y, per row; the sum over rows is weighted by w and divided by the sum of w afterwards::

        squared_error  yhat = z                    1/2 mean_j (y_j - z_j)^2            slope z - y
        poisson        yhat = exp(z)               sum_j y log(y / yhat) - y + yhat    slope yhat - y
        logistic       p = 1 / (1 + exp(-z))       sum_j max(z, 0) - y z + log(1 + exp(-|z|))    slope p - y
        softmax        p_j = exp(z_j) / sum exp    log sum_j exp(z_j) - z_class        slope p - y

Cost
    One pass over the logits, one exp for each; the wanted values are looked up by row number, so none are copied.
Differences
    From scikit-learn's: the same, but `most` may be inf. scikit-learn cuts probabilities off at 2.2e-16, so no label
    costs more than 36.04 = -log(2.2e-16), and takes log(1 - p) of the rounded p. The stochastic solvers report this
    number, too (`most` = `LARGEST`), so that loss curves agree and training ends in the same epoch; L-BFGS and
    `certify` take the loss itself (`most` = inf). The slope is never cut off. With several outputs the squared error is
    their mean, but its slope that of their sum: `share` = 1 / outputs makes it that of the mean.
References
    Goodfellow, Bengio, Courville (2016), Deep Learning, section 6.2.2.
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import kernel
from ..core.typing import Array
from .activations import add_bias, logistic, softmax

LARGEST = -math.log(float(np.finfo(np.float64).eps))  # 36.04: the most scikit-learn lets a label cost
LARGEST_EXPONENT = 709.0  # exp of more overflows
ROUNDED = 15.0  # logits above it have a p so near to 1 that 1 - p has lost digits


@kernel
def squared_errors(Z: Array, Y: Array, rows: Array, weight: Array, share: float) -> float:
    """Return the weighted sum of half the mean squared errors. Z (b, t): overwritten by the slopes, times `share`.

    Y (n, t), rows (b,), the batch's rows of Y, and their weight (b,): read.
    """
    total = 0.0
    for i in range(Z.shape[0]):
        squares, w = 0.0, weight[i]
        for j in range(Z.shape[1]):
            miss = Z[i, j] - Y[rows[i], j]
            squares += miss * miss
            Z[i, j] = miss * w * share
        total += w * squares
    return float(0.5 * total / Z.shape[1])


@kernel
def poisson_deviances(Z: Array, Y: Array, rows: Array, weight: Array) -> float:
    """Return the weighted sum of half the Poisson deviances. Z (b, t): overwritten by the slopes.

    Y (n, t), 0 or more, rows (b,), the batch's rows of Y, and their weight (b,): read.
    """
    total = 0.0
    for i in range(Z.shape[0]):
        w = weight[i]
        for j in range(Z.shape[1]):
            y, z = Y[rows[i], j], Z[i, j]
            mean = math.inf if z > LARGEST_EXPONENT else math.exp(z)
            log_part = y * (math.log(y) - z) if y > 0.0 else 0.0
            total += w * (log_part - y + mean)
            Z[i, j] = (mean - y) * w
    return total


@kernel
def binary_cross_entropies(Z: Array, Y: Array, rows: Array, weight: Array, most: float) -> float:
    """Return the weighted sum of cross-entropies, of each at most `most`. Z (b, t): overwritten by the slopes.

    Y (n, t), zeros and ones, rows (b,), the batch's rows of Y, and their weight (b,): read.
    """
    total = 0.0
    for i in range(Z.shape[0]):
        w = weight[i]
        for j in range(Z.shape[1]):
            y, z = Y[rows[i], j], Z[i, j]
            e = math.exp(-abs(z))
            p = (1.0 if z >= 0.0 else e) / (1.0 + e)
            loss = (z if z > 0.0 else 0.0) - y * z + math.log1p(e)
            if y == 0.0 and z > ROUNDED and most < math.inf:
                loss = -math.log(1.0 - p) if p < 1.0 else most
            total += w * (most if loss > most else loss)
            Z[i, j] = (p - y) * w
    return total


@kernel
def cross_entropies(Z: Array, codes: Array, rows: Array, weight: Array, most: float) -> float:
    """Return the weighted sum of cross-entropies, of each at most `most`. Z (b, k): overwritten by the slopes.

    codes (n,), each row's class, rows (b,), the batch's rows of them, and their weight (b,): read.
    """
    total = 0.0
    for i in range(Z.shape[0]):
        w, c = weight[i], codes[rows[i]]
        top, wanted = Z[i, 0], Z[i, c]
        for j in range(1, Z.shape[1]):
            top = Z[i, j] if Z[i, j] > top else top
        parts = 0.0
        for j in range(Z.shape[1]):
            Z[i, j] = math.exp(Z[i, j] - top)  # never above 1
            parts += Z[i, j]
        loss = math.log(parts) - (wanted - top)
        total += w * (most if loss > most else loss)
        for j in range(Z.shape[1]):
            Z[i, j] = (Z[i, j] / parts - (1.0 if j == c else 0.0)) * w
    return total


def lose(
    loss: str, Z: Array, bias: Array, wanted: Array, rows: Array, weight: Array, most: float, share: float
) -> float:
    """Return the weighted sum of losses of a batch. Z (b, t), products x'W: overwritten by the slopes.

    bias (t,), wanted, (n,) codes for "softmax", else (n, t), rows (b,), the batch's, and their weight (b,): read.
    """
    add_bias(Z, bias)
    if loss == "softmax":
        return float(cross_entropies(Z, wanted, rows, weight, most))
    if loss == "logistic":
        return float(binary_cross_entropies(Z, wanted, rows, weight, most))
    if loss == "poisson":
        return float(poisson_deviances(Z, wanted, rows, weight))
    return float(squared_errors(Z, wanted, rows, weight, share))


def link(loss: str, Z: Array) -> None:
    """Turn logits Z (b, t), overwritten, into what is predicted: probabilities or means."""
    if loss == "softmax":
        softmax(Z)
    elif loss == "logistic":
        logistic(Z)
    elif loss == "poisson":
        np.exp(Z, out=Z)
