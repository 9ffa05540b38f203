"""The best number of columns: eliminate on each fold's training rows, score on the others, add up."""

import numpy as np

from tests.naive.feature_selection.rfe import ranking


def best_count(X, y, folds):
    """Return how many columns of least squares have the highest total R2 on the rows held out."""
    totals = []
    for keep in range(1, X.shape[1] + 1):
        total = 0.0
        for test in folds:
            train = [i for i in range(len(X)) if i not in set(test)]
            left = [f for f, rank in enumerate(ranking(X[train], y[train], keep)) if rank == 1]
            Z = np.column_stack([X[:, left], np.ones(len(X))])
            w = np.linalg.lstsq(Z[train], y[train], rcond=None)[0]
            total += 1 - ((y[test] - Z[test] @ w) ** 2).sum() / ((y[test] - y[test].mean()) ** 2).sum()
        totals.append(total)
    return 1 + int(np.argmax(totals))
