"""The running means are not corrected for their start at zero: the first steps are too short or too long."""

import numpy as np


def adam_step(w, m, v, slope, t, rate, beta1, beta2, epsilon):
    """Skip the correction."""
    m = beta1 * m + (1.0 - beta1) * slope
    v = beta2 * v + (1.0 - beta2) * slope**2
    return w - rate * m / (np.sqrt(v) + epsilon), m, v
