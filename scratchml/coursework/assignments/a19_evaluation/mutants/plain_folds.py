"""The folds ignore the classes: a rare class may miss in a fold."""

import numpy as np


def stratified_folds(y, k):
    """Deal the rows."""
    return np.arange(len(y)) % k
