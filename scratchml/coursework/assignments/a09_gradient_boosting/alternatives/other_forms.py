"""tanh for the probability, the residuals carried along."""

import numpy as np


def log_loss_residuals(y, z):
    """Use the hyperbolic tangent where it is exact enough, the exponential in the tails."""
    middle = 0.5 * (1.0 + np.tanh(np.clip(z, -30, 30) / 2))
    return y - np.where(np.abs(z) < 30, middle, (z > 0) * 1.0)


def boost(X, y, n_rounds, rate):
    """Keep the residuals instead of the answers."""
    start, stumps = y.mean(), []
    r = y - start
    for _ in range(n_rounds):
        stumps.append(fit_stump(X, r))
        r = r - rate * stump_answer(stumps[-1], X)
    return start, stumps
