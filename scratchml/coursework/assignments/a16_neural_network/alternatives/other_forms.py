"""relu by a mask, products by einsum."""

import numpy as np


def forward(X, W1, b1, W2, b2):
    """Multiply by the mask."""
    A = np.einsum("nd,dh->nh", X, W1) + b1
    H = A * (A > 0)
    return H, np.einsum("nh,hk->nk", H, W2) + b2


def glorot(u):
    """Shift first."""
    return (u - 0.5) * np.sqrt(24.0 / sum(u.shape))


def dropout(H, u, rate):
    """Multiply by the mask."""
    return H * (u >= rate) / (1 - rate)
