"""Components by the singular value decomposition of the centred rows."""

import numpy as np


def components(X, k):
    """Use the right singular vectors."""
    _, singular, rows = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return rows[:k], singular[:k] ** 2 / (len(X) - 1)


def power_iteration(A, v, n_steps):
    """Divide by the largest entry on the way, by the length at the end."""
    v = v / np.abs(v).max()
    for _ in range(n_steps):
        product = A @ v
        if not product.any():
            break
        v = product / np.abs(product).max()
    v = v / np.linalg.norm(v)
    return v, v @ (A @ v)
