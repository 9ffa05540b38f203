"""BatchNorm: each feature with mean 0 and deviation 1 over the batch, then a scale and a shift that are learned.

Idea
    A layer learns more easily if what comes in keeps its size while the layers below change. In training, mean and
    variance are those of the batch; they are remembered as running means, and these are used to predict, so that a
    prediction does not depend on its neighbours.
Maths
    For each feature (the last axis; of images a channel), over all m other places of the batch::

        h = (x - mean) / sqrt(variance + epsilon)       y = scale h + shift
        s_scale = sum s_y h      s_shift = sum s_y      s_h = s_y scale, s_x: see `standardise.py`
        running = (1 - momentum) running + momentum batch's, with the variance times m / (m - 1)

    When predicting, mean and variance are constants: s_x = s_y scale / sqrt(variance + epsilon).
    With several pieces of rows, of n_j each, their own means and squares (Chan et al., equation 1.5, for all at once)::

        mean = sum_j total_j / m        m variance = sum_j squares_j + n_j (mean_j - mean)^2

Cost
    Forward x is fetched twice and y written once; backward x and s_y are fetched twice and s_x written once. Of float32
    a few rows are added in float32, and their sums in float64.
Differences
    None from PyTorch's (momentum is the new one's share; Keras gives the old one's), but that a batch of one row is
    taken: its h is 0, and what comes out is the shift.
References
    Ioffe, Szegedy (2015), "Batch normalization", algorithms 1 and 2. Chan, Golub, LeVeque (1983), "Algorithms for
    computing the sample variance", The American Statistician 37.
"""

from __future__ import annotations

import numpy as np

from ...core.jit import lean_kernel
from ...core.rules import check_rules, real
from ...core.typing import Array
from .layer import Shape
from .standardise import Standardise

# ---------------------------------------------------------------------------------------------------------------
# Kernels. The inner loops run over columns, each with sums of its own; several rows at a time, so that these sums are
# fetched and put back less often. Views of rows tell the compiler that places are 0 or more.


@lean_kernel
def measure_columns(x: Array, total: Array, squares: Array, mean: Array) -> None:
    """Sum the columns of x (n, k), read, and their squares about their mean. All others (k,): overwritten."""
    n, k = x.shape
    fours = n - n % 4
    total[:] = 0.0
    squares[:] = 0.0
    for i in range(0, fours, 4):
        a, b, c, d = x[i], x[i + 1], x[i + 2], x[i + 3]
        for f in range(k):
            total[f] += (a[f] + b[f]) + (c[f] + d[f])
    for i in range(fours, n):
        for f in range(k):
            total[f] += x[i, f]
    for f in range(k):
        mean[f] = total[f] / n
    for i in range(0, fours, 4):
        a, b, c, d = x[i], x[i + 1], x[i + 2], x[i + 3]
        for f in range(k):
            e, g, p, q = a[f] - mean[f], b[f] - mean[f], c[f] - mean[f], d[f] - mean[f]
            squares[f] += (e * e + g * g) + (p * p + q * q)
    for i in range(fours, n):
        for f in range(k):
            e = x[i, f] - mean[f]
            squares[f] += e * e


@lean_kernel
def merge_pieces(moments: Array, rows: int, n: int, mean: Array, variance: Array) -> None:
    """Merge the moments (pieces, 2, k), read, of n rows, `rows` in each piece but the last. Rest (k,): overwritten."""
    mean[:] = 0.0
    variance[:] = 0.0
    for j in range(moments.shape[0]):
        for f in range(mean.shape[0]):
            mean[f] += moments[j, 0, f]
    for f in range(mean.shape[0]):
        mean[f] /= n
    for j in range(moments.shape[0]):
        here = min(rows, n - j * rows)
        for f in range(mean.shape[0]):
            gap = moments[j, 0, f] / here - mean[f]
            variance[f] += moments[j, 1, f] + here * (gap * gap)
    for f in range(mean.shape[0]):
        variance[f] /= n


@lean_kernel
def scale_columns(x: Array, mean: Array, factor: Array, shift: Array, y: Array) -> None:
    """Write (x - mean) factor + shift to y (n, k), overwritten. x (n, k) and the others (k,): read."""
    for i in range(x.shape[0]):
        for f in range(x.shape[1]):
            y[i, f] = (x[i, f] - mean[f]) * factor[f] + shift[f]


@lean_kernel
def sum_slopes(slopes: Array, x: Array, mean: Array, total: Array, product: Array) -> None:
    """Sum the columns of slopes, and of slopes times x - mean, to total, product (k,): overwritten. Others: read."""
    n, k = x.shape
    twos = n - n % 2
    total[:] = 0.0
    product[:] = 0.0
    for i in range(0, twos, 2):
        a, b, u, v = slopes[i], slopes[i + 1], x[i], x[i + 1]
        for f in range(k):
            total[f] += a[f] + b[f]
            product[f] += a[f] * (u[f] - mean[f]) + b[f] * (v[f] - mean[f])
    for i in range(twos, n):
        for f in range(k):
            total[f] += slopes[i, f]
            product[f] += slopes[i, f] * (x[i, f] - mean[f])


@lean_kernel
def pull_columns(
    slopes: Array, x: Array, mean: Array, factor: Array, move: Array, stretch: Array, grad_x: Array
) -> None:
    """Take the move and the stretch out of slopes (n, k): grad_x (n, k), overwritten. x (n, k), others (k,): read."""
    for i in range(x.shape[0]):
        for f in range(x.shape[1]):
            grad_x[i, f] = ((slopes[i, f] - move[f]) - (x[i, f] - mean[f]) * stretch[f]) * factor[f]


class BatchNorm(Standardise):
    """Standardise each feature over the batch; scale and shift.

    Parameters
    ----------
    momentum : share of the newest batch in the running mean and variance
    epsilon : added to variances, so that a constant feature gives 0
    name : what messages call it

    Attributes
    ----------
    parameters : "scale" (k,), "shift" (k,)
    statistics : "running_mean", "running_variance" (k,), for predicting; no optimiser changes them

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import BatchNorm
    >>> layer = BatchNorm()
    >>> layer.build((1,), np.random.RandomState(0))
    (1,)
    >>> layer.forward(np.array([[1.0], [3.0]]), training=True).round(3).tolist()
    [[-1.0], [1.0]]
    """

    def __init__(self, *, momentum: float = 0.1, epsilon: float = 1e-5, name: str | None = None) -> None:
        super().__init__(name)
        rules = {"momentum": real(0.0, 1.0), "epsilon": real(0.0, open_low=True)}
        check_rules("BatchNorm", rules, {"momentum": momentum, "epsilon": epsilon})
        self.momentum, self.epsilon = float(momentum), float(epsilon)

    def prepare(self, input_shape: Shape, rng: object) -> Shape:
        """Start with scale 1, shift 0, running mean 0 and variance 1."""
        shape = super().prepare(input_shape, rng)
        mean, variance = np.zeros(shape[-1], self.dtype), np.ones(shape[-1], self.dtype)
        self.statistics = {"running_mean": mean, "running_variance": variance}
        return shape

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return scale h + shift for x (b, ..., k), read; in training, move the running mean and variance."""
        y, out = self.take_rows(x)
        rows, (n, k) = self._x, self._x.shape
        running_mean, running_variance = self.statistics["running_mean"], self.statistics["running_variance"]
        self._mean, self._factor = self.room("mean", (k,)), self.room("factor", (k,))
        self._training = training and n > 0  # no rows have no mean
        mean, variance = running_mean, running_variance
        if self._training:
            mean, variance = self.moments()
            running_mean += self.momentum * (mean - running_mean)
            running_variance += self.momentum * (variance * (n / max(n - 1, 1)) - running_variance)
        self._inverse = 1.0 / np.sqrt(variance + self.epsilon)
        self._mean[...] = mean
        np.multiply(self._inverse, self.parameters["scale"], out=self._factor, casting="same_kind")
        shift = self.parameters["shift"]
        self.each_piece(lambda j, at: scale_columns(rows[at], self._mean, self._factor, shift, out[at]))
        return self.leave(y)

    def moments(self) -> tuple[Array, Array]:
        """Return mean and variance (k,) of the last batch's columns, in float64."""
        rows, (n, k), pieces = self._x, self._x.shape, len(self.pieces())
        moments, means = self.room("moments", (pieces, 2, k), np.float64), self.room("means", (pieces, k))
        self.each_piece(lambda j, at: measure_columns(rows[at], moments[j, 0], moments[j, 1], means[j]))
        found = np.empty((2, k))
        merge_pieces(moments, self.pieces()[0].stop, n, found[0], found[1])
        return found[0], found[1]

    def backward(self, grad_y: Array) -> Array:
        """Return s_x for s_y (b, ..., k), read; through mean and variance, too, if they were the batch's."""
        rows, (n, k), pieces = self._x, self._x.shape, len(self.pieces())
        slopes, mean, factor = self.turn(grad_y).reshape(n, k), self._mean, self._factor
        sums = self.room("moments", (pieces, 2, k), np.float64)
        self.each_piece(lambda j, at: sum_slopes(slopes[at], rows[at], mean, sums[j, 0], sums[j, 1]))
        total, product = sums.sum(axis=0)
        product *= self._inverse
        self.gradients["shift"][...], self.gradients["scale"][...] = total, product
        grad_x = self.room("grad_x", self._came_in)
        flat = grad_x.reshape(n, k)
        if self._training:
            move, stretch = (a.astype(self.dtype) for a in (total / n, product * self._inverse / n))
            self.each_piece(lambda j, at: pull_columns(slopes[at], rows[at], mean, factor, move, stretch, flat[at]))
        else:
            np.multiply(slopes, factor, out=flat)
        return grad_x
