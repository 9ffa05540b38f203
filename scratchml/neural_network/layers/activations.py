"""Activations as layers: ReLU, LeakyReLU, GELU, Sigmoid, Tanh, Softmax.

Idea
    A stack of weighted sums is a weighted sum; what makes depth worth its while is that each is bent. ReLU cuts off
    what is negative; LeakyReLU lets a little of it through, so that no unit goes dead; GELU does it smoothly; Sigmoid
    and Tanh flatten both ends; Softmax turns numbers into shares.
Maths
    ::

        ReLU        y = max(x, 0)                        s_x = s_y where x > 0, else 0
        LeakyReLU   y = x where x >= 0, else slope x     s_x = s_y, or slope s_y
        GELU        y = x P(x), P normal distribution    s_x = s_y (P(x) + x exp(-x^2 / 2) / sqrt(2 pi))
        Sigmoid     y = 1 / (1 + exp(-x))                s_x = s_y y (1 - y)
        Tanh        y = tanh(x)                          s_x = s_y (1 - y^2)
        Softmax     y_j = exp(x_j) / sum exp             s_x = y (s_y - sum_j s_y_j y_j), along the last axis

Cost
    One pass or a few.
Differences
    The slope at a kink is 0 (ReLU) or 1 (LeakyReLU). GELU is the exact one, with erf, as PyTorch's default.
References
    Goodfellow, Bengio, Courville (2016), section 6.3. Maas et al. (2013), "Rectifier nonlinearities improve neural
    network acoustic models". Hendrycks, Gimpel (2016), "Gaussian error linear units", section 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...core import chunks, map_chunks
from ...core.jit import kernel, larger, lean_kernel
from ...core.row_sums import add_up
from ...core.rules import check_rules, real
from ...core.typing import Array
from ..activations import logistic_of
from ..initialisers import Draws
from .layer import Layer, Shape

PIECE = 2**16  # numbers that are worked on at a time: they stay in the cache from one pass to the next
HALF_ROOT = math.sqrt(0.5)
DENSITY_AT_0 = 1.0 / math.sqrt(2.0 * math.pi)


@kernel
def bend(x: Array, slope: float, y: Array) -> None:
    """Copy x (n,), read, to y (n,), overwritten; what is below 0 times slope. NaN stays."""
    for i in range(x.shape[0]):
        y[i] = x[i] * slope if x[i] < 0.0 else x[i]


@kernel
def bend_slopes(grad_y: Array, y: Array, slope: float, grad_x: Array) -> None:
    """Copy grad_y (n,), read, to grad_x (n,), overwritten; times slope where the values y (n,), read, are below 0."""
    for i in range(y.shape[0]):
        grad_x[i] = grad_y[i] * slope if y[i] < 0.0 else grad_y[i]


@kernel
def keep_where_positive(grad_y: Array, y: Array, grad_x: Array) -> None:
    """Copy grad_y (n,), read, to grad_x (n,), overwritten; 0 where the values y (n,), read, are 0."""
    for i in range(y.shape[0]):
        grad_x[i] = 0.0 if y[i] == 0.0 else grad_y[i]


@kernel
def weigh_by_normal(x: Array, y: Array) -> None:
    """Turn x (n,), read, into x P(x): y (n,), overwritten."""
    for i in range(x.shape[0]):
        y[i] = x[i] * (0.5 * math.erfc(-x[i] * HALF_ROOT)) if x[i] != -math.inf else 0.0


@kernel
def put_exponents(x: Array, exponents: Array) -> None:
    """Write -x^2 / 2 to exponents (n,), overwritten. x (n,): read."""
    for i in range(x.shape[0]):
        exponents[i] = -0.5 * x[i] * x[i]


@kernel
def weigh_slopes_by_normal(grad_y: Array, x: Array, y: Array, grad_x: Array) -> None:
    """Turn slopes in x P(x) into slopes in x: grad_x (n,), which holds exp(-x^2 / 2), overwritten. Others (n,): read.

    P(x) is y / x, to the last digit but one.
    """
    for i in range(x.shape[0]):
        z = min(max(x[i], -40.0), 40.0)  # beyond, the density is 0 anyhow
        share = y[i] / x[i] if abs(x[i]) > 1e-30 else 0.5
        grad_x[i] = grad_y[i] * ((share if x[i] != math.inf else 1.0) + z * DENSITY_AT_0 * grad_x[i])


@kernel
def scale_by_slope_of_logistic(grad_y: Array, y: Array, grad_x: Array) -> None:
    """Write grad_y y (1 - y) to grad_x (n,), overwritten. grad_y, y (n,): read."""
    one = y.dtype.type(1.0)
    for i in range(y.shape[0]):
        grad_x[i] = (one - y[i]) * y[i] * grad_y[i]


@kernel
def scale_by_slope_of_tanh(grad_y: Array, y: Array, grad_x: Array) -> None:
    """Write grad_y (1 - y^2) to grad_x (n,), overwritten. grad_y, y (n,): read."""
    one = y.dtype.type(1.0)
    for i in range(y.shape[0]):
        grad_x[i] = (one - y[i] * y[i]) * grad_y[i]


def in_pieces(work: Callable[..., None], *arrays: Array) -> None:
    """Do some work on arrays (n, ...), a piece of their rows after the other, or by several threads."""
    n = len(arrays[0])
    if arrays[0].size <= PIECE:
        work(*arrays)
    else:
        rows = max(1, PIECE * n // arrays[0].size)
        map_chunks(lambda at: work(*(a[at] for a in arrays)), chunks(n, rows))


class ReLU(Layer):
    """max(x, 0).

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import ReLU
    >>> layer = ReLU()
    >>> layer.build((3,), np.random.RandomState(0))
    (3,)
    >>> layer.forward(np.array([[-1.0, 0.0, 2.0]])).tolist()
    [[0.0, 0.0, 2.0]]
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return max(x, 0), of x read."""
        x = self.enter(x)
        self._y = self.room("y", x.shape)
        in_pieces(lambda x, y: np.maximum(x, 0.0, out=y), x, self._y)
        return self.leave(self._y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_y, read, where y > 0."""
        slopes, grad_x = self.turn(grad_y), self.room("grad_x", self._came_in)
        in_pieces(keep_where_positive, *(a.reshape(-1) for a in (slopes, self._y, grad_x)))
        return grad_x


class LeakyReLU(Layer):
    """x where x >= 0, slope x elsewhere.

    Parameters
    ----------
    slope : above 0
    name : what messages call it

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import LeakyReLU
    >>> layer = LeakyReLU(0.5)
    >>> layer.build((2,), np.random.RandomState(0))
    (2,)
    >>> layer.forward(np.array([[-1.0, 2.0]])).tolist()
    [[-0.5, 2.0]]
    """

    def __init__(self, slope: float = 0.01, *, name: str | None = None) -> None:
        super().__init__(name)
        check_rules("LeakyReLU", {"slope": real(0.0, open_low=True)}, {"slope": slope})
        self.slope = float(slope)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return x, read, bent."""
        x = self.enter(x)
        self._y = self.room("y", x.shape)
        in_pieces(lambda x, y: bend(x, self.slope, y), x.reshape(-1), self._y.reshape(-1))
        return self.leave(self._y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_y, read, times slope where y < 0."""
        slopes, grad_x = self.turn(grad_y), self.room("grad_x", self._came_in)
        arrays = (a.reshape(-1) for a in (slopes, self._y, grad_x))
        in_pieces(lambda slopes, y, grad_x: bend_slopes(slopes, y, self.slope, grad_x), *arrays)
        return grad_x


class GELU(Layer):
    """x times the probability that a normal draw is smaller than x.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import GELU
    >>> layer = GELU()
    >>> layer.build((2,), np.random.RandomState(0))
    (2,)
    >>> layer.forward(np.array([[-1.0, 1.0]])).round(4).tolist()
    [[-0.1587, 0.8413]]
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return x P(x), of x read."""
        self._x = x = self.enter(x)
        self._y = self.room("y", x.shape)
        in_pieces(weigh_by_normal, x.reshape(-1), self._y.reshape(-1))
        return self.leave(self._y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_y (P(x) + x p(x)), of s_y read."""
        slopes, grad_x = self.turn(grad_y), self.room("grad_x", self._came_in)
        in_pieces(self.pull, *(a.reshape(-1) for a in (slopes, self._x, self._y, grad_x)))
        return grad_x

    @staticmethod
    def pull(slopes: Array, x: Array, y: Array, grad_x: Array) -> None:
        """Overwrite grad_x (n,) with the slopes in x (n,). All others (n,): read."""
        put_exponents(x, grad_x)
        np.exp(grad_x, out=grad_x)  # several numbers at once, which math.exp in a kernel is not
        weigh_slopes_by_normal(slopes, x, y, grad_x)


class Sigmoid(Layer):
    """1 / (1 + exp(-x)).

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Sigmoid
    >>> layer = Sigmoid()
    >>> layer.build((2,), np.random.RandomState(0))
    (2,)
    >>> layer.forward(np.array([[0.0, 1e4]])).tolist()
    [[0.5, 1.0]]
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the logistic function of x, read."""
        x = self.enter(x)
        self._y = self.room("y", x.shape)
        with np.errstate(over="ignore"):  # 1 / (1 + inf) is 0, as it should be
            in_pieces(logistic_of, x.reshape(-1), self._y.reshape(-1))
        return self.leave(self._y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_y y (1 - y), of s_y read."""
        slopes, grad_x = self.turn(grad_y), self.room("grad_x", self._came_in)
        in_pieces(scale_by_slope_of_logistic, *(a.reshape(-1) for a in (slopes, self._y, grad_x)))
        return grad_x


class Tanh(Layer):
    """tanh(x).

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Tanh
    >>> layer = Tanh()
    >>> layer.build((2,), np.random.RandomState(0))
    (2,)
    >>> layer.forward(np.array([[0.0, 1e4]])).tolist()
    [[0.0, 1.0]]
    """

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return tanh(x), of x read."""
        x = self.enter(x)
        self._y = self.room("y", x.shape)
        in_pieces(lambda x, y: np.tanh(x, out=y), x, self._y)
        return self.leave(self._y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_y (1 - y^2), of s_y read."""
        slopes, grad_x = self.turn(grad_y), self.room("grad_x", self._came_in)
        in_pieces(scale_by_slope_of_tanh, *(a.reshape(-1) for a in (slopes, self._y, grad_x)))
        return grad_x


@lean_kernel
def lower_by_largest(x: Array, y: Array) -> None:
    """Write x minus the largest number of its row to y (n, k), overwritten; may be x, which is read.

    Of a row with a NaN, any number may be taken off: its sum is NaN, and so all of it.
    """
    for i in range(x.shape[0]):
        top = x[i, 0]
        for j in range(1, x.shape[1]):
            top = larger(top, x[i, j])
        for j in range(x.shape[1]):
            y[i, j] = x[i, j] - top


@lean_kernel
def divide_by_sum(y: Array) -> None:
    """Divide each row of y (n, k), overwritten, by its sum."""
    for i in range(y.shape[0]):
        row, total = y[i], add_up(y[i])
        for j in range(row.shape[0]):
            row[j] /= total


def soften(x: Array, y: Array) -> None:
    """Turn the last axis of x, read, into shares: y, overwritten, of its shape; y may be x. Both are C-contiguous."""
    # plainly: y = exp(x - x.max(axis=-1, keepdims=True)); y /= y.sum(axis=-1, keepdims=True)
    rows = y.reshape(-1, y.shape[-1])
    lower_by_largest(x.reshape(rows.shape), rows)
    np.exp(y, out=y)
    divide_by_sum(rows)


def soften_slopes(grad_y: Array, y: Array, grad_x: Array) -> None:
    """Turn slopes in shares y into slopes in what they were made from: grad_x, overwritten. grad_y, y: read.

    grad_x may be grad_y.
    """
    along = np.einsum("...j,...j->...", grad_y, y)[..., None]
    np.subtract(grad_y, along, out=grad_x)
    grad_x *= y


class Softmax(Layer):
    """Shares along the last axis. To train, rather leave it out and use the loss of logits.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Softmax
    >>> layer = Softmax()
    >>> layer.build((2,), np.random.RandomState(0))
    (2,)
    >>> layer.forward(np.array([[1e4, 1e4], [1e4, -1e4]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Check that there is an axis to share along."""
        if not input_shape:
            raise ValueError(f"{self.name} needs inputs of one axis or more beside the batch's, got none; reshape X.")
        return input_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return the shares of x, read."""
        x = self.enter(x)
        self._y = self.room("y", x.shape)
        in_pieces(soften, x, self._y)
        return self.leave(self._y)

    def backward(self, grad_y: Array) -> Array:
        """Return y (s_y - sum of s_y y), of s_y read."""
        grad_x = self.room("grad_x", self._came_in)
        in_pieces(soften_slopes, self.turn(grad_y), self._y, grad_x)
        return grad_x
