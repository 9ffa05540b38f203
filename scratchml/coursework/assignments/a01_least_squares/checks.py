"""How the least squares assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close


def problem(rng):
    """Return features, weights that made the targets, an intercept and noisy targets."""
    n, d = int(rng.integers(5, 25)), int(rng.integers(1, 4))
    X, w, b = np.round(rng.normal(size=(n, d)) + rng.integers(-3, 4), 2), np.round(rng.normal(size=d) * 3, 2), 1.5
    return X, np.round(X @ w + b + rng.normal(size=n), 2), w, b


def line(rng):
    """Return a line and where to ask it."""
    X, _, w, b = problem(rng)
    return X, w, b


def with_other_weights(rng):
    """Return a problem and a line that is not its best one."""
    X, y, w, b = problem(rng)
    return X, y, w + np.round(rng.normal(size=w.shape), 2), b - 1.0


def rows_and_targets(rng):
    """Return a problem that has one best line."""
    X, y, _, _ = problem(rng)
    return X, y


def with_alpha(rng):
    """Return a problem and a penalty."""
    X, y, _, _ = problem(rng)
    return X, y, float(np.round(np.exp(rng.normal()), 2))


def slope_is_zero_at_the_best(rng, call):
    """At the answer, small steps either way make the error larger."""
    X, y = rows_and_targets(rng)
    w, b = call(X, y)
    w = np.asarray(w, dtype=float)
    if w.shape != (X.shape[1],):
        return f"the weights have shape {w.shape}"
    best = np.mean((y - X @ w - b) ** 2)
    for step in (1e-3, -1e-3):
        for f in range(len(w)):
            moved = w + step * np.eye(len(w))[f]
            if np.mean((y - X @ moved - b) ** 2) < best - 1e-12:
                return f"the error gets smaller when weight {f} moves by {step}"
        if np.mean((y - X @ w - b - step) ** 2) < best - 1e-12:
            return f"the error gets smaller when the intercept moves by {step}"
    return None


def shifting_targets_moves_the_intercept_only(rng, call):
    """Adding 10 to every target adds 10 to the intercept."""
    X, y, alpha = with_alpha(rng)
    (w, b), (w_moved, b_moved) = call(X, y, alpha), call(X, y + 10.0, alpha)
    same = np.allclose(w, w_moved, rtol=1e-8, atol=1e-8) and abs(b_moved - b - 10.0) < 1e-6
    return None if same else "adding 10 to every target does more than add 10 to the intercept"


X2 = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
QUESTIONS = {
    "predict": Question(line, edges={"one row": (X2[:1], np.array([1.0, 1.0]), 0.0)}),
    "mean_squared_error": Question(
        with_other_weights, edges={"a perfect line": (X2, X2 @ np.array([1.0, 2.0]) + 3.0, np.array([1.0, 2.0]), 3.0)}
    ),
    "gradient": Question(
        with_other_weights,
        edges={"one row": (X2[:1], np.array([0.0]), np.array([1.0, 1.0]), 0.0)},
        gradient=True,
        growth=Growth(
            lambda rng, n: (rng.normal(size=(n, 3)), rng.normal(size=n), np.zeros(3), 0.0),
            1.0,
            reason="One pass over the rows is enough.",
        ),
    ),
    "normal_equations": Question(
        rows_and_targets,
        edges={"far from the origin": (X2[:, :1] + 1e4, np.array([1.0, 2.0, 4.0]))},
        same=close(1e-6, 1e-6),  # a solve of equations loses the square of the condition number
        laws={"no small step makes the error smaller": slope_is_zero_at_the_best},
    ),
    "ridge": Question(
        with_alpha,
        edges={"more weights than rows": (X2[:2], np.array([1.0, 2.0]), 0.5)},
        same=close(1e-7, 1e-7),
        laws={"adding to the targets moves the intercept only": shifting_targets_moves_the_intercept_only},
    ),
}
