"""How the softmax assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close, exact


def scores(rng):
    """Return scores of all sizes."""
    n, k = int(rng.integers(1, 8)), int(rng.integers(2, 5))
    return (np.round(rng.normal(size=(n, k)) * 10.0 ** rng.integers(0, 3), 2),)


def labels(rng):
    """Return labels and the number of classes."""
    k = int(rng.integers(2, 6))
    return rng.integers(0, k, size=int(rng.integers(1, 9))), k


def scores_and_labels(rng):
    """Return scores and right classes."""
    (Z,) = scores(rng)
    return Z, rng.integers(0, Z.shape[1], size=Z.shape[0])


def problem(rng):
    """Return features, labels, weights, intercepts."""
    n, d, k = int(rng.integers(2, 15)), int(rng.integers(1, 4)), int(rng.integers(2, 5))
    X, y = np.round(rng.normal(size=(n, d)) * 2, 1), rng.integers(0, k, size=n)
    return X, y, np.round(rng.normal(size=(d, k)), 1), np.round(rng.normal(size=k), 1)


def a_shift_of_all_scores_changes_nothing(rng, call):
    """Adding the same number to all scores of a row changes no probability."""
    (Z,) = scores(rng)
    same = np.allclose(call(Z), call(Z + 7.0), atol=1e-9)
    return None if same else "adding 7 to all scores changes the probabilities"


def slopes_sum_to_zero(rng, call):
    """What one class gains others lose: the slopes in b sum to 0."""
    _, slope = call(*problem(rng))
    total = float(np.sum(slope))
    return None if abs(total) < 1e-9 else f"the slopes in b sum to {total:.3g}, not to 0"


HUGE = np.array([[1000.0, 0.0, -1000.0], [-1000.0, -1000.0, -999.0]])
QUESTIONS = {
    "softmax": Question(
        scores,
        edges={"huge scores": (HUGE,), "equal scores": (np.full((1, 4), 3.0),)},
        laws={"a shift of all scores changes nothing": a_shift_of_all_scores_changes_nothing},
    ),
    "one_hot": Question(labels, edges={"one label": (np.array([0]), 1)}, same=exact()),
    "cross_entropy": Question(scores_and_labels, edges={"certain and wrong": (HUGE, np.array([2, 0]))}),
    "gradient": Question(
        problem,
        edges={"one row": (np.ones((1, 2)), np.array([1]), np.zeros((2, 3)), np.zeros(3))},
        same=close(1e-9, 1e-10),
        gradient=True,
        laws={"the slopes in b sum to 0": slopes_sum_to_zero},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(n, 2)), rng.integers(0, 3, size=n), np.zeros((2, 3)), np.zeros(3)),
            1.0,
            reason="One pass over the rows is enough.",
        ),
    ),
    "classify": Question(scores, edges={"equal scores": (np.array([[1.0, 2.0, 2.0]]),)}, same=exact()),
}
