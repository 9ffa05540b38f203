"""The rows that were drawn are marked; those that were not are asked for."""

import numpy as np


def out_of_bag(rows, n):
    """Invert the mask."""
    drawn = np.zeros(n, dtype=bool)
    drawn[rows] = True
    return drawn
