"""Number by number, with lists."""

import math

import numpy as np


def gradient_step(w, slope, rate):
    """Move each weight."""
    return [a - rate * g for a, g in zip(w, slope)]


def adam_step(w, m, v, slope, t, rate, beta1, beta2, epsilon):
    """Move each weight."""
    found = []
    for a, first, second, g in zip(w.tolist(), m.tolist(), v.tolist(), slope.tolist()):
        first += (1 - beta1) * (g - first)
        second += (1 - beta2) * (g * g - second)
        a -= rate * first / (1 - beta1**t) / (math.sqrt(second / (1 - beta2**t)) + epsilon)
        found.append((a, first, second))
    return tuple(np.array(part) for part in zip(*found))


def clip(slope, most):
    """Scale by the smaller of 1 and most / length."""
    length = math.sqrt(sum(g * g for g in slope))
    return slope * min(1.0, most / length if length else 1.0)
