"""The whole row goes to its likeliest component (that is k-means); EM shares it."""

import numpy as np


def responsibilities(X, weights, means, variances):
    """Take the largest."""
    J = joint(X, weights, means, variances)
    return np.eye(len(weights))[J.argmax(axis=1)]
