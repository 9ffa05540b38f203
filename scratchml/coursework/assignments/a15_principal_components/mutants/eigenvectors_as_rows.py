"""Rows of the eigenvector matrix are taken for eigenvectors; they are its columns."""

import numpy as np


def components(X, k):
    """Forget to transpose."""
    values, vectors = np.linalg.eigh(covariance(X))
    order = values.argsort()[::-1][:k]
    return vectors[order], values[order]
