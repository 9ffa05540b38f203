"""LayerNorm: each row with mean 0 and deviation 1, then a scale and a shift that are learned.

Idea
    As `BatchNorm`, but each row (of a sequence, each place) by itself: nothing depends on the batch, so training and
    predicting are the same.
Maths
    Over the last axis, of k numbers::

        h = (x - mean) / sqrt(variance + epsilon)       y = scale h + shift
        s_scale = sum s_y h      s_shift = sum s_y      s_h = s_y scale, s_x: see `standardise.py`

Cost
    One pass over x and y forward; one over x, s_y and s_x backward.
Differences
    None from PyTorch's.
References
    Ba, Kiros, Hinton (2016), "Layer normalization", equation 3.
"""

from __future__ import annotations

import math

import numpy as np

from ...core.jit import lean_kernel
from ...core.row_sums import add_up
from ...core.rules import check_rules, real
from ...core.typing import Array
from .standardise import Standardise


@lean_kernel
def standardise_rows(
    x: Array, scale: Array, shift: Array, epsilon: float, moments: Array, y: Array, squares: Array
) -> None:
    """Write scale h + shift of the rows of x (n, k), read, to y (n, k), overwritten. scale, shift (k,): read.

    moments (n, 2), each row's mean and 1 / deviation, and squares (k,): overwritten.
    """
    k = x.shape[1]
    for i in range(x.shape[0]):
        row = y[i]
        moments[i, 0] = np.float64(add_up(x[i])) / k
        mean = moments[i, 0]  # now of x's kind
        for f in range(k):
            row[f] = x[i, f] - mean
            squares[f] = row[f] * row[f]
        moments[i, 1] = 1.0 / math.sqrt(np.float64(add_up(squares)) / k + epsilon)
        inverse = moments[i, 1]
        for f in range(k):
            row[f] = row[f] * inverse * scale[f] + shift[f]


@lean_kernel
def pull_rows(slopes: Array, x: Array, moments: Array, scale: Array, grad_x: Array, sums: Array) -> None:
    """Take each row's move and stretch out of its slopes (n, k): grad_x (n, k), overwritten. x (n, k): read.

    moments (n, 2), scale (k,): read. sums (3, k): overwritten, the first by the slopes of shift, the second of scale.
    """
    k = x.shape[1]
    of_shift, of_scale, product = sums[0], sums[1], sums[2]
    of_shift[:] = 0.0
    of_scale[:] = 0.0
    for i in range(x.shape[0]):
        mean, inverse, row = moments[i, 0], moments[i, 1], grad_x[i]
        for f in range(k):
            h = (x[i, f] - mean) * inverse
            of_shift[f] += slopes[i, f]
            of_scale[f] += slopes[i, f] * h
            row[f] = slopes[i, f] * scale[f]
            product[f] = row[f] * h
        move = x.dtype.type(np.float64(add_up(row)) / k)
        stretch = x.dtype.type(np.float64(add_up(product)) / k)
        for f in range(k):
            row[f] = ((row[f] - move) - (x[i, f] - mean) * inverse * stretch) * inverse


class LayerNorm(Standardise):
    """Standardise the last axis; scale and shift.

    Parameters
    ----------
    epsilon : added to variances, so that constant rows give 0
    name : what messages call it

    Attributes
    ----------
    parameters : "scale" (k,), "shift" (k,)

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import LayerNorm
    >>> layer = LayerNorm()
    >>> layer.build((2,), np.random.RandomState(0))
    (2,)
    >>> layer.forward(np.array([[1.0, 3.0]])).round(3).tolist()
    [[-1.0, 1.0]]
    """

    def __init__(self, *, epsilon: float = 1e-5, name: str | None = None) -> None:
        super().__init__(name)
        check_rules("LayerNorm", {"epsilon": real(0.0, open_low=True)}, {"epsilon": epsilon})
        self.epsilon = float(epsilon)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return scale h + shift for x (b, ..., k), read."""
        y, out = self.take_rows(x)
        rows, (n, k), scale, shift = self._x, self._x.shape, self.parameters["scale"], self.parameters["shift"]
        moments, squares = self.room("moments", (n, 2)), self.room("squares", (len(self.pieces()), k))
        self.each_piece(
            lambda j, at: standardise_rows(rows[at], scale, shift, self.epsilon, moments[at], out[at], squares[j])
        )
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_x for s_y (b, ..., k), read."""
        rows, (n, k), pieces, scale = self._x, self._x.shape, len(self.pieces()), self.parameters["scale"]
        slopes, grad_x = self.turn(grad_y).reshape(n, k), self.room("grad_x", self._came_in)
        moments, flat, sums = self.room("moments", (n, 2)), grad_x.reshape(n, k), self.room("sums", (pieces, 3, k))
        self.each_piece(lambda j, at: pull_rows(slopes[at], rows[at], moments[at], scale, flat[at], sums[j]))
        total = sums[:, :2].sum(axis=0, dtype=np.float64)
        self.gradients["shift"][...], self.gradients["scale"][...] = total
        return grad_x
