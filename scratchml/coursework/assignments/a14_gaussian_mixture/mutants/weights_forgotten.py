"""The components' weights are left out of the shares."""

import numpy as np


def responsibilities(X, weights, means, variances):
    """Use densities alone."""
    J = joint(X, np.ones(len(weights)), means, variances)
    return np.exp(J - log_sum_exp(J)[:, None])
