"""The rows are a permutation: a bootstrap sample draws with replacement."""

import numpy as np


def bootstrap(u):
    """Sort the draws."""
    return np.argsort(u, kind="stable")
