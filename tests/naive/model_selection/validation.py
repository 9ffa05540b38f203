"""Cross-validation as the textbook says it: copy, fit, score; and the predictions put back one by one."""

import copy

import numpy as np


def cross_val_score(model, X, y, splits):
    """Return the list of scores of a deep copy fitted on each training part."""
    scores = []
    for train, test in splits:
        fitted = copy.deepcopy(model)
        fitted.fit(X[train], y[train])
        scores.append(fitted.score(X[test], y[test]))
    return scores


def cross_val_predict(model, X, y, splits):
    """Return each row's prediction, one row at a time."""
    found = [None] * len(X)
    for train, test in splits:
        fitted = copy.deepcopy(model)
        fitted.fit(X[train], y[train])
        for i in test:
            found[i] = fitted.predict(X[i : i + 1])[0]
    return np.array(found)


def learning_curve(model, X, y, splits, sizes):
    """Return test scores (sizes, splits)."""
    return [[cross_val_score(model, X, y, [(train[:size], test)])[0] for train, test in splits] for size in sizes]
