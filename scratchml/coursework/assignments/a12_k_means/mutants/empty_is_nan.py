"""An empty cluster's mean is 0 / 0: its centre becomes NaN and is lost for good."""

import numpy as np


def update_centres(X, labels, centres):
    """Return the means, NaN for an empty cluster."""
    k = centres.shape[0]
    sums, counts = np.zeros_like(centres, dtype=float), np.zeros(k)
    np.add.at(sums, labels, X)
    np.add.at(counts, labels, 1.0)
    return sums / counts[:, None]
