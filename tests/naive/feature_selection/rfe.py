"""Recursive elimination with least squares, one column a round."""

import numpy as np


def ranking(X, y, keep):
    """Return the rank of each column: 1 for those kept, 2 for the one that went last, ..."""
    left, gone = list(range(X.shape[1])), []
    while len(left) > keep:
        Z = np.column_stack([X[:, left], np.ones(len(X))])
        slopes = np.linalg.lstsq(Z, y, rcond=None)[0][:-1]
        gone.append(left.pop(int(np.argmin(slopes**2))))
    return [1 if f in left else 1 + len(gone) - gone.index(f) for f in range(X.shape[1])]
