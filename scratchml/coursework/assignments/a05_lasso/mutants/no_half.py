"""The mean squared residual is not halved: every alpha then means half of what it should."""

import numpy as np


def objective(X, y, w, alpha):
    """Forget the 2."""
    return ((y - X @ w) ** 2).mean() + alpha * np.abs(w).sum()
