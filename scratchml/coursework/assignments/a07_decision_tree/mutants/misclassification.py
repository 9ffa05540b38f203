"""This is the share of wrong labels (one minus the largest share), not the Gini impurity."""

import numpy as np


def gini(y):
    """Return the misclassification share."""
    return 0.0 if len(y) == 0 else 1.0 - np.bincount(y).max() / len(y)
