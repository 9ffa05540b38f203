"""Losses: how wrong the prediction z is where y was wanted, how fast that changes with z, and how that changes.

Idea
    A linear model predicts z = x'w; its gradient is then slope(z, y) x, its Hessian curvature(z, y) x x'. So a loss is
    three formulas in one number z, and whoever knows them can fit the model by any method.
Maths
    r = z - y for numbers y; the margin m = y z for labels y = -1 or +1; p is the loss's own parameter::

        name                          loss                                slope in z           curvature
        squared_error                 r^2 / 2                             r                    1
        huber, p = 1.35               r^2 / 2 if |r| <= p,                r, kept in [-p, p]   1 if |r| <= p else 0
                                      p |r| - p^2 / 2 beyond
        epsilon_insensitive, p = 0.1  max(|r| - p, 0)                     sign(r) if |r| > p   0
        squared_epsilon_insensitive   max(|r| - p, 0)^2                   2 sign(r) (|r| - p)  2 if |r| > p
        log_loss                      log(1 + exp(-m))                    -y / (1 + exp(m))    s (1 - s), s = sigmoid(z)
        hinge, p = 1                  max(p - m, 0)                       -y if m <= p         0
        squared_hinge, p = 1          max(p - m, 0)^2                     -2 y (p - m)         2 if m < p
        modified_huber                max(1 - m, 0)^2 if m >= -1,         -2 y (1 - m), -4 y   2 if -1 <= m < 1
                                      -4 m beyond

    perceptron is hinge with p = 0. At a kink any slope between both sides' would do; it is -y for the hinge, since a
    perceptron starts at w = 0 with all margins on the kink, and 0 for epsilon_insensitive.
Cost
    One pass over z; exp and log where the formula has them.
Differences
    exp is taken of negative numbers only, so that nothing overflows. Several classes: `multinomial.py`.
References
    Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, sections 10.6 and 12.3.2. Huber (1964), Ann.
    Math. Stat. 35(1). Zhang (2004), ICML (modified Huber).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..core.jit import kernel
from ..core.rules import check_rules, real
from ..core.typing import Array, FloatArray, VectorLike
from .exponentials import BLOCK, exp_of_minus, log_one_plus, sum_log_one_plus

(
    SQUARED_ERROR,
    HUBER,
    EPSILON_INSENSITIVE,
    SQUARED_EPSILON_INSENSITIVE,
    LOG_LOSS,
    HINGE,
    SQUARED_HINGE,
    MODIFIED_HUBER,
) = range(8)
MULTINOMIAL = 8  # a loss of k predictions at once, in `multinomial.py`


# ---------------------------------------------------------------------------------------------------------------
# One prediction


@kernel
def log_one_plus_exp(t: float) -> float:
    """Return log(1 + exp(t)), for any t."""
    return max(t, 0.0) + math.log1p(math.exp(-abs(t)))


@kernel
def sigmoid_at(t: float) -> float:
    """Return 1 / (1 + exp(-t)), for any t."""
    e = math.exp(-abs(t))
    return 1.0 / (1.0 + e) if t >= 0.0 else e / (1.0 + e)


@kernel
def loss_at(code: int, p: float, z: float, y: float) -> float:
    """Return the loss of prediction z for target y; `code` names the row of the table above."""
    r, m = z - y, y * z
    if code == SQUARED_ERROR:
        return 0.5 * r * r
    if code == LOG_LOSS:
        return log_one_plus_exp(-m)
    if code == HUBER:
        return 0.5 * r * r if abs(r) <= p else p * (abs(r) - 0.5 * p)
    if code == EPSILON_INSENSITIVE:
        return 0.0 if abs(r) <= p else abs(r) - p
    if code == SQUARED_EPSILON_INSENSITIVE:
        return 0.0 if abs(r) <= p else (abs(r) - p) ** 2
    if code == HINGE:
        return 0.0 if m >= p else p - m
    if code == SQUARED_HINGE:
        return 0.0 if m >= p else (p - m) ** 2
    if m >= 1.0:
        return 0.0
    return (1.0 - m) ** 2 if m >= -1.0 else -4.0 * m


@kernel
def slope_at(code: int, p: float, z: float, y: float) -> float:
    """Return the derivative in z of the loss of prediction z for target y."""
    r, m = z - y, y * z
    if code == SQUARED_ERROR:
        return r
    if code == LOG_LOSS:
        return -y * sigmoid_at(-m)
    if code == HUBER:
        return min(max(r, -p), p)
    if code == EPSILON_INSENSITIVE:
        return 0.0 if abs(r) <= p else math.copysign(1.0, r)
    if code == SQUARED_EPSILON_INSENSITIVE:
        return 0.0 if abs(r) <= p else 2.0 * math.copysign(abs(r) - p, r)
    if code == HINGE:
        return 0.0 if m > p else -y
    if code == SQUARED_HINGE:
        return 0.0 if m >= p else -2.0 * y * (p - m)
    if m >= 1.0:
        return 0.0
    return -2.0 * y * (1.0 - m) if m >= -1.0 else -4.0 * y


@kernel
def curvature_at(code: int, p: float, z: float, y: float) -> float:
    """Return the second derivative in z of the loss of prediction z for target y."""
    r, m = z - y, y * z
    if code == SQUARED_ERROR:
        return 1.0
    if code == LOG_LOSS:
        s = sigmoid_at(-abs(z))
        return s * (1.0 - s)
    if code == HUBER:
        return 1.0 if abs(r) <= p else 0.0
    if code == SQUARED_EPSILON_INSENSITIVE:
        return 2.0 if abs(r) > p else 0.0
    if code == SQUARED_HINGE:
        return 2.0 if m < p else 0.0
    if code == MODIFIED_HUBER:
        return 2.0 if -1.0 <= m < 1.0 else 0.0
    return 0.0


# ---------------------------------------------------------------------------------------------------------------
# n predictions


@kernel
def add_losses(code: int, p: float, z: Array, y: Array, weight: Array, slope: Array) -> float:
    """Return sum_i weight_i loss(z_i, y_i).

    z, y, weight (n,): read; a weight of length 0 stands for ones. slope (n,): overwritten by weight_i slope(z_i, y_i),
    so that X' slope is the gradient.
    """
    total = 0.0
    for i in range(z.shape[0]):
        share = weight[i] if weight.shape[0] else 1.0
        total += share * loss_at(code, p, z[i], y[i])
        slope[i] = share * slope_at(code, p, z[i], y[i])
    return total


@kernel
def add_log_losses(z: Array, y: Array, weight: Array, slope: Array) -> float:
    """Do what `add_losses` does for log_loss, twice as fast.

    With e = exp(-|m|), which serves both: loss = log(1 + e) + max(-m, 0), slope = -y (e if m > 0 else 1) / (1 + e).
    Loops are kept apart so that each can be turned into vector instructions; `exponentials.py` says more.
    """
    total, logs, n = 0.0, np.empty(BLOCK), z.shape[0]
    for first in range(0, n, BLOCK):
        last = min(first + BLOCK, n)
        e = slope[first:last]
        for i in range(first, last):
            e[i - first] = exp_of_minus(abs(y[i] * z[i]))
        if weight.shape[0] == 0:
            total += sum_log_one_plus(e)
            for i in range(first, last):
                m = y[i] * z[i]
                total += 0.0 if m >= 0.0 else -m
                slope[i] = -y[i] * ((1.0 if m < 0.0 else slope[i]) / (1.0 + slope[i]))
        else:
            for i in range(last - first):
                logs[i] = log_one_plus(e[i])
            for i in range(first, last):
                m = y[i] * z[i]
                total += weight[i] * (logs[i - first] + (0.0 if m >= 0.0 else -m))
                slope[i] = -weight[i] * y[i] * ((1.0 if m < 0.0 else slope[i]) / (1.0 + slope[i]))
    return total


@kernel
def list_losses(code: int, p: float, z: Array, y: Array, out: Array) -> None:
    """Put each loss into out (n,): overwritten. z, y (n,): read."""
    for i in range(z.shape[0]):
        out[i] = loss_at(code, p, z[i], y[i])


@kernel
def list_slopes(code: int, p: float, z: Array, y: Array, out: Array) -> None:
    """Put each slope into out (n,): overwritten. z, y (n,): read."""
    for i in range(z.shape[0]):
        out[i] = slope_at(code, p, z[i], y[i])


@kernel
def list_curvatures(code: int, p: float, z: Array, y: Array, out: Array) -> None:
    """Put each curvature into out (n,): overwritten. z, y (n,): read."""
    for i in range(z.shape[0]):
        out[i] = curvature_at(code, p, z[i], y[i])


@kernel
def list_sigmoids(z: Array, out: Array) -> None:
    """Put each 1 / (1 + exp(-z_i)) into out (n,): overwritten. z (n,): read."""
    for i in range(z.shape[0]):  # plainly: out[i] = sigmoid_at(z[i])
        e = exp_of_minus(abs(z[i]))
        out[i] = (1.0 if z[i] >= 0.0 else e) / (1.0 + e)


# ---------------------------------------------------------------------------------------------------------------
# The same for readers and callers in Python

TABLE = {  # name: code, p where none is given, the largest curvature
    "squared_error": (SQUARED_ERROR, 0.0, 1.0),
    "huber": (HUBER, 1.35, 1.0),
    "epsilon_insensitive": (EPSILON_INSENSITIVE, 0.1, math.inf),
    "squared_epsilon_insensitive": (SQUARED_EPSILON_INSENSITIVE, 0.1, 2.0),
    "log_loss": (LOG_LOSS, 0.0, 0.25),
    "hinge": (HINGE, 1.0, math.inf),
    "perceptron": (HINGE, 0.0, math.inf),
    "squared_hinge": (SQUARED_HINGE, 1.0, 2.0),
    "modified_huber": (MODIFIED_HUBER, 0.0, 2.0),
    "multinomial": (MULTINOMIAL, 0.0, 0.5),
}
HAVE_PARAMETER = frozenset({"huber", "epsilon_insensitive", "squared_epsilon_insensitive", "hinge", "squared_hinge"})
FOR_LABELS = frozenset({"log_loss", "hinge", "perceptron", "squared_hinge", "modified_huber"})


class Loss(NamedTuple):
    """A loss of one prediction, by the names kernels know it by. Made by `loss_named`."""

    name: str
    code: int
    parameter: float  # p in the table
    smoothness: float  # the largest curvature; inf where the slope jumps

    def values(self, z: VectorLike, y: VectorLike) -> FloatArray:
        """Return each loss, shape (n,)."""
        return self._list(list_losses, z, y)

    def slopes(self, z: VectorLike, y: VectorLike) -> FloatArray:
        """Return each derivative in z, shape (n,)."""
        return self._list(list_slopes, z, y)

    def curvatures(self, z: VectorLike, y: VectorLike) -> FloatArray:
        """Return each second derivative in z, shape (n,)."""
        return self._list(list_curvatures, z, y)

    def total(self, z: Array, y: Array, weight: Array, slope: Array) -> float:
        """Return sum_i weight_i loss(z_i, y_i); slope (n,) becomes weight_i slope(z_i, y_i).

        All float64, (n,); a weight of length 0 stands for ones. Not for multinomial, and y is not looked at.
        """
        with np.errstate(all="ignore"):  # where kernels run as plain Python, an overflow would be a warning
            if self.code == LOG_LOSS:
                return float(add_log_losses(z, y, weight, slope))
            return float(add_losses(self.code, self.parameter, z, y, weight, slope))

    def _list(self, formula: Callable[..., None], z: VectorLike, y: VectorLike) -> FloatArray:
        if self.code == MULTINOMIAL:
            raise ValueError("multinomial is a loss of k predictions at once; see `softmax` and `multinomial.py`.")
        z, y = np.broadcast_arrays(np.asarray(z, dtype=np.float64), np.asarray(y, dtype=np.float64))
        if self.name in FOR_LABELS and not (np.abs(y) == 1.0).all():
            raise ValueError(f"y must hold labels -1 and +1 for the loss {self.name!r}; e.g. np.where(y > 0, 1, -1).")
        out = np.empty(z.size)
        with np.errstate(all="ignore"):
            formula(self.code, self.parameter, np.array(z).ravel(), np.array(y).ravel(), out)
        return out.reshape(z.shape)


def loss_named(name: str, parameter: float | None = None) -> Loss:
    """Return a loss by scikit-learn's name for it; labels y are -1 and +1.

    Parameters
    ----------
    name : "squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive", "log_loss", "hinge",
        "perceptron", "squared_hinge", "modified_huber" or "multinomial" (which has its kernels in `multinomial.py`)
    parameter : p in the table at the top of the file: huber's border, the insensitive width, the hinge's margin

    Raises
    ------
    ValueError
        If there is no such loss, or it cannot have such a parameter, or none at all.
    TypeError
        If the parameter is no number.

    Examples
    --------
    >>> from scratchml.optim import loss_named
    >>> loss_named("hinge").values([2.0, 0.5, -1.0], [1, 1, 1]).tolist()
    [0.0, 0.5, 2.0]
    """
    if not isinstance(name, str) or name not in TABLE:
        raise ValueError(f"loss={name!r} is not known; give one of {', '.join(TABLE)}.")
    code, usual, smoothness = TABLE[name]
    if parameter is None:
        return Loss(name, code, usual, smoothness)
    if name not in HAVE_PARAMETER:
        raise ValueError(f"parameter={parameter!r} was given, but the loss {name!r} has none; leave it out.")
    check_rules(f"loss {name!r}", {"parameter": real(0.0, math.inf, open_high=True)}, {"parameter": parameter})
    return Loss(name, code, float(parameter), smoothness)


def sigmoid(z: VectorLike) -> FloatArray:
    """Return 1 / (1 + exp(-z)), of z's shape, without overflow.

    >>> from scratchml.optim import sigmoid
    >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    given: FloatArray = np.asarray(z, dtype=np.float64, order="C")
    out = np.empty(given.shape)
    list_sigmoids(given.reshape(-1), out.reshape(-1))
    return out
