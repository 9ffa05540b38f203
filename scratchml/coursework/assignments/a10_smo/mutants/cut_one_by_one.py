"""Each alpha is cut by itself: the sum of alpha y is then no longer kept."""

import numpy as np


def update_pair(K, y, alpha, C, i, j):
    """Clip afterwards."""
    f, new = errors(K, y, alpha), alpha.astype(float)
    t = (f[j] - f[i]) / max(K[i, i] + K[j, j] - 2.0 * K[i, j], 1e-12)
    new[i] = np.clip(new[i] + y[i] * t, 0.0, C)
    new[j] = np.clip(new[j] - y[j] * t, 0.0, C)
    return new
