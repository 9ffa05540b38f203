"""The largest is sought from zero up: blocks of negative numbers give 0."""

import numpy as np


def max_pool(image, p):
    """Start at zero."""
    rows, columns = image.shape[0] // p, image.shape[1] // p
    return np.maximum(image.reshape(rows, p, columns, p).max(axis=(1, 3)), 0.0)
