"""The losses of gradient boosting: which way each prediction should move, and how far a whole leaf should.

Idea
    Boosting knows a loss by four answers: the best constant to start from; the residuals, which are the negative
    gradient at each row; the value of a leaf, which moves all its rows at once; and the loss itself.
Maths
    With F the raw predictions, r the residuals, w the weights, and sums over the rows of a leaf:
    squared error     r = y - F                          leaf: mean of r
    absolute error    r = sign(y - F)                    leaf: median of y - F
    quantile a        r = a where y >= F, else a - 1     leaf: a-quantile of y - F
    huber             r = y - F, cut at +-delta          leaf: m + mean of sign(u - m) min(delta, |u - m|), u = y - F,
                                                         m its median; delta the a-quantile of |y - F|
    log loss          r = y - p, p = 1 / (1 + exp(-F))   leaf: sum w r / sum w p (1 - p), one Newton step
    k classes         r_j = [y = j] - p_j, p the softmax leaf: (k - 1) / k times the same
    exponential       r = y exp(-F) - (1 - y) exp(F)     leaf: sum w r / sum w |r|
References
    Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29 (2001), algorithms
    2 to 6. Friedman, Hastie, Tibshirani, Additive logistic regression, Annals of Statistics 28 (2000).
"""

from __future__ import annotations

import math

import numpy as np

from ..core.jit import lean_kernel
from ..core.typing import Array, FloatArray, IntArray

EPS = 2.220446049250313e-16


def weighted_quantile(values: FloatArray, weight: FloatArray, share: float) -> float:
    """Return the least of the values (n,) such that at least this share of all weight lies at or below it."""
    order = np.argsort(values)
    run = np.cumsum(weight[order])
    wanted = share * run[-1]
    place = np.searchsorted(run, wanted if wanted > 0.0 else np.nextafter(0.0, 1.0))
    return float(values[order[min(int(place), len(values) - 1)]])


def split_by_leaf(leaf: IntArray) -> list[IntArray]:
    """Return the rows of each leaf that has any, in ascending order."""
    order = np.argsort(leaf, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(leaf[order])) + 1)


def newton_steps(
    leaf: IntArray, n: int, weight: FloatArray, slope: FloatArray, curvature: FloatArray, factor: float = 1.0
) -> FloatArray:
    """Return factor * mean slope / mean curvature (n,) of the rows of each leaf; 0 where nothing can be gained."""
    found = np.zeros(n)
    for rows in split_by_leaf(leaf):
        below = np.average(curvature[rows], weights=weight[rows])
        if abs(below) >= 1e-150:
            found[leaf[rows[0]]] = np.average(slope[rows], weights=weight[rows]) * factor / below
    return found


@lean_kernel
def log_loss_residuals(y: Array, raw: Array, residual: Array) -> None:
    """Write y - 1 / (1 + exp(-raw)) to residual (n,), without overflow. y, raw (n,): read."""
    for i in range(y.shape[0]):
        if raw[i] > -37.0:
            falls = math.exp(-raw[i])
            residual[i] = -(((1.0 - y[i]) - y[i] * falls) / (1.0 + falls))
        else:
            residual[i] = y[i] - math.exp(raw[i])  # 1 + exp(raw) is 1 here


@lean_kernel
def softmax_residuals(y: Array, raw: Array, residual: Array) -> None:
    """Write [y = j] - softmax(raw)_j to residual (k, n). y (n,) codes, raw (k, n): read."""
    for i in range(y.shape[0]):
        top, total = raw[0, i], 0.0
        for j in range(1, raw.shape[0]):
            if raw[j, i] > top:
                top = raw[j, i]
        for j in range(raw.shape[0]):
            residual[j, i] = math.exp(raw[j, i] - top)
            total += residual[j, i]
        for j in range(raw.shape[0]):
            share = residual[j, i] / total
            residual[j, i] = -(share - 1.0) if y[i] == j else -share


@lean_kernel
def exponential_residuals(y: Array, raw: Array, residual: Array) -> None:
    """Write exp(-raw) where y is 1 and -exp(raw) where it is 0 to residual (n,). y, raw (n,): read."""
    for i in range(y.shape[0]):
        rises = math.exp(raw[i])
        residual[i] = 1.0 / rises if y[i] == 1.0 else -rises


class Loss:
    """What all losses share. y (n,), raw predictions F (k, n), weight (n,)."""

    n_trees = 1  # k: trees of one round
    factor = 1.0  # by which the mean loss is shown

    def start(self, y: FloatArray, weight: FloatArray | None) -> FloatArray:
        """Return the best constant (k,); weight None where the user gave none."""
        raise NotImplementedError

    def link(self, predicted: FloatArray) -> FloatArray:
        """Return raw predictions (k, n) for what an `init` estimator predicts: numbers (n,) or shares (n, classes)."""
        return predicted.reshape(1, -1).astype(np.float64)

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return the loss of each row (n,)."""
        raise NotImplementedError

    def mean(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> float:
        """Return the weighted mean of the rows' losses, times `factor`; NaN without any weight."""
        return float(self.factor * np.average(self.each(y, raw), weights=weight)) if weight.any() else float("nan")

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Return the negative gradients (k, n)."""
        raise NotImplementedError

    def leaf_values(
        self, leaf: IntArray, n: int, j: int, y: FloatArray, raw: FloatArray, residual: FloatArray, weight: FloatArray
    ) -> FloatArray | None:
        """Return how far each node (n,) of tree j moves its rows, whose leaves are `leaf`; None: as the tree says."""
        raise NotImplementedError

    def shares(self, raw: FloatArray) -> FloatArray:
        """Return the shares of the classes (n, classes) for raw predictions (k, n)."""
        raise NotImplementedError


class SquaredError(Loss):
    """Squared error; shown without the half."""

    factor = 2.0

    def start(self, y: FloatArray, weight: FloatArray | None) -> FloatArray:
        """Return the mean."""
        return np.array([np.average(y, weights=weight)])

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return half the squared differences."""
        F: FloatArray = raw[0]
        return 0.5 * (F - y) * (F - y)

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Return y - F."""
        return y - raw

    def leaf_values(
        self, leaf: IntArray, n: int, j: int, y: FloatArray, raw: FloatArray, residual: FloatArray, weight: FloatArray
    ) -> FloatArray | None:
        """Return None: the tree's means are the best already."""
        return None


class Quantile(Loss):
    """The pinball loss of an a-quantile."""

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def start(self, y: FloatArray, weight: FloatArray | None) -> FloatArray:
        """Return the quantile."""
        if weight is None:
            return np.array([np.percentile(y, 100.0 * self.alpha)])
        return np.array([weighted_quantile(y, weight, self.alpha)])

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return a (y - F) above, (1 - a) (F - y) below."""
        F: FloatArray = raw[0]
        return np.where(y >= F, self.alpha * (y - F), (1.0 - self.alpha) * (F - y))

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Return a above, a - 1 below."""
        return np.where(y >= raw, self.alpha, self.alpha - 1.0)

    def of_leaf(self, u: FloatArray, weight: FloatArray) -> float:
        """Return the best step for the differences u = y - F of one leaf."""
        return weighted_quantile(u, weight, self.alpha)

    def leaf_values(
        self, leaf: IntArray, n: int, j: int, y: FloatArray, raw: FloatArray, residual: FloatArray, weight: FloatArray
    ) -> FloatArray | None:
        """Return each leaf's quantile of y - F."""
        found, u = np.zeros(n), y - raw[0]
        for rows in split_by_leaf(leaf):
            found[leaf[rows[0]]] = self.of_leaf(u[rows], weight[rows])
        return found


class AbsoluteError(Quantile):
    """The absolute error: twice the pinball loss of the median."""

    def __init__(self) -> None:
        super().__init__(0.5)

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return |y - F|."""
        F: FloatArray = raw[0]
        return np.abs(F - y)

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Return 1 above, -1 below."""
        return np.where(raw > y, -1.0, 1.0)


class Huber(Quantile):
    """Squared near the truth, absolute farther away than delta: the a-quantile of |y - F|, anew in each round."""

    def __init__(self, alpha: float) -> None:
        super().__init__(0.5)
        self.share, self.delta = alpha, 0.5

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return half the squared difference, or delta (|y - F| - delta / 2)."""
        gap: FloatArray = np.abs(raw[0] - y)
        return np.where(gap <= self.delta, 0.5 * gap * gap, self.delta * (gap - 0.5 * self.delta))

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Set delta; return y - F, cut at +-delta."""
        u = y - raw
        self.delta = weighted_quantile(np.abs(u[0]), weight, self.share)
        return np.clip(u, -self.delta, self.delta)

    def of_leaf(self, u: FloatArray, weight: FloatArray) -> float:
        """Return m + mean of sign(u - m) min(delta, |u - m|)."""
        gap = u - (m := weighted_quantile(u, weight, 0.5))
        return m + float(np.average(np.sign(gap) * np.minimum(self.delta, np.abs(gap)), weights=weight))


class LogLoss(Loss):
    """The log loss of two classes, y 0 or 1; shown as the deviance, twice it."""

    factor = 2.0

    def start(self, y: FloatArray, weight: FloatArray | None) -> FloatArray:
        """Return the log odds of the classes' shares."""
        counts = np.bincount(y.astype(np.int64), weight, 2)
        return self.link((counts / counts.sum())[None])[:, 0]

    def link(self, predicted: FloatArray) -> FloatArray:
        """Return log(p / (1 - p))."""
        p = np.clip(predicted[:, 1], EPS, 1.0 - EPS)
        middle = np.log1p(2.0 * p - 1.0) - np.log1p(1.0 - 2.0 * p)  # near 1/2 no digit of p is lost this way
        return np.where((p < 0.3) | (p > 0.65), np.log(p / (1.0 - p)), middle)[None]

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return log(1 + exp(F)) - y F."""
        F: FloatArray = raw[0]
        return np.logaddexp(0.0, F) - y * F

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Return y - p."""
        found = np.empty_like(raw)
        log_loss_residuals(y, raw[0], found[0])
        return found

    def leaf_values(
        self, leaf: IntArray, n: int, j: int, y: FloatArray, raw: FloatArray, residual: FloatArray, weight: FloatArray
    ) -> FloatArray | None:
        """Return one Newton step for each leaf."""
        p = y - residual[j]
        return newton_steps(leaf, n, weight, residual[j], p * (1.0 - p))

    def shares(self, raw: FloatArray) -> FloatArray:
        """Return 1 - p and p."""
        p = -self.residuals(np.zeros(raw.shape[1]), raw, raw[0])[0]
        return np.stack([1.0 - p, p], axis=1)


class Multinomial(Loss):
    """The log loss of k classes, y their codes."""

    def __init__(self, n_classes: int) -> None:
        self.n_trees = n_classes

    def start(self, y: FloatArray, weight: FloatArray | None) -> FloatArray:
        """Return the logs of the classes' shares, less their mean."""
        counts = np.bincount(y.astype(np.int64), weight, self.n_trees)
        return self.link((counts / counts.sum())[None])[:, 0]

    def link(self, predicted: FloatArray) -> FloatArray:
        """Return log p_j less the mean over j."""
        p = np.clip(predicted.T, EPS, 1.0 - EPS)
        centred: FloatArray = np.log(p / np.exp(np.log(p).mean(axis=0)))
        return centred

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return log sum_j exp(F_j) - F_y."""
        top = raw.max(axis=0)
        found: FloatArray = np.log(np.exp(raw - top).sum(axis=0)) + top - raw[y.astype(np.int64), np.arange(len(y))]
        return found

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Return [y = j] - p_j."""
        found = np.empty_like(raw)
        softmax_residuals(y, raw, found)
        return found

    def leaf_values(
        self, leaf: IntArray, n: int, j: int, y: FloatArray, raw: FloatArray, residual: FloatArray, weight: FloatArray
    ) -> FloatArray | None:
        """Return (k - 1) / k of a Newton step that looks at class j alone."""
        p = (y == j) - residual[j]
        factor = (self.n_trees - 1) / self.n_trees
        return newton_steps(leaf, n, weight, residual[j], p * (1.0 - p), factor)

    def shares(self, raw: FloatArray) -> FloatArray:
        """Return the softmax."""
        risen = np.exp(raw - raw.max(axis=0))
        found: FloatArray = (risen / risen.sum(axis=0)).T
        return found


class Exponential(Loss):
    """The exponential loss of two classes, y 0 or 1: AdaBoost's."""

    def start(self, y: FloatArray, weight: FloatArray | None) -> FloatArray:
        """Return half the log odds."""
        counts = np.bincount(y.astype(np.int64), weight, 2)
        return self.link((counts / counts.sum())[None])[:, 0]

    def link(self, predicted: FloatArray) -> FloatArray:
        """Return log(p / (1 - p)) / 2."""
        return 0.5 * LogLoss().link(predicted)

    def each(self, y: FloatArray, raw: FloatArray) -> FloatArray:
        """Return exp(-F) for class 1, exp(F) for class 0."""
        found: FloatArray = np.exp(np.where(y == 1.0, -raw[0], raw[0]))
        return found

    def residuals(self, y: FloatArray, raw: FloatArray, weight: FloatArray) -> FloatArray:
        """Return exp(-F) for class 1, -exp(F) for class 0."""
        found = np.empty_like(raw)
        exponential_residuals(y, raw[0], found[0])
        return found

    def leaf_values(
        self, leaf: IntArray, n: int, j: int, y: FloatArray, raw: FloatArray, residual: FloatArray, weight: FloatArray
    ) -> FloatArray | None:
        """Return one Newton step for each leaf."""
        return newton_steps(leaf, n, weight, residual[0], np.abs(residual[0]))

    def shares(self, raw: FloatArray) -> FloatArray:
        """Return 1 - p and p = 1 / (1 + exp(-2 F))."""
        return LogLoss().shares(2.0 * raw)
