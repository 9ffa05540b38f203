"""Dense: every output is a weighted sum of all inputs.

Idea
    A matrix holds one column of weights for each unit. Of inputs with more axes (sequences), each place is a row of its
    own.
Maths
    With rows x (b, d), weights W (d, k), biases b (k,)::

        y = x W + b
        s_W = x' s_y      s_b = sum over rows of s_y      s_x = s_y W'

Cost
    2 b d k operations forward, 4 b d k backward (2 b d k in the first layer).
Differences
    None; PyTorch keeps W transposed.
References
    Goodfellow, Bengio, Courville (2016), Deep Learning, algorithms 6.3 and 6.4.
"""

from __future__ import annotations

import numpy as np

from ...core.rules import boolean, check_rules, integer, one_of
from ...core.typing import Array
from ..initialisers import INITIALISERS, Draws, initialise
from .layer import Layer, Shape


class Dense(Layer):
    """y = x W + b, for the last axis of x.

    Parameters
    ----------
    units : outputs, k
    bias : whether to add biases
    initialiser : how W is drawn, see `initialisers.py`; biases start at 0
    name : what messages call it

    Attributes
    ----------
    parameters : "weights" (d, k), "biases" (k,)

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Dense
    >>> layer = Dense(2)
    >>> layer.build((3,), np.random.RandomState(0))
    (2,)
    >>> layer.forward(np.ones((4, 3))).shape
    (4, 2)
    """

    def __init__(
        self, units: int, *, bias: bool = True, initialiser: str = "glorot_uniform", name: str | None = None
    ) -> None:
        super().__init__(name)
        rules = {"units": integer(1), "bias": boolean, "initialiser": one_of(*INITIALISERS)}
        check_rules("Dense", rules, {"units": units, "bias": bias, "initialiser": initialiser})
        self.units, self.bias, self.initialiser = int(units), bool(bias), initialiser

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Draw W; biases are 0."""
        if not input_shape:
            raise ValueError(f"{self.name} needs inputs of one axis or more beside the batch's, got none; reshape X.")
        self.parameters["weights"] = initialise(self.initialiser, (input_shape[-1], self.units), rng)
        if self.bias:
            self.parameters["biases"] = np.zeros(self.units)
        return (*input_shape[:-1], self.units)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return x W + b for x (b, ..., d), read."""
        x = self.enter(x)
        y = self.room("y", (*x.shape[:-1], self.units))
        self._x = x.reshape(-1, x.shape[-1])
        rows = y.reshape(-1, self.units)
        np.matmul(self._x, self.parameters["weights"], out=rows)
        if self.bias:
            rows += self.parameters["biases"]
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_y W' for s_y (b, ..., k), read."""
        slopes = self.turn(grad_y).reshape(-1, self.units)
        np.matmul(self._x.T, slopes, out=self.gradients["weights"])
        if self.bias:
            np.sum(slopes, axis=0, out=self.gradients["biases"])
        grad_x = self.room("grad_x", self._came_in)
        if not self.skips_input_slopes:
            np.matmul(slopes, self.parameters["weights"].T, out=grad_x.reshape(-1, self._came_in[-1]))
        return grad_x
