"""Of equally good splits the last one wins; the first feature and lowest threshold should."""

import numpy as np


def best_split(X, y):
    """Use >= for >."""
    best = (-1, 0.0, 0.0)
    for f in range(X.shape[1]):
        values = np.unique(X[:, f])
        for threshold in (values[:-1] + values[1:]) / 2:
            gain = split_gain(y, X[:, f] <= threshold)
            if best[0] < 0 or gain >= best[2] - 1e-12:
                best = (f, float(threshold), float(gain))
    return best
