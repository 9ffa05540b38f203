"""Climbing on the face: by hand, outside reference, laws, edges and errors."""

import numpy as np
import pytest
from scipy.optimize import minimize

from scratchml.core import record
from scratchml.svm import SVC
from scratchml.svm.face import climb, uphill
from scratchml.svm.kernels import GIVEN, Similarity
from scratchml.svm.problem import Problem
from scratchml.svm.solver import Arena, Settings

EVERYTHING = Settings(1e-3, -1, True, 2e8)


def arena_of(K, z, low, high, epsilon, b):
    """Return the solver's arena for a kernel matrix, at b."""
    problem = Problem(Similarity(GIVEN, 0.0, 0.0, 0, 1.0), K, z, low, high, epsilon)
    arena = Arena(problem, EVERYTHING)
    arena.state.b[:] = b
    arena.state.r[:] = z - K @ b
    arena.begin()
    return arena


def free_problem(rng, f):
    A = rng.normal(size=(f, f + 3))
    K, z = A @ A.T, rng.normal(size=f)
    b = 0.1 * rng.normal(size=f)
    return K, z, b - b.mean()


# ---- by hand


def test_two_free_points_on_paper():
    # K = I, slopes 3 and 1: p = (t, -t) with 3 - t = 1 + t, so t = 1
    p = np.array([3.0, 1.0])
    assert uphill(np.eye(2), p, np.empty(2))
    np.testing.assert_allclose(p, [1.0, -1.0], rtol=1e-9)  # the ridge


def test_the_first_border_ends_the_step_and_the_others_go_on(rng):
    # K = I, z = (3, 0, -3): the best place is b = z; |b_0| <= 1 stops the first, then the others share what is left
    z = np.array([3.0, 0.0, -3.0])
    arena = arena_of(np.eye(3), z, np.array([-1.0, -10.0, -10.0]), np.array([1.0, 10.0, 10.0]), 0.0, np.zeros(3))
    assert climb(arena.problem, arena.active, arena.points, arena.state) == 2
    np.testing.assert_allclose(arena.state.b, [1.0, 1.0, -2.0], rtol=1e-8)  # the ridge


# ---- outside reference


def test_the_way_uphill_is_that_of_the_bordered_system(rng):
    K, slope, p = free_problem(rng, 9)
    system = np.block([[K, np.ones((9, 1))], [np.ones((1, 9)), np.zeros((1, 1))]])
    p = slope.copy()
    assert uphill(K.copy(), p, np.empty(9))
    np.testing.assert_allclose(
        p, np.linalg.solve(system, np.append(slope, 0.0))[:9], rtol=1e-6
    )  # ridge times condition


@pytest.mark.parametrize("epsilon", [0.0, 0.05])
def test_one_step_reaches_what_scipy_finds(rng, epsilon):
    K, z, b = free_problem(rng, 7)
    arena = arena_of(K, z, np.full(7, -1e3), np.full(7, 1e3), epsilon, 1e-3 * b)
    objective = lambda b: -(z @ b - epsilon * np.abs(b).sum() - 0.5 * b @ K @ b)  # noqa: E731 (a formula)
    before = -objective(arena.state.b)
    climb(arena.problem, arena.active, arena.points, arena.state)
    found = -objective(arena.state.b)
    if epsilon == 0.0:
        best = minimize(objective, b, constraints={"type": "eq", "fun": np.sum}, method="SLSQP", tol=1e-12)
        assert found == pytest.approx(-best.fun, rel=1e-6)  # SLSQP's own accuracy
    assert found - before == pytest.approx(arena.sums[0], rel=1e-9)  # the gain of the docstring
    np.testing.assert_allclose(arena.state.r, z - K @ arena.state.b, atol=1e-11)  # rounding of sums


# ---- laws


def test_climbing_keeps_sum_and_box_and_saves_moves(rng):
    X = rng.normal(size=(150, 8))
    y = (X @ rng.normal(size=8) + 2.0 * rng.normal(size=150) > 0).astype(int)
    steps = record(SVC(kernel="linear", C=10.0).steps(X, y))
    climbs = [s for s in steps if s.name == "climb"]
    assert climbs
    for s in climbs:
        assert abs(s.b.sum()) <= 1e-11  # rounding of 150 coefficients of up to 10
        assert np.abs(s.b).max() <= 10.0
    assert steps[-1].violation <= 1e-6  # the optimum, far below tol


# ---- edges and errors


def test_points_that_are_all_alike_share_the_way():
    arena = arena_of(
        np.ones((4, 4)), np.array([1.0, 1.0, -1.0, -1.0]), np.full(4, -1.0), np.full(4, 1.0), 0.0, np.zeros(4)
    )
    climb(arena.problem, arena.active, arena.points, arena.state)
    np.testing.assert_allclose(arena.state.b, [1.0, 1.0, -1.0, -1.0], rtol=1e-9)  # no curvature: up to the borders


def test_a_face_that_is_no_hill_is_left():
    assert not uphill(-np.eye(3), np.ones(3), np.empty(3))


def test_no_free_points_or_too_many_are_left_alone(rng):
    still = arena_of(np.eye(2), np.ones(2), np.zeros(2), np.ones(2), 0.0, np.zeros(2))
    assert climb(still.problem, still.active, still.points, still.state) == 0
    many = arena_of(np.eye(200), rng.normal(size=200), np.full(200, -1.0), np.full(200, 1.0), 0.0, np.zeros(200))
    assert climb(many.problem, many.active, many.points, many.state) == 0
