"""Dropout: in training, each number is lost with some probability, so that no unit can rely on another.

Idea
    Training with holes is training many thinned networks at once that share their weights. What is left is enlarged,
    so that the mean stays; then nothing has to be done when predicting ("inverted" dropout).
Maths
    With keep = 1 - rate, and m = 1 / keep with probability keep, else 0, drawn for each number::

        y = x m in training, x otherwise        s_x = s_y m

Cost
    One draw for each number.
Differences
    Draws are NumPy's PCG64, from a seed of its own or one drawn when it is built.
References
    Srivastava et al. (2014), "Dropout", JMLR 15, sections 4 and 10.
"""

from __future__ import annotations

import numpy as np

from ...core.rules import check_rules, either, integer, none, real
from ...core.typing import Array
from ..initialisers import Draws
from .layer import Layer, Shape


class Dropout(Layer):
    """Lose numbers in training.

    Parameters
    ----------
    rate : probability of losing a number, below 1
    random_state : seed; None: drawn from the generator that the layer is built with
    name : what messages call it

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Dropout
    >>> layer = Dropout(0.5)
    >>> layer.build((6,), np.random.RandomState(0))
    (6,)
    >>> sorted(set(layer.forward(np.ones((9, 6)), training=True).ravel().tolist()))
    [0.0, 2.0]
    """

    def __init__(self, rate: float = 0.5, *, random_state: int | None = None, name: str | None = None) -> None:
        super().__init__(name)
        rules = {"rate": real(0.0, 1.0, open_high=True), "random_state": either(none, integer(0))}
        check_rules("Dropout", rules, {"rate": rate, "random_state": random_state})
        self.rate, self.random_state = float(rate), random_state

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Seed the draws."""
        seed = int(rng.uniform() * 2**32) if self.random_state is None else int(self.random_state)
        self._rng = np.random.default_rng(seed)
        return input_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return x with holes in training, else x itself."""
        x = self.enter(x)
        self._mask: Array | None = None
        if not training or self.rate == 0.0:
            return self.leave(x)
        self._mask = mask = self.room("mask", x.shape)
        self._rng.random(out=mask, dtype=self.dtype.type)
        np.greater_equal(mask, self.rate, out=mask)
        mask *= 1.0 / (1.0 - self.rate)
        return self.leave(np.multiply(x, mask, out=self.room("y", x.shape)))

    def backward(self, grad_y: Array) -> Array:
        """Return s_y with the same holes."""
        slopes = self.turn(grad_y)
        if self._mask is None:
            return slopes
        return np.multiply(slopes, self._mask, out=self.room("grad_x", slopes.shape))
