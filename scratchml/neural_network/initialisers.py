"""Initialisers: where the weights start.

Idea
    Weights that all start alike stay alike, so they are drawn. Too large, and values grow from layer to layer; too
    small, and they fade. Glorot and Bengio choose the spread so that neither values (forward) nor slopes (backward)
    change their size much.
Maths
    uniform in [-bound, bound], bound = sqrt(factor / (fan_in + fan_out)); factor 6, or 2 for the logistic activation,
    whose slope is at most 1/4.
Cost
    One draw for each weight.
Differences
    The draws are scikit-learn's, in its order: for each layer its weights, then its biases.
References
    Glorot, Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", equation 16.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..core.typing import FloatArray


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
