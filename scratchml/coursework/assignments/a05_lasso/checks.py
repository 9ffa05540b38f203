"""How the lasso assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import close


def number_and_threshold(rng):
    """Return a number and how far it is pulled."""
    return float(np.round(rng.normal() * 3, 1)), float(np.round(abs(rng.normal()), 1))


def problem(rng):
    """Return features, targets, weights and a penalty."""
    n, d = int(rng.integers(3, 15)), int(rng.integers(1, 5))
    X, w = np.round(rng.normal(size=(n, d)), 1), np.round(rng.normal(size=d) * 2, 1) * (rng.uniform(size=d) < 0.6)
    X[0] += 0.5
    y = np.round(X @ w + 0.3 * rng.normal(size=n), 1)
    y[0] += 1.0
    return X, y, w + 0.0, float(np.round(rng.uniform(0.05, 1.0), 2))


def one_place(rng):
    """Return a problem and the place of a weight."""
    X, y, w, alpha = problem(rng)
    return X, y, w, alpha, int(rng.integers(0, X.shape[1]))


def sweeps(rng):
    """Return a problem and a number of sweeps."""
    X, y, _, alpha = problem(rng)
    return X, y, alpha, int(rng.integers(1, 6))


def features_and_targets(rng):
    """Return a problem's data."""
    return problem(rng)[:2]


def worth(X, y, w, alpha):
    """Return the objective."""
    return ((y - X @ w) ** 2).sum() / (2 * len(y)) + alpha * np.abs(w).sum()


def a_step_never_loses(rng, call):
    """A coordinate step never makes the objective larger."""
    X, y, w, alpha, f = one_place(rng)
    before, after = worth(X, y, w, alpha), worth(X, y, np.asarray(call(X, y, w, alpha, f), dtype=float), alpha)
    return None if after <= before + 1e-12 else "a coordinate step makes the objective larger"


def gap_bounds_what_is_left(rng, call):
    """The gap is at least what a long descent still gains."""
    X, y, w, alpha = problem(rng)
    best = np.zeros(len(w))
    for _ in range(300):
        for f in range(len(w)):
            length = (X[:, f] ** 2).mean()
            z = X[:, f] @ (y - X @ best + X[:, f] * best[f]) / len(y)
            best[f] = np.sign(z) * max(abs(z) - alpha, 0.0) / length if length else 0.0
    left = worth(X, y, w, alpha) - worth(X, y, best, alpha)
    gap = float(call(X, y, w, alpha))
    return None if gap >= left - 1e-9 else f"the gap {gap:.4g} is less than the {left:.4g} still to gain"


X2, Y2 = np.array([[1.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), np.array([1.0, 2.0, 2.0])
QUESTIONS = {
    "soft_threshold": Question(number_and_threshold, edges={"inside": (0.5, 1.0), "at the edge": (-1.0, 1.0)}),
    "objective": Question(problem, edges={"no weights": (X2, Y2, np.zeros(2), 1.0)}),
    "coordinate_step": Question(
        one_place,
        edges={"a column of zeros": (X2, Y2, np.array([1.0, 3.0]), 0.1, 1)},
        laws={"a step never makes the objective larger": a_step_never_loses},
    ),
    "lasso": Question(
        sweeps,
        edges={"a column of zeros": (X2, Y2, 0.1, 3)},
        growth=Growth(
            lambda rng, n: (rng.normal(size=(5, n)), rng.normal(size=5), 0.1, 1), 1.0, reason="Visit each feature once."
        ),
    ),
    "largest_alpha": Question(features_and_targets, edges={"a column of zeros": (X2, Y2)}),
    "duality_gap": Question(
        problem,
        edges={"at zero": (X2, Y2, np.zeros(2), 5.0)},
        same=close(1e-8, 1e-9),
        laws={"the gap bounds what is left to gain": gap_bounds_what_is_left},
    ),
}
