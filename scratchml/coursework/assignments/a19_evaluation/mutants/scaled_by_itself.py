"""The test rows are scaled by their own mean and spread: what arrives alone would become 0."""

import numpy as np


def standardise(train, test):
    """Use the test rows."""
    spread = test.std(axis=0)
    return (test - test.mean(axis=0)) / np.where(spread == 0, 1.0, spread)
