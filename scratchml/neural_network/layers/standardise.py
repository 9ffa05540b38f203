"""Standardise: what the layers have in common that subtract a mean and divide by a deviation, above all the way back.

Idea
    Moving all numbers of a group by the same amount, or stretching them, changes nothing in what comes out. So of the
    slopes that come back, the part that asks for a move and the part that asks for a stretch are taken out.
Maths
    With h = (x - mean) / deviation over a group::

        s_x = (s_h - mean(s_h) - h mean(s_h h)) / deviation

Cost
    A few passes.
Differences
    None.
References
    Ioffe, Szegedy (2015), "Batch normalization", section 3 (the same slopes, in six steps).
"""

from __future__ import annotations

import numpy as np

from ...core.typing import Array
from .layer import Layer, Shape


class Standardise(Layer):
    """Base of both layers: what follows once h is known, and the one way back.

    Attributes
    ----------
    parameters : "scale" (k,), "shift" (k,)
    """

    _h: Array  # (n, k) of the last batch
    _inverse: Array  # 1 / deviation, of length 1 along the axis that groups lie along
    _axis: int | None  # that axis; None: mean and deviation were constants

    def prepare(self, input_shape: Shape, rng: object) -> Shape:
        """Start with scale 1, shift 0."""
        if not input_shape:
            raise ValueError(f"{self.name} needs inputs of one axis or more beside the batch's, got none; reshape X.")
        self.parameters = {"scale": np.ones(input_shape[-1]), "shift": np.zeros(input_shape[-1])}
        return input_shape

    def scale_up(self, h: Array, inverse: Array, axis: int | None) -> Array:
        """Return scale h / deviation + shift, of the last batch's shape. h (n, k): overwritten. inverse: read."""
        h *= inverse
        self._h, self._inverse, self._axis, y = h, inverse, axis, self.room("y", self._came_in)
        np.multiply(h, self.parameters["scale"], out=y.reshape(h.shape))
        y += self.parameters["shift"]
        return self.leave(y)

    def backward(self, grad_y: Array) -> Array:
        """Return s_x for s_y (b, ..., k), read; through mean and deviation, too, if they were not constants."""
        slopes, product = self.turn(grad_y).reshape(self._h.shape), self.room("product", self._h.shape)
        np.multiply(slopes, self._h, out=product)
        np.sum(product, axis=0, out=self.gradients["scale"])
        np.sum(slopes, axis=0, out=self.gradients["shift"])
        grad_x = self.room("grad_x", self._came_in)
        flat = grad_x.reshape(self._h.shape)
        np.multiply(slopes, self.parameters["scale"], out=flat)
        if self._axis is not None:
            pull_through_standardising(flat, self._h, self._axis, product)
        flat *= self._inverse
        return grad_x


def pull_through_standardising(grad_h: Array, h: Array, axis: int, product: Array) -> None:
    """Turn slopes in h into slopes in x, times the deviation. grad_h (n, d): overwritten. product (n, d): room.

    h (n, d): read. Groups lie along `axis`.
    """
    np.multiply(grad_h, h, out=product)
    along = product.mean(axis=axis, keepdims=True)
    np.multiply(h, along, out=product)
    grad_h -= grad_h.mean(axis=axis, keepdims=True)
    grad_h -= product
