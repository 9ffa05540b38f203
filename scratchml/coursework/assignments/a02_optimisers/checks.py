"""How the optimisers assignment is checked."""

import numpy as np

from scratchml.coursework.checking import Growth, Question
from scratchml.coursework.comparing import exact


def vector(rng, d):
    """Return d short numbers."""
    return np.round(rng.normal(size=d) * 4) / 4


def one_step(rng):
    """Return w, a slope and a rate."""
    d = int(rng.integers(1, 5))
    return vector(rng, d), vector(rng, d), float(rng.choice([0.1, 0.5, 1.0]))


def momentum_case(rng):
    """Return w, velocity, slope, rate, momentum."""
    d = int(rng.integers(1, 5))
    return vector(rng, d), vector(rng, d), vector(rng, d), 0.25, float(rng.choice([0.0, 0.5, 0.9]))


def look_ahead(rng):
    """Return w, velocity, momentum."""
    return (*one_step(rng)[:2], float(rng.choice([0.5, 0.9])))


def adam_case(rng):
    """Return everything Adam needs."""
    d = int(rng.integers(1, 5))
    m, v = vector(rng, d), vector(rng, d) ** 2
    return vector(rng, d), m, v, vector(rng, d) + 0.125, int(rng.integers(1, 20)), 0.1, 0.9, 0.99, 1e-8


def quadratic(rng):
    """Return a bowl, a place, a direction downhill that is too long, and c."""
    d = int(rng.integers(1, 4))
    R = vector(rng, d * d).reshape(d, d)
    A = R @ R.T + np.eye(d)
    b, w = vector(rng, d), vector(rng, d)
    return A, b, w, -(A @ w - b) * 2.0 ** int(rng.integers(-1, 5)), float(rng.choice([1e-4, 0.1, 0.4]))


def clip_case(rng):
    """Return a slope and a bound."""
    return vector(rng, int(rng.integers(1, 5))), float(rng.choice([0.5, 1.0, 3.0]))


def first_step_has_the_rate_as_length(rng, call):
    """Adam's first step moves every weight by the learning rate, whatever the slope's size."""
    slope = vector(rng, 3) * 1000.0 + 1.0
    w, _, _ = call(np.zeros(3), np.zeros(3), np.zeros(3), slope, 1, 0.1, 0.9, 0.999, 1e-12)
    same = np.allclose(np.abs(w), 0.1, rtol=1e-6)
    return None if same else "the first step from zero does not move each weight by the learning rate"


def never_uphill(rng, call):
    """The accepted step goes down."""
    A, b, w, p, c = quadratic(rng)
    new = w + float(call(A, b, w, p, c)) * p
    rises = 0.5 * new @ A @ new - b @ new > 0.5 * w @ A @ w - b @ w + 1e-9
    return "the accepted step goes uphill" if rises else None


QUESTIONS = {
    "gradient_step": Question(one_step, edges={"a flat place": (np.ones(2), np.zeros(2), 0.5)}),
    "momentum_step": Question(momentum_case, edges={"no momentum": (np.ones(1), np.ones(1), np.ones(1), 0.5, 0.0)}),
    "nesterov_point": Question(look_ahead, edges={"at rest": (np.ones(2), np.zeros(2), 0.9)}),
    "adam_step": Question(
        adam_case,
        edges={"no slope": (np.ones(2), np.zeros(2), np.zeros(2), np.zeros(2), 1, 0.1, 0.9, 0.999, 1e-8)},
        laws={"the first step has the learning rate's length": first_step_has_the_rate_as_length},
        growth=Growth(
            lambda rng, n: (*rng.normal(size=(4, n)) ** 2, 3, 0.1, 0.9, 0.99, 1e-8),
            1.0,
            reason="One pass over the weights is enough.",
        ),
    ),
    "backtracking": Question(
        quadratic,
        edges={"the first is good": (np.eye(1), np.zeros(1), np.ones(1), -np.ones(1), 0.1)},
        same=exact(),
        laws={"the step goes down": never_uphill},
    ),
    "clip": Question(clip_case, edges={"short enough": (np.array([0.3, 0.4]), 1.0), "zero": (np.zeros(2), 1.0)}),
}
