"""The probabilities follow the distance; k-means++ draws by the squared distance."""

import numpy as np


def seeding_probabilities(X, chosen):
    """Return probabilities proportional to the distance."""
    nearest = np.sqrt(((X[:, None, :] - chosen[None, :, :]) ** 2).sum(axis=2)).min(axis=1)
    total = nearest.sum()
    return nearest / total if total > 0 else np.full(X.shape[0], 1 / X.shape[0])
