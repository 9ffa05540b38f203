"""Where patches overlap, the last slope overwrites the others; they must add up."""

import numpy as np


def image_gradient(slope, kernel):
    """Use = for +=."""
    h, w = kernel.shape
    out = np.zeros((slope.shape[0] + h - 1, slope.shape[1] + w - 1))
    for i in range(slope.shape[0]):
        for j in range(slope.shape[1]):
            out[i : i + h, j : j + w] = slope[i, j] * kernel
    return out
