"""The AUC by ranks, counts by bincount."""

import numpy as np


def confusion_matrix(y, labels, k):
    """Count codes."""
    return np.bincount(y * k + labels, minlength=k * k).reshape(k, k)


def roc_auc(y, scores):
    """Use mean ranks."""
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n1 = int((y == 1).sum())
    return (ranks[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * (len(y) - n1))
