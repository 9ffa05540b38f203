"""Positions: adds a learned row for each place of a sequence, so that layers which mix places can tell them apart.

Idea
    Attention sees a set: shuffle the places, and the results are shuffled alike. So each place is marked.
Maths
    y[i, t] = x[i, t] + table[t]        s_table[t] = sum over i of s_y[i, t]        s_x = s_y

Cost
    One pass.
Differences
    Learned (GPT's way); the paper's first choice are sines and cosines, which it finds as good.
References
    Vaswani et al. (2017), "Attention is all you need", section 3.5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.rules import check_rules, real
from ...core.typing import Array
from ..initialisers import Draws
from .layer import Layer, Shape


class Positions(Layer):
    """Mark the places of a sequence.

    Parameters
    ----------
    spread : standard deviation of the normal draws that the table starts with
    name : what messages call it

    Attributes
    ----------
    parameters : "table" (T, k), T the length that the layer is built for; a shorter sequence uses its first rows

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Positions
    >>> Positions().build((5, 2), np.random.RandomState(0))
    (5, 2)
    """

    def __init__(self, *, spread: float = 0.05, name: str | None = None) -> None:
        super().__init__(name)
        check_rules("Positions", {"spread": real(0.0)}, {"spread": spread})
        self.spread = float(spread)

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Draw the table."""
        if len(input_shape) != 2:
            raise ValueError(f"{self.name} needs sequences (length, features), got {input_shape}; reshape X.")
        self.parameters["table"] = rng.normal(0.0, self.spread, input_shape)
        return input_shape

    def enter(self, x: Any) -> Array:
        """Return x, checked; it may be shorter, but not longer than the table."""
        found = super().enter(x)
        if found.shape[1] > self.input_shape[0]:
            raise ValueError(
                f"{self.name} marks {self.input_shape[0]} places, got {found.shape[1]}; cut the sequences."
            )
        return found

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return x (b, T, k), read, with the places' rows added."""
        x = self.enter(x)
        return self.leave(np.add(x, self.parameters["table"][: x.shape[1]], out=self.room("y", x.shape)))

    def backward(self, grad_y: Array) -> Array:
        """Return s_y (b, T, k)."""
        slopes = self.turn(grad_y)
        gradient, length = self.gradients["table"], slopes.shape[1]
        np.sum(slopes, axis=0, out=gradient[:length])
        gradient[length:] = 0.0
        return slopes
