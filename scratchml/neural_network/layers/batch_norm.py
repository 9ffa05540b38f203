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
from ..initialisers import Draws
from .layer import Layer, Shape
from .standardise import pull_through_standardising


class BatchNorm(Layer):
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

    def prepare(self, input_shape: Shape, rng: Draws) -> Shape:
        """Start with scale 1, shift 0, running mean 0 and variance 1."""
        if not input_shape:
            raise ValueError(f"{self.name} needs inputs of one axis or more beside the batch's, got none; reshape X.")
        features = input_shape[-1]
        self.parameters = {"scale": np.ones(features), "shift": np.zeros(features)}
        mean, variance = np.zeros(features, self.dtype), np.ones(features, self.dtype)
        self.statistics = {"running_mean": mean, "running_variance": variance}
        return input_shape

    def forward(self, x: Array, training: bool = False) -> Array:
        """Return scale h + shift for x (b, ..., k), read; in training, move the running mean and variance."""
        x = self.enter(x)
        rows, h = x.reshape(-1, x.shape[-1]), self.room("h", (x.size // x.shape[-1], x.shape[-1]))
        self._by_batch = training
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
        self._inverse = 1.0 / np.sqrt(variance + self.epsilon)
        h *= self._inverse
        self._h, y = h, self.room("y", x.shape)
        np.multiply(h, self.parameters["scale"], out=y.reshape(h.shape))
        y += self.parameters["shift"]
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_x for s_y (b, ..., k), read; of the last batch's own mean and variance, if it was for training."""
        slopes, product = self.turn(grad_y).reshape(self._h.shape), self.room("product", self._h.shape)
        np.multiply(slopes, self._h, out=product)
        np.sum(product, axis=0, out=self.gradients["scale"])
        np.sum(slopes, axis=0, out=self.gradients["shift"])
        grad_x = self.room("grad_x", self._came_in)
        flat = grad_x.reshape(self._h.shape)
        np.multiply(slopes, self.parameters["scale"], out=flat)
        if self._by_batch:
            pull_through_standardising(flat, self._h, self._inverse, 0, product)
        else:
            flat *= self._inverse
        return grad_x
