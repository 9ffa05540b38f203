"""The error of both sides is measured from the mean of all; each side has its own mean."""

import numpy as np


def fit_stump(X, r):
    """Use the parent's mean in the error."""
    best = (np.inf, 0, 0.0, float(r.mean()), float(r.mean()))
    for f in range(X.shape[1]):
        values = np.unique(X[:, f])
        for threshold in (values[:-1] + values[1:]) / 2:
            left = X[:, f] <= threshold
            error = ((r[left] - r.mean()) ** 2).sum() + ((r[~left] - r.mean()) ** 2).sum()
            if error < best[0] - 1e-9:
                best = (error, f, float(threshold), float(r[left].mean()), float(r[~left].mean()))
    return best[1:]
