"""Residual: what some layers make of x, added to x.

Idea
    A deep stack learns more easily if each part only has to say what to change. Slopes get a way of their own past the
    layers, so they reach the bottom.
Maths
    y = x + f(x)        s_x = s_y + (f's way back of s_y)

Cost
    That of the layers, and one addition.
Differences
    None.
References
    He et al. (2016), "Deep residual learning for image recognition", section 3, equation 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.typing import Array
from ..initialisers import Draws
from .layer import Layer, Shape


class Residual(Layer):
    """x plus what the layers make of it.

    Parameters
    ----------
    layers : list of layers, the last of which gives back the shape that the first is given
    name : what messages call it

    Attributes
    ----------
    layers : the layers
    parameters : those of the layers, "0.weights" for the first layer's weights

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import Dense, Residual
    >>> layer = Residual([Dense(3, initialiser="zeros")])
    >>> layer.build((3,), np.random.RandomState(0))
    (3,)
    >>> layer.forward(np.ones((1, 3))).tolist()
    [[1.0, 1.0, 1.0]]
    """

    def __init__(self, layers: Sequence[Layer], *, name: str | None = None) -> None:
        super().__init__(name)
        self.layers = list(layers)
        for layer in self.layers:
            if not isinstance(layer, Layer) or layer.takes_integers:
                raise TypeError(f"Residual holds layers that take numbers, got {layer!r}.")

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Build the layers; their arrays are this one's, too."""
        shape = input_shape
        for i, layer in enumerate(self.layers):
            shape = layer.build(shape, rng, self.dtype)
            self.parameters |= {f"{i}.{key}": p for key, p in layer.parameters.items()}
        if shape != input_shape:
            raise ValueError(
                f"The layers of {self.name} turn {input_shape} into {shape}, which cannot be added; end with a layer "
                "that gives the first shape back."
            )
        return shape

    def build(self, input_shape: Sequence[int], rng: Draws, dtype: object = np.float64) -> Shape:
        """Build the layers; see `Layer.build`."""
        shape = super().build(input_shape, rng, dtype)
        for i, layer in enumerate(self.layers):
            self.parameters |= {f"{i}.{key}": p for key, p in layer.parameters.items()}
            self.gradients |= {f"{i}.{key}": g for key, g in layer.gradients.items()}
            self.statistics |= {f"{i}.{key}": a for key, a in layer.statistics.items()}
        return shape

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays of the layers, and of the sums."""
        return sum(a.nbytes for a in self._rooms.values()) + sum(layer.nbytes for layer in self.layers)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return x + f(x), of x read."""
        x = self.enter(x)
        value = x
        for layer in self.layers:
            value = layer.forward(value, training)
        return self.leave(np.add(x, value, out=self.room("y", x.shape)))

    def backward(self, grad_y: Array) -> Array:
        """Return s_y + what comes back from the layers, of s_y read."""
        slopes = self.turn(grad_y)
        if self._is_lent(slopes):  # what was returned last time is given back
            slopes = slopes.copy()
        back = slopes
        for layer in reversed(self.layers):
            back = layer.backward(back)
        return np.add(slopes, back, out=back if self._is_lent(back) else self.room("grad_x", slopes.shape))

    def _is_lent(self, slopes: Array) -> bool:
        """Say whether slopes lie in the first layer's own room for them, which is free until that layer's next turn."""
        room = self.layers[0]._rooms.get("grad_x") if self.layers else None
        return room is not None and slopes.base is room
