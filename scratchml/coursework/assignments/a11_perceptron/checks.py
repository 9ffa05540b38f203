"""How the perceptron assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question


def problem(rng):
    """Return rows, labels of -1 and +1, a line."""
    n, d = int(rng.integers(2, 15)), int(rng.integers(1, 4))
    X = (
        np.round(rng.normal(size=(n, d)) * 8) / 4
    )  # quarters: sums of products are exact, so a tie is a tie for everyone
    w = np.round(rng.normal(size=d) * 4) / 4 + 0.125
    y = np.where(X @ w + 0.3 + 0.5 * rng.normal(size=n) > 0, 1, -1)
    return X, y, w, float(np.round(rng.normal() * 4) / 4)


def line(rng):
    """Return rows and a line."""
    X, _, w, b = problem(rng)
    return X, w, b


def one_row(rng):
    """Return one row, its label, a line and a rate."""
    X, y, w, b = problem(rng)
    return X[0], int(y[0]), w, b, float(rng.choice([0.25, 0.5, 1.0, 2.0]))


def one_epoch(rng):
    """Return a problem, a line and a rate."""
    return (*problem(rng), float(rng.choice([0.25, 0.5, 1.0, 2.0])))


def whole(rng):
    """Return a problem, a rate and a number of epochs."""
    X, y, _, _ = problem(rng)
    return X, y, 1.0, int(rng.integers(1, 12))


def scaling_rows_scales_the_margin(rng, call):
    """The margin is measured in the features' units."""
    X, y, w, b = problem(rng)
    near, far = float(call(X, y, w, b)), float(call(4.0 * X, y, w, 4.0 * b))
    return (
        None
        if abs(far - 4.0 * near) <= 1e-9 * max(1.0, abs(far))
        else "rows 4 times as far have not 4 times the margin"
    )


X2 = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, -1.0]])
Y2 = np.array([1, 1, -1])
QUESTIONS = {
    "score": Question(line, edges={"a row of zeros": (np.zeros((1, 2)), np.ones(2), 0.5)}),
    "update": Question(
        one_row,
        edges={
            "on the boundary is a mistake": (np.array([1.0, 0.0]), 1, np.zeros(2), 0.0, 1.0),
            "right already": (np.array([1.0, 0.0]), 1, np.ones(2), 0.0, 1.0),
        },
    ),
    "epoch": Question(
        one_epoch,
        edges={"from zero": (X2, Y2, np.zeros(2), 0.0, 1.0)},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(n, 2)), rng.choice([-1, 1], size=n), np.zeros(2), 0.0, 1.0),
            1.0,
            reason="Each row is visited once.",
        ),
    ),
    "perceptron": Question(
        whole, edges={"separable": (X2, Y2, 1.0, 50), "never separable": (np.ones((2, 1)), np.array([1, -1]), 1.0, 7)}
    ),
    "margin": Question(
        problem,
        edges={"on the wrong side": (X2, -Y2, np.array([1.0, 1.0]), 0.0)},
        laws={"the margin scales with the rows": scaling_rows_scales_the_margin},
    ),
}
