"""The pair's move in beta = alpha y, whose bounds are simpler."""

import numpy as np


def decision(K, y, alpha, b):
    """Loop over the columns."""
    return np.array([sum(alpha * y * column) + b for column in K.T])


def update_pair(K, y, alpha, C, i, j):
    """Move beta_i up and beta_j down by the same amount."""
    beta = alpha * y
    low, high = np.minimum(0, C * y), np.maximum(0, C * y)
    slope = K @ beta - y
    bend = max(K[i, i] - 2 * K[i, j] + K[j, j], 1e-12)
    t = np.clip(
        (slope[j] - slope[i]) / bend, max(low[i] - beta[i], beta[j] - high[j]), min(high[i] - beta[i], beta[j] - low[j])
    )
    beta[i] += t
    beta[j] -= t
    return beta * y
