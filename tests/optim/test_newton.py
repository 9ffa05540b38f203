"""Newton's method: by hand, naive twin (matrix inverse), outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import cho_solve
from scipy.optimize import minimize as scipy_minimize

import tests.naive.optim.newton as naive
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.optim import minimize, newton, newton_direction
from scratchml.optim.newton import COLUMNS, factorise, solve_triangle, solve_triangles
from tests.optim.surfaces import (
    logistic,
    logistic_hessian,
    random_bowl,
    rosenbrock,
    rosenbrock_hessian,
    two_clouds,
)

EPS = np.finfo(np.float64).eps


def direction_of(H, gradient, damping=0.0):
    direction = np.empty(len(gradient))
    taken = newton_direction(np.array(H, dtype=float), np.array(gradient, dtype=float), direction, damping)
    return direction, taken


# ---- by hand


def test_a_direction_on_paper():
    # [[2, 1], [1, 2]] direction = -(3, 3): both -1
    direction, damping = direction_of([[2.0, 1.0], [1.0, 2.0]], [3.0, 3.0])
    assert direction == pytest.approx([-1.0, -1.0], rel=8 * EPS)  # a few roundings
    assert damping == 0.0


def test_two_triangles_on_paper():
    # L = [[2, 0], [1, 3]], L L' = [[4, 2], [2, 10]]; x = (1, 1) gives b = (6, 12)
    b = np.array([6.0, 12.0])
    solve_triangles(np.array([[2.0, 0.0], [1.0, 3.0]]), b)
    assert b.tolist() == [1.0, 1.0]


def test_a_quadratic_is_solved_in_one_step_on_paper():
    def bowl(w):
        return float(w[0] ** 2 + 4 * (w[1] - 1) ** 2), np.array([2 * w[0], 8 * (w[1] - 1)])

    path = record(newton(bowl, [3.0, 3.0], lambda w: np.diag([2.0, 8.0])))
    assert [s.name for s in path] == ["start", "update"]
    assert path[-1].w == pytest.approx([0.0, 1.0], abs=4 * EPS)  # rounding at 3
    assert path[-1].step_size == 1.0


def test_the_equation_of_the_docstring_holds_where_the_hessian_is_bent():
    H, gradient = np.array([[2.0, 0.5], [0.5, -4.0]]), np.array([1.0, 2.0])
    direction, damping = direction_of(H, gradient)
    assert damping > 1.0  # it takes more than |H_11| to turn -4 round
    D = np.diag(np.abs(H.diagonal()))
    assert (H + damping * D) @ direction == pytest.approx(-gradient, rel=1e-12)  # a solution of two equations
    # D^-1/2 H D^-1/2 = [[1, c], [c, -1]] with c = 0.5 / sqrt(8), whose eigenvalues are +- sqrt(1 + c^2)
    assert damping == pytest.approx(2 * np.sqrt(1 + 0.25 / 8), rel=1e-12)  # a square root and a sum


# ---- naive twin


@given(seed=st.integers(0, 10**6))
def test_steps_near_the_minimum_are_those_of_the_plain_method(seed):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 40, 3)
    f, hessian = logistic(X, y, 1.0), logistic_hessian(X, y, 1.0)
    expected = naive.newton(lambda w: f(w)[1], hessian, np.zeros(3), 8)
    path = record(newton(f, np.zeros(3), hessian, max_iter=8, tol=1e-10))
    assert all(s.step_size == 1.0 for s in path[1:])
    for s, w in zip(path, expected):
        np.testing.assert_allclose(s.w, w, atol=1e-12)  # well-conditioned equations


# ---- outside reference


@pytest.mark.parametrize("d", [1, 2, 7, 30])
def test_triangles_are_solved_as_by_scipy(rng, d):
    A = rng.normal(size=(d, d))
    L, b = A @ A.T + np.eye(d), rng.normal(size=d)
    assert factorise(L)
    found = b.copy()
    solve_triangles(L, found)
    np.testing.assert_allclose(found, cho_solve((L, True), b), rtol=1e-9, atol=1e-12)  # condition up to 1e3


@pytest.mark.parametrize("d", [1, COLUMNS - 1, COLUMNS, COLUMNS + 1, 3 * COLUMNS + 5])
def test_factorised_some_columns_at_a_time_as_by_lapack(d, rng):
    A = rng.normal(size=(d, d))
    A = A @ A.T + np.eye(d)
    found = A.copy()
    assert factorise(found)
    L = np.tril(found)
    np.testing.assert_allclose(L @ L.T, A, rtol=0, atol=d * EPS * np.abs(A).max())  # backward error: a few eps a sum
    np.testing.assert_allclose(L, np.linalg.cholesky(A), rtol=0, atol=1e-11 * np.abs(A).max())  # condition up to 1e4
    A[-1, -1] = -1.0
    assert not factorise(A)
    assert not factorise(np.full((d, d), np.nan))


def test_a_nearly_singular_matrix_loses_no_digits_where_blocks_meet(rng):
    d = 2 * COLUMNS
    close = rng.normal(size=(d, 1)) + 1e-4 * rng.normal(size=(d, d))  # condition 1e14 or more, within each block, too
    A = close @ close.T
    found = A.copy()
    assert factorise(found)
    L = np.tril(found)
    assert np.abs(L @ L.T - A).max() <= 10 * EPS * np.abs(A).max()  # backward error, as of a good matrix


def test_the_end_is_scipys(rng):
    X, y = two_clouds(rng, 60, 3)
    f, hessian = logistic(X, y, 1.0), logistic_hessian(X, y, 1.0)
    theirs = scipy_minimize(f, np.zeros(3), jac=True, hess=hessian, method="trust-exact", options={"gtol": 1e-10}).x
    assert np.abs(minimize(newton(f, np.zeros(3), hessian, tol=1e-10)).w - theirs).max() <= 2e-10  # tol / l2
    ours = minimize(newton(rosenbrock, [-1.2, 1.0], rosenbrock_hessian, tol=1e-8))
    theirs = scipy_minimize(rosenbrock, [-1.2, 1.0], jac=True, hess=rosenbrock_hessian, method="Newton-CG")
    assert ours.n_evaluations <= theirs.nfev
    assert ours.w == pytest.approx([1.0, 1.0], abs=1e-6)  # tol over the least curvature, 0.4


# ---- laws


@given(seed=st.integers(0, 10**6), d=st.integers(1, 8), power=st.floats(0, 6))
def test_a_quadratic_is_solved_in_one_step(seed, d, power):
    rng = np.random.default_rng(seed)
    f, A, b = random_bowl(rng, d, condition=10.0**power)
    w = rng.normal(size=d)
    noise = 1e-13 * 10.0**power * (1 + np.abs(b).sum() + np.abs(A @ w).sum())  # rounding times the condition
    path = record(newton(f, w, lambda v: A, tol=noise))
    assert path[-1].iteration == 1 or path[0].converged
    assert path[-1].converged
    assert {s.name for s in path} <= {"start", "update"}


@given(seed=st.integers(0, 10**6), d=st.integers(1, 6))
def test_any_symmetric_hessian_gives_a_way_down(seed, d):
    rng = np.random.default_rng(seed)
    H = rng.normal(size=(d, d))
    gradient = rng.normal(size=d)
    direction, damping = direction_of(H + H.T, gradient)
    assert gradient @ direction < 0.0
    assert damping > 0.0 or np.linalg.eigvalsh(H + H.T)[0] > 0.0


@given(seed=st.integers(0, 10**6), powers=st.lists(st.integers(-60, 60), min_size=3, max_size=3))
def test_steps_follow_the_units_of_each_weight(seed, powers):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 30, 3)
    f, hessian, unit = logistic(X, y, 1.0), logistic_hessian(X, y, 1.0), 2.0 ** np.array(powers)

    def scaled(v):
        loss, gradient = f(v / unit)
        return loss, gradient / unit

    here = record(newton(f, np.ones(3), hessian, max_iter=3, tol=0.0))
    there = record(newton(scaled, unit, lambda v: hessian(v / unit) / unit / unit[:, None], max_iter=3, tol=0.0))
    for one, other in zip(here, there):
        np.testing.assert_allclose(one.w, other.w / unit, rtol=1e-9, atol=1e-9)  # sqrt of odd powers is rounded


def test_near_the_minimum_the_number_of_right_digits_doubles(rng):
    X, y = two_clouds(rng, 60, 3)
    path = record(newton(logistic(X, y, 0.1), np.zeros(3), logistic_hessian(X, y, 0.1), tol=1e-13))
    errors = [np.linalg.norm(s.w - path[-1].w) for s in path]
    near = [(a, b) for a, b in pairwise(errors) if 1e-7 < a < 0.1]
    assert near
    assert all(b <= 10 * a * a for a, b in near)


def test_compiled_and_plain_give_the_same_bits(rng):
    A = rng.normal(size=(5, 5))
    L, b = np.linalg.cholesky(A @ A.T + np.eye(5)), rng.normal(size=5)
    compiled, plain = b.copy(), b.copy()
    solve_triangles(L, compiled)
    columns, in_plain = A.copy(), A.copy()
    solve_triangle(L, columns)
    with plain_python():
        solve_triangles(L, plain)  # plain_python swaps the name in this module, too
        solve_triangle(L, in_plain)
    assert plain.tobytes() == compiled.tobytes()
    assert in_plain.tobytes() == columns.tobytes()


# ---- edges and errors


def test_a_saddle_is_left_where_there_is_a_slope():
    def saddle(w):  # w0^2 - w1^2 + w1^4: minima at w1 = +- sqrt 1/2
        return float(w[0] ** 2 - w[1] ** 2 + w[1] ** 4), np.array([2 * w[0], -2 * w[1] + 4 * w[1] ** 3])

    path = record(newton(saddle, [1.0, 0.01], lambda w: np.diag([2.0, -2 + 12 * w[1] ** 2])))
    assert path[1].name == "damped"
    assert path[-1].converged
    assert abs(path[-1].w[1]) == pytest.approx(np.sqrt(0.5), abs=1e-5)  # tol / curvature 4


def test_a_flat_coordinate_stays():
    path = record(
        newton(lambda w: (float(w[0] ** 2), np.array([2 * w[0], 0.0])), [3.0, 7.0], lambda w: np.diag([2.0, 0.0]))
    )
    assert path[-1].converged
    assert path[-1].name == "damped"
    assert path[-1].w[1] == 7.0
    assert abs(path[-1].w[0]) < 1e-5


def test_a_hessian_of_zeros_is_steepest_descent():
    direction, damping = direction_of(np.zeros((2, 2)), [3.0, -4.0])
    assert damping > 0.0
    assert direction / np.linalg.norm(direction) == pytest.approx([-0.6, 0.8], rel=1e-12)  # damping 1e-10 is rounded


def test_a_wrong_hessian_costs_time_but_not_the_answer():
    bowl = lambda w: (float(w @ w), 2 * w)  # noqa: E731
    for wrong in (-np.eye(2), np.diag([0.1, 10.0]), np.array([[1.0, 5.0], [5.0, 1.0]])):
        last = minimize(newton(bowl, [3.0, -1.0], lambda w, H=wrong: H, max_iter=500))
        assert last.converged
        assert np.abs(last.w).max() <= 5e-6  # tol / curvature 2


def test_nearly_singular_is_not_positive_definite():
    assert not factorise(np.array([[1.0, 1.0], [1.0, 1.0]]))
    assert not factorise(np.array([[1.0, 1.0], [1.0, 1.0 + EPS]]))
    assert not factorise(np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert factorise(np.array([[1.0, 0.5], [0.5, 1.0]]))


def test_inputs_of_the_direction_are_kept(rng):
    H, gradient = rng.normal(size=(3, 3)), rng.normal(size=3)
    before = H.copy(), gradient.copy()
    direction_of(H + H.T, gradient)
    newton_direction(H, gradient, np.empty(3), 0.0)
    assert (H == before[0]).all()
    assert (gradient == before[1]).all()


@pytest.mark.parametrize("unit", [1e-150, 1e150])
def test_hessians_of_any_size(unit):
    direction, damping = direction_of(unit * np.array([[2.0, 1.0], [1.0, 2.0]]), unit * np.array([3.0, 3.0]))
    assert direction == pytest.approx([-1.0, -1.0], rel=8 * EPS)  # a few roundings
    assert damping == 0.0


def test_a_wrong_hessian_shape_or_kind_is_named():
    bowl = lambda w: (float(w @ w), 2 * w)  # noqa: E731
    with pytest.raises(TypeError, match=r"hessian=.* is not callable"):
        newton(bowl, [1.0], np.eye(1))
    with pytest.raises(ValueError, match=r"hessian returned shape \(2,\) for w of shape \(2,\); return \(2, 2\)"):
        minimize(newton(bowl, [1.0, 2.0], lambda w: w))
    for value in (np.nan, np.inf):
        with pytest.raises(ValueError, match="hessian returned NaN or infinity"):
            minimize(newton(bowl, [1.0, 2.0], lambda w, v=value: np.full((2, 2), v)))
