"""The matrix that L-BFGS never writes down: the BFGS formula for the inverse Hessian, pair by pair."""

import numpy as np


def inverse_hessian(pairs):
    """Return H of shape (d, d) from pairs (s, y), oldest first (Nocedal and Wright, equations 6.17 and 7.20)."""
    s, y = pairs[-1]
    identity = np.eye(len(s))
    H = (s @ y) / (y @ y) * identity
    for s, y in pairs:
        rho = 1 / (y @ s)
        left = identity - rho * np.outer(s, y)
        H = left @ H @ left.T + rho * np.outer(s, s)
    return H
