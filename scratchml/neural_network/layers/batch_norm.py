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
Cost
    A few passes over the values.
Differences
    None from PyTorch's (momentum is the new one's share; Keras gives the old one's), but that a batch of one row is
    taken: its h is 0, and what comes out is the shift.
References
    Ioffe, Szegedy (2015), "Batch normalization", algorithms 1 and 2.
"""

from __future__ import annotations

import numpy as np

from ...core.rules import check_rules, real
from ...core.typing import Array
from .layer import Shape
from .standardise import Standardise


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
        x = self.enter(x)
        rows, h = x.reshape(-1, x.shape[-1]), self.room("h", (x.size // x.shape[-1], x.shape[-1]))
        running_mean, running_variance = self.statistics["running_mean"], self.statistics["running_variance"]
        if training:
            mean = rows.mean(axis=0)
            np.subtract(rows, mean, out=h)
            squares = np.square(h, out=self.room("product", h.shape))
            variance = squares.mean(axis=0)
            m = len(rows)
            running_mean += self.momentum * (mean - running_mean)
            running_variance += self.momentum * (variance * (m / max(m - 1, 1)) - running_variance)
        else:
            variance = running_variance
            np.subtract(rows, running_mean, out=h)
        return self.scale_up(h, 1.0 / np.sqrt(variance + self.epsilon), 0 if training else None)
