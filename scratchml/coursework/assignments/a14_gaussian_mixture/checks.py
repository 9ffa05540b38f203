"""How the mixture assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question


def rows(rng, least=1):
    """Return rows in two clumps."""
    n, d = int(rng.integers(least, 15)), int(rng.integers(1, 4))
    return np.round(rng.normal(size=(n, d)) + 4.0 * rng.integers(0, 2, size=(n, 1)), 2)


def one_gaussian(rng):
    """Return rows, a mean, variances."""
    X = rows(rng)
    d = X.shape[1]
    return X, np.round(rng.normal(size=d), 1), np.round(rng.uniform(0.2, 4.0, size=d), 1)


def table(rng):
    """Return numbers of all sizes."""
    return (
        np.round(rng.normal(size=(int(rng.integers(1, 7)), int(rng.integers(1, 5)))) * 10.0 ** rng.integers(0, 4), 1),
    )


def mixture(rng):
    """Return rows and a mixture."""
    X, k = rows(rng), int(rng.integers(1, 4))
    d = X.shape[1]
    weights = rng.integers(1, 5, size=k).astype(float)
    means, variances = np.round(rng.normal(size=(k, d)) * 3, 1), np.round(rng.uniform(0.2, 4.0, size=(k, d)), 1)
    return X, weights / weights.sum(), means, variances


def shares(rng):
    """Return rows and responsibilities."""
    X, k = rows(rng, 3), int(rng.integers(1, 4))
    R = rng.uniform(0.05, 1.0, size=(len(X), k))
    return X, R / R.sum(axis=1, keepdims=True)


def rows_sum_to_one(rng, call):
    """The shares of each row sum to 1."""
    R = np.asarray(call(*mixture(rng)))
    return None if np.allclose(R.sum(axis=1), 1.0) else "the shares of a row do not sum to 1"


def means_keep_the_mean(rng, call):
    """The weighted mean of the means is the mean of all rows."""
    X, R = shares(rng)
    weights, means, _ = call(X, R)
    same = np.allclose(np.asarray(weights) @ np.asarray(means), X.mean(axis=0))
    return None if same else "the weighted mean of the means is not the mean of the rows"


FAR = np.array([[1e4, 0.0]])
TWO = (np.array([0.5, 0.5]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.ones((2, 2)))
QUESTIONS = {
    "log_density": Question(one_gaussian, edges={"far away": (FAR, np.zeros(2), np.ones(2))}),
    "log_sum_exp": Question(table, edges={"huge": (np.array([[1e3, 1e3], [-1e3, -2e3]]),)}),
    "responsibilities": Question(
        mixture, edges={"far from all means": (FAR, *TWO)}, laws={"each row sums to 1": rows_sum_to_one}
    ),
    "update": Question(
        shares,
        edges={"equal rows": (np.ones((3, 2)), np.ones((3, 1)))},
        laws={"the mean of the means is the mean": means_keep_the_mean},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(n, 2)), np.full((n, 2), 0.5)),
            1.0,
            reason="Two passes over the rows are enough: one for the means, one for the variances.",
        ),
    ),
    "log_likelihood": Question(mixture, edges={"far from all means": (FAR, *TWO)}),
}
