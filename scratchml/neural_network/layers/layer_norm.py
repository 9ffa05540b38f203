"""LayerNorm: each row with mean 0 and deviation 1, then a scale and a shift that are learned.

Idea
    As `BatchNorm`, but each row (of a sequence, each place) by itself: nothing depends on the batch, so training and
    predicting are the same.
Maths
    Over the last axis, of k numbers::

        h = (x - mean) / sqrt(variance + epsilon)       y = scale h + shift
        s_scale = sum s_y h      s_shift = sum s_y      s_h = s_y scale, s_x: see `standardise.py`

Cost
    A few passes over the values.
Differences
    None from PyTorch's.
References
    Ba, Kiros, Hinton (2016), "Layer normalization", equation 3.
"""

from __future__ import annotations

import numpy as np

from ...core.rules import check_rules, real
from ...core.typing import Array
from ..initialisers import Draws
from .layer import Layer, Shape
from .standardise import pull_through_standardising


class LayerNorm(Layer):
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

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Start with scale 1, shift 0."""
        if not input_shape:
            raise ValueError(f"{self.name} needs inputs of one axis or more beside the batch's, got none; reshape X.")
        self.parameters = {"scale": np.ones(input_shape[-1]), "shift": np.zeros(input_shape[-1])}
        return input_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return scale h + shift for x (b, ..., k), read."""
        x = self.enter(x)
        rows, self._h = x.reshape(-1, x.shape[-1]), self.room("h", (x.size // x.shape[-1], x.shape[-1]))
        np.subtract(rows, rows.mean(axis=1, keepdims=True), out=self._h)
        squares = np.square(self._h, out=self.room("product", self._h.shape))
        self._inverse = 1.0 / np.sqrt(squares.mean(axis=1, keepdims=True) + self.epsilon)
        self._h *= self._inverse
        y = self.room("y", x.shape)
        np.multiply(self._h, self.parameters["scale"], out=y.reshape(rows.shape))
        y += self.parameters["shift"]
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_x for s_y (b, ..., k), read."""
        slopes, product = self.turn(grad_y).reshape(self._h.shape), self.room("product", self._h.shape)
        np.multiply(slopes, self._h, out=product)
        np.sum(product, axis=0, out=self.gradients["scale"])
        np.sum(slopes, axis=0, out=self.gradients["shift"])
        grad_x = self.room("grad_x", self._came_in)
        flat = grad_x.reshape(self._h.shape)
        np.multiply(slopes, self.parameters["scale"], out=flat)
        pull_through_standardising(flat, self._h, self._inverse, 1, product)
        return grad_x
