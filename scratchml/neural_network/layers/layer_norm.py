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
from .standardise import Standardise


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
        x = self.enter(x)
        rows, h = x.reshape(-1, x.shape[-1]), self.room("h", (x.size // x.shape[-1], x.shape[-1]))
        np.subtract(rows, rows.mean(axis=1, keepdims=True), out=h)
        squares = np.square(h, out=self.room("product", h.shape))
        return self.scale_up(h, 1.0 / np.sqrt(squares.mean(axis=1, keepdims=True) + self.epsilon), 1)
