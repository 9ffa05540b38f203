"""Flatten: all numbers of a sample in one row.

Idea
    Dense layers want rows. The numbers stay where they are.
Maths
    y = x, s_x = s_y, in another shape.
Cost
    None.
Differences
    None.
References
    None needed.
"""

from __future__ import annotations

import math

from ...core.typing import Array
from ..initialisers import Draws
from .layer import Layer, Shape


class Flatten(Layer):
    """(b, ...) becomes (b, d).

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Flatten
    >>> Flatten().build((4, 4, 2), np.random.RandomState(0))
    (32,)
    """

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Return the shape of the outputs."""
        return (math.prod(input_shape),)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return a view of x (b, ...)."""
        x = self.enter(x)
        return self.leave(x.reshape(len(x), -1))

    def backward(self, grad_y: Array) -> Array:
        """Return a view of grad_y (b, d)."""
        return self.turn(grad_y).reshape(self._came_in)
