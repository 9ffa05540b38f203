"""Standardise: the slopes' way back through "subtract the mean, divide by the deviation", which two layers share.

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


def pull_through_standardising(grad_h: Array, h: Array, inverse: Array, axis: int, product: Array) -> None:
    """Turn slopes in h into slopes in x. grad_h (n, d): overwritten. product (n, d): room. h, inverse deviations: read.

    Groups lie along `axis`; inverse has length 1 there.
    """
    np.multiply(grad_h, h, out=product)
    along = product.mean(axis=axis, keepdims=True)
    np.multiply(h, along, out=product)
    grad_h -= grad_h.mean(axis=axis, keepdims=True)
    grad_h -= product
    grad_h *= inverse
