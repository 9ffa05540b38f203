"""The 2 pi is forgotten: shares survive that, densities do not."""

import numpy as np


def log_density(X, mean, variance):
    """Forget 2 pi."""
    return -0.5 * (np.log(variance) + (X - mean) ** 2 / variance).sum(axis=1)
