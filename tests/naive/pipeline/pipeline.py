"""A pipeline written out: one step after the other, with lists of rows and nothing clever."""

import copy


def fit(steps, X, y):
    """Return the fitted copies of the steps: each one sees what the one before made of the training rows."""
    fitted = []
    for i, step in enumerate(steps):
        step = copy.deepcopy(step)
        if i == len(steps) - 1:
            step.fit(X, y)
        elif hasattr(step, "fit_resample"):
            X, y = step.fit_resample(X, y)
        else:
            step.fit(X, y)
            X = step.transform(X)
        fitted.append(step)
    return fitted


def predict(fitted, X):
    """Return the last step's predictions; a sampler is passed over, for these rows are not training rows."""
    for step in fitted[:-1]:
        if not hasattr(step, "fit_resample"):
            X = step.transform(X)
    return fitted[-1].predict(X)
