"""Initialisers: where the weights start.

Idea
    Weights that all start alike stay alike, so they are drawn. Too large, and values grow from layer to layer; too
    small, and they fade. Glorot and Bengio choose the spread so that neither values (forward) nor slopes (backward)
    change their size much; He and others allow for the half that relu throws away; LeCun and others look forward only.
    An orthogonal matrix keeps every length as it is, which is what a recurrent layer wants.
Maths
    A weight of variance v is drawn from a normal distribution, or uniformly from [-bound, bound], bound = sqrt(3 v).
    A unit has fan_in inputs; an input feeds fan_out units (of a convolution: patch x channels, patch x filters)::

        glorot   v = 2 / (fan_in + fan_out)
        he       v = 2 / fan_in
        lecun    v = 1 / fan_in

    `orthogonal`: Q of QR = a normal matrix, its columns' signs those of R's diagonal, which makes all rotations as
    likely. The MLP estimators draw uniformly, glorot's v; a third of it for the logistic activation, whose slope is at
    most 1/4.
Cost
    One draw for each weight; `orthogonal` O(rows columns min(rows, columns)).
Differences
    `draw_weights` draws as scikit-learn does, in its order: for each layer its weights, then its biases. The others
    are not truncated (Keras cuts normal draws off at two deviations).
References
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", equations 12
    and 16. He et al. (2015), "Delving deep into rectifiers", equation 10. LeCun et al. (1998), "Efficient BackProp",
    section 4.6. Saxe et al. (2014), "Exact solutions to the nonlinear dynamics of learning", section 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np

from ..core.typing import Array, FloatArray

Draws: TypeAlias = np.random.RandomState | np.random.Generator

SPREADS = ("glorot", "he", "lecun")
INITIALISERS = (*(f"{name}_{kind}" for name in SPREADS for kind in ("uniform", "normal")), "orthogonal", "zeros")


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Return (fan_in, fan_out) of weights (inputs, units), or (height, width, channels, filters)."""
    patch = math.prod(shape[:-2])
    return patch * shape[-2], patch * shape[-1]


def variance(spread: str, shape: Sequence[int]) -> float:
    """Return the variance that "glorot", "he" or "lecun" gives weights of this shape."""
    fan_in, fan_out = fans(shape)
    if spread == "glorot":
        return 2.0 / (fan_in + fan_out)
    return (2.0 if spread == "he" else 1.0) / fan_in


def initialise(name: str, shape: Sequence[int], rng: Draws) -> Array:
    """Draw weights (inputs, units), or (height, width, channels, filters), by one of `INITIALISERS`.

    Raises
    ------
    ValueError
        If there is no initialiser of that name, or the shape has fewer than two axes.
    """
    if name not in INITIALISERS:
        raise ValueError(f"initialiser={name!r} is unknown; use one of {', '.join(INITIALISERS)}.")
    if len(shape) < 2:
        raise ValueError(f"Weights of shape {tuple(shape)} have no inputs and units; give two axes or more.")
    if name == "zeros":
        return np.zeros(tuple(shape))
    if name == "orthogonal":
        return orthogonal(math.prod(shape[:-1]), shape[-1], rng).reshape(tuple(shape))
    spread, kind = name.split("_")
    v = variance(spread, shape)
    if kind == "normal":
        return rng.normal(0.0, math.sqrt(v), tuple(shape))
    bound = math.sqrt(3.0 * v)
    return rng.uniform(-bound, bound, tuple(shape))


def orthogonal(rows: int, columns: int, rng: Draws) -> FloatArray:
    """Return a random matrix (rows, columns) whose columns, or rows if these are fewer, are orthonormal."""
    Q, R = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    Q = Q * np.where(np.diag(R) < 0.0, -1.0, 1.0)
    return np.ascontiguousarray(Q if rows >= columns else Q.T)


# ---- of the MLP estimators


def glorot_bound(fan_in: int, fan_out: int, activation: str) -> float:
    """Return the largest weight to draw."""
    factor = 2.0 if activation == "logistic" else 6.0
    return float(np.sqrt(factor / (fan_in + fan_out)))


def draw_weights(
    sizes: Sequence[int], activation: str, rng: np.random.RandomState
) -> tuple[list[FloatArray], list[FloatArray]]:
    """Return weights, of shapes (sizes[l], sizes[l + 1]), and biases, (sizes[l + 1],), of each layer."""
    coefs, intercepts = [], []
    for fan_in, fan_out in pairwise(sizes):
        bound = glorot_bound(fan_in, fan_out, activation)
        coefs.append(rng.uniform(-bound, bound, (fan_in, fan_out)))
        intercepts.append(rng.uniform(-bound, bound, fan_out))
    return coefs, intercepts
