"""How the logistic regression assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close, exact


def numbers(rng):
    """Return numbers of all sizes."""
    return (np.round(rng.normal(size=int(rng.integers(1, 9))) * 10.0 ** rng.integers(0, 4), 3),)


def problem(rng):
    """Return features, labels and a line."""
    n, d = int(rng.integers(3, 25)), int(rng.integers(1, 4))
    X, w = np.round(rng.normal(size=(n, d)) * 2, 2), np.round(rng.normal(size=d), 2)
    y = (X @ w + rng.logistic(size=n) > 0).astype(np.int64)
    return X, y, w, float(np.round(rng.normal(), 2))


def with_alpha(rng):
    """Return a problem, a line and a penalty."""
    return (*problem(rng), float(np.round(rng.uniform(0.0, 2.0), 2)))


def descent(rng):
    """Return a problem and how to go down."""
    X, y, _, _ = problem(rng)
    return X, y, float(np.round(rng.uniform(0, 0.5), 2)), 0.3, int(rng.integers(1, 30))


def line(rng):
    """Return features and a line."""
    X, _, w, b = problem(rng)
    return X, w, b


def two_sides_sum_to_one(rng, call):
    """The two classes' probabilities sum to 1."""
    (z,) = numbers(rng)
    total = np.asarray(call(z)) + np.asarray(call(-z))
    return None if np.allclose(total, 1.0, atol=1e-12) else "sigmoid(z) + sigmoid(-z) is not 1"


def slope_is_that_of_the_loss(rng, call):
    """Central differences of the loss give the same slope."""
    X, y, w, b, alpha = with_alpha(rng)

    def loss(w, b):
        z = X @ w + b
        return np.mean(np.logaddexp(0.0, z) - y * z) + alpha / 2 * (w @ w)

    slope_w, slope_b = call(X, y, w, b, alpha)
    h = 1e-5
    for f, e in enumerate(np.eye(len(w))):
        measured = (loss(w + h * e, b) - loss(w - h * e, b)) / (2 * h)
        if abs(measured - np.asarray(slope_w)[f]) > 1e-6 * max(1.0, abs(measured)):
            return "the slope in w is not that of the loss, by central differences"
    measured = (loss(w, b + h) - loss(w, b - h)) / (2 * h)
    return None if abs(measured - slope_b) < 1e-6 else "the slope in b is not that of the loss, by central differences"


X2 = np.array([[1.0, 2.0], [3.0, -4.0]])
QUESTIONS = {
    "sigmoid": Question(
        numbers,
        edges={"huge numbers": (np.array([1e4, -1e4, 710.0, -745.0]),), "zero": (np.zeros(1),)},
        same=close(1e-12, 1e-15),
        laws={"sigmoid(z) + sigmoid(-z) = 1": two_sides_sum_to_one},
    ),
    "log_loss": Question(problem, edges={"certain and wrong": (X2, np.array([0, 1]), np.array([1000.0, 1000.0]), 0.0)}),
    "gradient": Question(
        with_alpha,
        edges={"one row": (X2[:1], np.array([1]), np.array([0.1, 0.2]), 0.3, 0.0)},
        gradient=True,
        laws={"the slope is that of the loss": slope_is_that_of_the_loss},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(n, 3)), rng.integers(0, 2, size=n), np.zeros(3), 0.0, 0.1),
            1.0,
            reason="One pass over the rows is enough.",
        ),
    ),
    "gradient_descent": Question(descent, edges={"no step": (X2, np.array([1, 0]), 0.0, 0.1, 0)}),
    "classify": Question(line, edges={"on the boundary": (np.zeros((1, 2)), np.ones(2), 0.0)}, same=exact()),
}
