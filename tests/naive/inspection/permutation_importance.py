"""Permutation importance by lists: shuffle, score, subtract."""

import numpy as np


def permutation_importance(score, X, seed, n_repeats):
    """Return importances[f][r] for a function score(rows) of a list of rows."""
    baseline, found = score(X), []
    for f in range(len(X[0])):
        rng, order, rows = np.random.RandomState(seed), list(range(len(X))), [list(row) for row in X]
        found.append([])
        for _ in range(n_repeats):
            rng.shuffle(order)
            column = [rows[i][f] for i in order]
            for row, value in zip(rows, column):
                row[f] = value
            found[-1].append(baseline - score(rows))
    return found
