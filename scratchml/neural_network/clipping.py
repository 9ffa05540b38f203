"""Clipping: slopes that are too large are cut, so that one wild batch does not throw the weights far away.

Idea
    Where the loss is a cliff, its slope is huge and says nothing of how far the cliff goes. Cut the slopes of all
    weights together to a length (`ClipByNorm`: the direction stays) or each by itself (`ClipByValue`: it does not).
Maths
    g all slopes as one vector::

        ClipByNorm     g *= bound / |g|  where |g| > bound
        ClipByValue    g = min(max(g, -bound), bound)
Cost
    Two passes over the slopes; three where squares would overflow or vanish, their largest first.
Differences
    From PyTorch's clip_grad_norm_: NaN and infinity are errors; no 1e-6 is added to the norm.
References
    Pascanu, Mikolov, Bengio (2013), "On the difficulty of training recurrent neural networks", algorithm 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..core import sum_of_squares as squares_of
from ..core.finite import FLOAT64
from ..core.jit import kernel
from ..core.rules import check_rules, real
from ..core.typing import Array


@kernel
def largest_slope(g: Array) -> float:
    """Return the largest |g|, g (p,): read; NaN if there is one."""
    top = 0.0
    for i in range(g.shape[0]):
        size = abs(g[i])
        if not size <= top:  # true of NaN
            top = size
            if top != top:
                return float(top)
    return float(top)


@kernel
def sum_of_squares(g: Array, unit: float) -> float:
    """Return the sum of (g / unit)^2, g (p,): read."""
    total = 0.0
    for i in range(g.shape[0]):
        part = g[i] / unit
        total += part * part
    return total


@kernel
def cut(g: Array, bound: float) -> None:
    """Bring each of g (p,), overwritten, into [-bound, bound]."""
    for i in range(g.shape[0]):  # a choice, not a branch: several at once
        below = g[i] if g[i] < bound else bound
        g[i] = below if below > -bound else -bound


@kernel
def shorten(g: Array, norm: float, bound: float) -> None:
    """Multiply g (p,), overwritten, by bound / norm, divided first: then 3 of (3, 4) becomes 0.6 to the last digit."""
    for i in range(g.shape[0]):
        g[i] = g[i] / norm * bound


def global_norm(gradients: Sequence[Array]) -> float:
    """Return the length of all slopes as one vector.

    Raises
    ------
    ValueError
        If one is NaN or infinite.
    """
    if all(g.dtype == FLOAT64 for g in gradients):
        total = sum(squares_of(g) for g in gradients)
        if 1e-200 < total < 1e200:  # plainly: as below, for slopes whose squares may leave float64
            return math.sqrt(total)
    tops = [largest_slope(g.reshape(-1)) for g in gradients]
    for i, top in enumerate(tops):
        if not math.isfinite(top):
            raise ValueError(f"gradients[{i}] holds {top}; lower the learning rate, or scale the data.")
    unit = max(tops, default=0.0)
    if unit == 0.0:
        return 0.0
    return unit * math.sqrt(sum(sum_of_squares(g.reshape(-1), unit) for g in gradients))


def check_contiguous(gradients: Sequence[Array]) -> None:
    """Raise ValueError for an array that could not be changed in place."""
    for i, g in enumerate(gradients):
        if not g.flags.c_contiguous:
            raise ValueError(f"gradients[{i}] must be C-contiguous; take np.ascontiguousarray of it.")


class ClipByNorm:
    """Cut all slopes together to a length of at most `bound`.

    Examples
    --------
    >>> import numpy as np
    >>> from scratchml.neural_network import ClipByNorm
    >>> g = [np.array([3.0]), np.array([4.0])]
    >>> ClipByNorm(1.0)(g), [float(a[0]) for a in g]
    (5.0, [0.6, 0.8])
    """

    def __init__(self, bound: float) -> None:
        check_rules("ClipByNorm", {"bound": real(0.0, open_low=True)}, {"bound": bound})
        self.bound = float(bound)

    def __call__(self, gradients: Sequence[Array]) -> float:
        """Cut gradients, arrays, overwritten; return the length they had.

        Raises
        ------
        ValueError
            If a slope is NaN or infinite, or an array is not C-contiguous.
        """
        check_contiguous(gradients)
        norm = global_norm(gradients)
        if norm > self.bound:
            for g in gradients:
                shorten(g.reshape(-1), norm, self.bound)
        return norm


class ClipByValue:
    """Cut each slope by itself to at most `bound`, either way."""

    def __init__(self, bound: float) -> None:
        check_rules("ClipByValue", {"bound": real(0.0, open_low=True)}, {"bound": bound})
        self.bound = float(bound)

    def __call__(self, gradients: Sequence[Array]) -> float:
        """Cut gradients, arrays, overwritten; return the length they had.

        Raises
        ------
        ValueError
            If a slope is NaN or infinite, or an array is not C-contiguous.
        """
        check_contiguous(gradients)
        norm = global_norm(gradients)
        for g in gradients:
            cut(g.reshape(-1), self.bound)
        return norm
