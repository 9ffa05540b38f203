"""Each number is clipped by itself, which turns the direction; the length should be."""

import numpy as np


def clip(slope, most):
    """Clip numbers."""
    return np.clip(slope, -most, most)
