"""How the gradient boosting assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close


def targets_and_answers(rng):
    """Return targets and answers."""
    n = int(rng.integers(1, 12))
    return np.round(rng.normal(size=n) * 3, 1), np.round(rng.normal(size=n), 1)


def rows_and_targets(rng):
    """Return rows on a grid and targets that follow a step."""
    n, d = int(rng.integers(2, 16)), int(rng.integers(1, 4))
    X = np.round(rng.normal(size=(n, d)) * 4) / 2
    return X, np.round(3.0 * (X[:, -1] > 0) + rng.normal(size=n), 2)


def stump_and_rows(rng):
    """Return a stump and rows to ask."""
    X, _ = rows_and_targets(rng)
    stump = (int(rng.integers(0, X.shape[1])), float(np.round(rng.normal() * 2) / 2), 1.5, -2.0)
    return stump, X


def rounds(rng):
    """Return a problem, a number of rounds and a rate."""
    return (*rows_and_targets(rng), int(rng.integers(0, 6)), float(rng.choice([0.1, 0.5, 1.0])))


def ensemble(rng):
    """Return a start, stumps, a rate and rows."""
    stump, X = stump_and_rows(rng)
    more = [(stump[0], stump[1] + step, float(step), -1.0) for step in range(int(rng.integers(0, 4)))]
    return 0.5, [stump, *more], float(rng.choice([0.1, 0.5])), X


def labels_and_scores(rng):
    """Return labels and scores of all sizes."""
    n = int(rng.integers(1, 10))
    return rng.integers(0, 2, size=n), np.round(rng.normal(size=n) * 10.0 ** rng.integers(0, 4), 2)


def sides_have_no_mean_left(rng, call):
    """After a stump is taken off, the mean of each side is zero."""
    X, r = rows_and_targets(rng)
    f, threshold, low, high = call(X, r)
    left = X[:, int(f)] <= threshold
    rests = [r[side].mean() - value for side, value in ((left, low), (~left, high)) if side.any()]
    return None if max(map(abs, rests)) < 1e-9 else "a side's value is not the mean of its residuals"


def error_never_rises(rng, call):
    """More rounds never make the training error larger."""
    X, y, _, rate = rounds(rng)
    start, stumps = call(X, y, 5, rate)
    answers, errors = np.full(len(y), float(start)), []
    for f, threshold, low, high in stumps:
        errors.append(((y - answers) ** 2).sum())
        answers = answers + rate * np.where(X[:, int(f)] <= threshold, low, high)
    errors.append(((y - answers) ** 2).sum())
    rises = (np.diff(errors) > 1e-9).any()
    return "the training error rises from one round to the next" if rises else None


QUESTIONS = {
    "residuals": Question(targets_and_answers, edges={"perfect": (np.ones(2), np.ones(2))}),
    "fit_stump": Question(
        rows_and_targets,
        edges={
            "constant features": (np.ones((3, 2)), np.array([1.0, 2.0, 6.0])),
            "equally good features": (np.array([[1.0, 1.0], [2.0, 2.0]]), np.array([0.0, 1.0])),
        },
        laws={"each side's value is its mean": sides_have_no_mean_left},
    ),
    "stump_answer": Question(stump_and_rows, edges={"on the threshold": ((0, 1.0, 5.0, 7.0), np.array([[1.0]]))}),
    "boost": Question(
        rounds,
        edges={"no rounds": (np.array([[1.0], [2.0]]), np.array([0.0, 4.0]), 0, 0.5)},
        same=close(1e-7, 1e-8),
        laws={"the training error never rises": error_never_rises},
        growth=Growth(
            lambda rng, n: (np.array([[0.0], [1.0], [2.0]]), np.array([0.0, 1.0, 5.0]), n, 0.1),
            1.0,
            sizes=(10, 20, 40),
            reason="Keep the answers so far; do not add all stumps again each round.",
        ),
    ),
    "predict": Question(ensemble, edges={"no stumps": (2.0, [], 0.5, np.zeros((2, 1)))}),
    "log_loss_residuals": Question(labels_and_scores, edges={"huge": (np.array([0, 1]), np.array([-1e4, 1e4]))}),
}
