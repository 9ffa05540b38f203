"""The vector is not divided by its length in every step: it grows without bound, or shrinks to nothing."""

import numpy as np


def power_iteration(A, v, n_steps):
    """Normalise at no time."""
    for _ in range(n_steps):
        v = A @ v
    return v, v @ A @ v
