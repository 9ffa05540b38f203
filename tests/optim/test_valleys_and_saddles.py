"""Two places where a method once gave up, or crept, without need: a slanted valley's floor, and a saddle."""

import numpy as np
import pytest

from scratchml.optim import gradient_descent, minimize, newton, newton_direction
from tests.optim.surfaces import random_bowl

# ---------------------------------------------------------------------------------------------------------------
# By hand


def test_a_curvature_of_minus_one_is_turned_into_plus_one():
    direction = np.empty(2)
    damping = newton_direction(np.diag([1.0, -1.0]), np.array([3.0, 1.0]), direction, 0.0)
    assert damping == pytest.approx(2.0, rel=1e-15)  # rounding of the eigenvalue
    assert direction == pytest.approx([-1.0, -1.0], rel=1e-15)  # -3 / (1 + 2), -1 / (-1 + 2)


def test_a_flat_direction_is_bent_as_little_as_can_be():
    assert newton_direction(np.diag([1.0, 0.0]), np.array([1.0, 0.0]), np.empty(2), 0.0) == 1e-10


# ---------------------------------------------------------------------------------------------------------------
# Laws


@pytest.mark.parametrize("seed", range(20))
def test_backtracking_goes_on_where_rounding_hides_the_fall_of_the_loss(seed):
    rng = np.random.default_rng(seed)
    bowl, *_ = random_bowl(rng, 3, condition=30.0)
    last = minimize(gradient_descent(lambda w: (bowl(w)[0] + 3.0, bowl(w)[1]), np.full(3, 5.0), tol=1e-10))
    assert last.converged, last.name


@pytest.mark.parametrize("seed", range(20))
def test_newton_leaves_a_saddle_in_few_iterations(seed):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(4, 4))
    A += A.T

    def loss_and_gradient(w):
        return float(w @ A @ w / 2 + (w**4).sum() / 4), A @ w + w**3

    start = 0.01 * rng.normal(size=4)
    last = minimize(newton(loss_and_gradient, start, lambda w: A + 3 * np.diag(w * w), tol=1e-8))
    assert last.converged
    assert last.iteration <= 60  # 30 at most when written; creeping took more than 100
    assert np.linalg.eigvalsh(A + 3 * np.diag(last.w * last.w))[0] > -1e-8  # a minimum: the tolerance's curvature
