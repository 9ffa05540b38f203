"""The features with the largest keys are taken; the smallest are asked for."""

import numpy as np


def chosen_features(keys, m):
    """Sort the wrong way."""
    return np.sort(np.argsort(-keys, kind="stable")[:m])
