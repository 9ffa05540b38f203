"""Means with weights."""

import numpy as np


def mean_probabilities(probabilities):
    """Sum and divide."""
    return sum(probabilities) / len(probabilities)


def oob_accuracy(probabilities, left_out, y):
    """Go row by row."""
    right, judged = 0, 0
    for i, label in enumerate(y):
        trees = left_out[:, i]
        if trees.any():
            judged += 1
            right += int(np.argmax(probabilities[trees, i].mean(axis=0)) == label)
    return right / judged if judged else 0.0
