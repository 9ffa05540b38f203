"""The corrected means are kept as state: they will be corrected again next time."""

import numpy as np


def adam_step(w, m, v, slope, t, rate, beta1, beta2, epsilon):
    """Return the corrected m and v."""
    m = (beta1 * m + (1.0 - beta1) * slope) / (1.0 - beta1**t)
    v = (beta2 * v + (1.0 - beta2) * slope**2) / (1.0 - beta2**t)
    return w - rate * m / (np.sqrt(v) + epsilon), m, v
