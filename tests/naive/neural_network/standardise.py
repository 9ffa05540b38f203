"""Standardising as the book states it: whole arrays, one step after the other."""

import numpy as np


def forward(x, scale, shift, axis, epsilon=1e-5):
    """Return (y, h, 1 / deviation) of rows x (n, k); groups lie along `axis`."""
    centred = x - x.mean(axis=axis, keepdims=True)
    inverse = 1.0 / np.sqrt((centred**2).mean(axis=axis, keepdims=True) + epsilon)
    h = centred * inverse
    return h * scale + shift, h, inverse


def backward(slopes, h, inverse, scale, axis):
    """Return the slopes in x, scale and shift, given those in y (n, k)."""
    of_h = slopes * scale
    along = (of_h * h).mean(axis=axis, keepdims=True)
    of_x = (of_h - of_h.mean(axis=axis, keepdims=True) - h * along) * inverse
    return of_x, (slopes * h).sum(axis=0), slopes.sum(axis=0)
