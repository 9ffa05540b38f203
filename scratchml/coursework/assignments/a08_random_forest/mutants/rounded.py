"""The draw is rounded, not cut: the last row number is n, which does not exist."""

import numpy as np


def bootstrap(u):
    """Round."""
    return np.round(u * len(u)).astype(int)
