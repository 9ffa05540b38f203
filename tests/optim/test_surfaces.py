"""Every method can be watched on a surface over two weights: points, and their losses, one after the other."""

import numpy as np
import pytest

from scratchml.core import record
from scratchml.optim import (
    check_gradient,
    check_hessian,
    conjugate_gradient,
    coordinate_descent,
    loss_named,
    saga,
    saga_linear,
    stochastic_gradient,
)
from tests.optim.methods import METHODS
from tests.optim.surfaces import (
    logistic,
    logistic_hessian,
    mean_logistic,
    random_bowl,
    rosenbrock,
    rosenbrock_hessian,
    two_clouds,
)


def watched(rng, name):
    """Return the surface, a function of w (2,), and the recorded steps of a method on it."""
    f, A, b = random_bowl(rng, 2)
    X, y = two_clouds(rng, 40, 2)
    everything, start = np.arange(40), np.array([2.0, -1.5])
    if name in METHODS:
        return lambda w: f(w)[0], record(METHODS[name](f, start, lambda w: A))
    if name == "conjugate_gradient":
        return lambda w: f(w)[0], record(conjugate_gradient(lambda v: A @ v, b, start))
    if name == "coordinate_descent":
        return lambda w: f(w)[0], record(coordinate_descent(A, b, start))
    mean_over = mean_logistic(X, y)
    steps = {
        "stochastic_gradient": lambda: stochastic_gradient(mean_over, start, 40, step_size=0.1, random_state=0),
        "saga": lambda: saga(mean_over, start, 40, step_size=0.1, random_state=0),
        "saga_linear": lambda: saga_linear(
            X, y, loss_named("log_loss"), start[None], fit_intercept=False, random_state=0
        ),
    }[name]
    return lambda w: mean_over(everything, w)[0], record(steps())


EVERY = (*METHODS, "conjugate_gradient", "coordinate_descent", "stochastic_gradient", "saga", "saga_linear")


@pytest.mark.parametrize("name", EVERY)
def test_steps_are_points_of_the_surface_on_the_way_down(rng, name):
    surface, path = watched(rng, name)
    points = np.array([s.w.ravel() for s in path])
    assert points.shape == (len(path), 2)
    assert len(path) > 2 or name == "newton"
    assert (points[0] == [2.0, -1.5]).all()
    assert len(np.unique(points, axis=0)) >= len(path) - 1  # copies, not one point many times
    if name != "stochastic_gradient":  # whose loss is the mean over an epoch, each sample's before its update
        for s, w in zip(path, points):
            assert s.loss == pytest.approx(surface(w), rel=1e-10, abs=1e-10)  # sums in another order
    assert surface(points[-1]) < surface(points[0])
    assert path[-1].converged


def test_the_surfaces_own_derivatives_are_right(rng):
    X, y = two_clouds(rng, 20, 3)
    w = rng.normal(size=3)
    f, A, _ = random_bowl(rng, 3)
    mean_over = mean_logistic(X, y)
    for surface in (f, rosenbrock, logistic(X, y, 0.3), lambda v: mean_over(np.arange(20), v)):
        assert check_gradient(surface, w) < 1e-8  # the differences' own error
    assert check_hessian(f, lambda v: A, w) < 1e-8  # the same
    assert check_hessian(rosenbrock, rosenbrock_hessian, w) < 1e-8  # the same
    assert check_hessian(logistic(X, y, 0.3), logistic_hessian(X, y, 0.3), w) < 1e-8  # the same
