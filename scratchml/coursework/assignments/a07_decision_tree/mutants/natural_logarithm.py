"""The entropy is in nats; bits need the logarithm to base 2."""

import numpy as np


def entropy(y):
    """Return nats."""
    if len(y) == 0:
        return 0.0
    shares = np.bincount(y) / len(y)
    shares = shares[shares > 0]
    return -(shares * np.log(shares)).sum() + 0.0
