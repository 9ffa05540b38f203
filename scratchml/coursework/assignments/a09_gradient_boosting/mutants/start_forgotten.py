"""The start is forgotten: the stumps only add to it."""

import numpy as np


def predict(start, stumps, rate, X):
    """Begin at zero."""
    return sum((rate * stump_answer(stump, X) for stump in stumps), np.zeros(len(X)))
