"""Conjugate gradients: by hand, naive twin (exact fractions), outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize as scipy_minimize
from scipy.sparse.linalg import cg as scipy_cg

import tests.naive.optim.conjugate_gradient as naive
from scratchml.core import record
from scratchml.core.jit import plain_python
from scratchml.optim import conjugate_gradient, minimize, nonlinear_conjugate_gradient
from tests.optim.surfaces import logistic, random_bowl, rosenbrock, two_clouds

EPS = np.finfo(np.float64).eps


def solve(A, b, w=None, **how):
    A = np.array(A, dtype=float)
    return record(conjugate_gradient(lambda v: A @ v, b, w, **how))


def hilbert(d):
    i = np.arange(d)
    return 1.0 / (1 + i[:, None] + i)


# ---- by hand


def test_two_equations_on_paper():
    # [[4, 1], [1, 3]] w = (1, 2): first step 5/20 along (1, 2), then the solution (1, 7) / 11
    path = solve([[4.0, 1.0], [1.0, 3.0]], [1.0, 2.0])
    assert [s.name for s in path] == ["start", "update", "update"]
    assert path[1].step_size == 0.25
    assert path[1].w.tolist() == [0.25, 0.5]
    assert path[1].gradient.tolist() == [0.5, -0.25]
    assert path[2].w == pytest.approx([1 / 11, 7 / 11], rel=8 * EPS)  # a few roundings
    assert [s.n_evaluations for s in path] == [0, 1, 3]  # none at w = 0; the last gradient is worked out afresh
    assert path[1].loss == 0.5 * (4 / 16 + 1 / 4 + 3 / 4) - (0.25 + 1.0)


# ---- naive twin


@pytest.mark.parametrize(
    ("A", "b"),
    [
        ([[4, 1], [1, 3]], [1, 2]),
        ([[2, -1, 0], [-1, 2, -1], [0, -1, 2]], [1, 0, 3]),
        ([[5, 2, 1, 0], [2, 6, 0, 1], [1, 0, 7, 2], [0, 1, 2, 8]], [1, -2, 3, -4]),
    ],
)
def test_steps_are_those_of_exact_fractions(A, b):
    expected = naive.conjugate_gradient(A, b)
    path = solve(A, b, tol=1e-12)
    assert len(path) == len(expected) <= len(b) + 1
    for s, w in zip(path, expected):
        np.testing.assert_allclose(s.w, [float(x) for x in w], rtol=1e-12)  # condition below 10


def test_compiled_and_plain_steps_are_the_same():
    A = hilbert(6)
    compiled = solve(A, A @ np.arange(6.0), tol=1e-12)
    with plain_python():
        plain = solve(A, A @ np.arange(6.0), tol=1e-12)
    assert [s.name for s in plain] == [s.name for s in compiled]
    for one, other in zip(plain, compiled):
        assert (one.w == other.w).all()
        assert (one.loss, one.gradient_norm, one.step_size) == (other.loss, other.gradient_norm, other.step_size)


# ---- outside reference


@given(seed=st.integers(0, 10**6), d=st.integers(2, 8))
def test_steps_are_scipys(seed, d):
    _, A, b = random_bowl(np.random.default_rng(seed), d)
    theirs = []
    scipy_cg(A, b, rtol=1e-10, maxiter=d - 1, callback=lambda w: theirs.append(w.copy()))
    path = solve(A, b, max_iter=d - 1, tol=1e-10)
    for s, w in zip(path[1:], theirs):
        np.testing.assert_allclose(s.w, w, rtol=1e-7, atol=1e-9)  # rounding grows as conjugacy is lost


def test_preconditioned_steps_are_scipys(rng):
    _, A, b = random_bowl(rng, 12, condition=1e4)
    M = np.diag(1 / A.diagonal())
    theirs = []
    scipy_cg(A, b, rtol=1e-12, maxiter=6, M=M, callback=lambda w: theirs.append(w.copy()))
    path = solve(A, b, max_iter=6, preconditioner=lambda v: M @ v)
    for s, w in zip(path[1:], theirs):
        np.testing.assert_allclose(s.w, w, rtol=1e-7, atol=1e-9)  # the same


def test_the_end_of_the_nonlinear_method_is_scipys(rng):
    f = logistic(*two_clouds(rng, 60, 3), 1.0)
    theirs = scipy_minimize(f, np.zeros(3), jac=True, method="CG", options={"gtol": 1e-9})
    ours = minimize(nonlinear_conjugate_gradient(f, np.zeros(3), tol=1e-9))
    assert np.abs(ours.w - theirs.x).max() <= 2e-9  # tol / l2
    assert ours.n_evaluations <= 2 * theirs.nfev
    last = minimize(nonlinear_conjugate_gradient(rosenbrock, [-1.2, 1.0], tol=1e-8))
    assert last.converged
    assert last.w == pytest.approx([1.0, 1.0], abs=1e-7)  # tol over the least curvature, 0.4


# ---- laws


@given(seed=st.integers(0, 10**6), d=st.integers(1, 10))
def test_d_steps_are_enough_for_d_dimensions(seed, d):
    _, A, b = random_bowl(np.random.default_rng(seed), d)
    path = solve(A, b, tol=1e-9)
    assert path[-1].converged
    assert path[-1].iteration <= d
    assert np.abs(path[-1].w - np.linalg.solve(A, b)).max() <= 1e-9 * np.sqrt(d)  # the least curvature is 1


@given(seed=st.integers(0, 10**6), k=st.integers(1, 3))
def test_as_many_steps_as_there_are_different_curvatures(seed, k):
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.normal(size=(9, 9)))[0]
    A = Q * np.array([1.0, 4.0, 9.0])[np.arange(9) % k] @ Q.T
    path = solve(A, rng.normal(size=9), tol=1e-9)
    assert path[-1].converged
    assert path[-1].iteration == k


@given(seed=st.integers(0, 10**6))
def test_moves_are_conjugate_gradients_orthogonal_and_losses_fall(seed):
    _, A, b = random_bowl(np.random.default_rng(seed), 5)
    path = solve(A, b, tol=1e-9)
    moves = np.diff([s.w for s in path], axis=0)
    moves /= np.sqrt(np.einsum("if,fg,ig->i", moves, A, moves))[:, None]
    gradients = np.array([s.gradient / np.linalg.norm(s.gradient) for s in path[:-1]])
    assert np.abs(moves @ A @ moves.T - np.eye(len(moves))).max() < 1e-7  # grows with each step
    assert np.abs(gradients @ gradients.T - np.eye(len(gradients))).max() < 1e-7  # the same
    losses = [s.loss for s in path]
    assert losses == sorted(losses, reverse=True)


@given(seed=st.integers(0, 10**6))
def test_a_preconditioner_is_a_change_of_units(seed):
    rng = np.random.default_rng(seed)
    _, A, b = random_bowl(rng, 5)
    unit = 2.0 ** rng.integers(-3, 4, size=5)
    # with w = unit v: (unit A unit) v = unit b, whose plain steps are those with M = unit^2
    here = solve(A, b, max_iter=4, preconditioner=lambda g: unit**2 * g)
    there = solve(unit[:, None] * A * unit, unit * b, max_iter=4)
    for one, other in zip(here, there):
        np.testing.assert_allclose(one.w, unit * other.w, rtol=1e-9, atol=1e-9)  # rounding


def test_the_inverse_as_preconditioner_needs_one_step(rng):
    _, A, b = random_bowl(rng, 6, condition=1e4)
    inverse = np.linalg.inv(A)
    assert solve(A, b, preconditioner=lambda v: inverse @ v, tol=1e-8)[-1].iteration == 1


@given(seed=st.integers(0, 10**6), power=st.integers(-400, 400))
def test_steps_follow_the_units_of_b(seed, power):
    _, A, b = random_bowl(np.random.default_rng(seed), 3)
    unit = 2.0**power
    here, there = solve(A, b, tol=1e-9), solve(A, unit * b, tol=1e-9 * unit)
    assert [s.name for s in here] == [s.name for s in there]
    for one, other in zip(here, there):
        np.testing.assert_allclose(one.w, other.w / unit, rtol=4 * EPS)  # lengths are rounded


@given(seed=st.integers(0, 10**6))
def test_on_a_quadratic_the_nonlinear_method_needs_few_steps(seed):
    f, A, b = random_bowl(np.random.default_rng(seed), 4)
    last = minimize(nonlinear_conjugate_gradient(f, np.zeros(4), tol=1e-7))
    assert last.converged
    assert last.iteration <= 50  # not exactly 4, 7 on average: the line search is not exact; SciPy's take up to 26
    assert np.abs(last.w - np.linalg.solve(A, b)).max() <= 2e-7  # tol


# ---- edges and errors


def test_the_start_is_used_and_kept():
    A, w = np.diag([1.0, 2.0]), np.array([1.0, 1.0])
    path = solve(A, [1.0, 2.0], w)
    assert (path[-1].iteration, path[-1].converged) == (0, True)
    assert solve(A, [1.0, 4.0], w, tol=1e-12)[-1].w == pytest.approx([1.0, 2.0], rel=4 * EPS)  # rounding
    assert w.tolist() == [1.0, 1.0]


def test_zero_is_solved_by_zero_and_one_equation_at_once():
    assert solve(np.eye(3), np.zeros(3))[-1].converged
    path = solve([[4.0]], [2.0], tol=0.0)
    assert (path[-1].w.tolist(), path[-1].iteration, path[-1].converged) == ([0.5], 1, True)


def test_a_singular_matrix_with_a_solution_is_solved():
    A = np.array([[1.0, 1.0], [1.0, 1.0]])
    path = solve(A, [2.0, 2.0])
    assert path[-1].converged
    assert path[-1].w.sum() == pytest.approx(2.0)
    path = solve(A, [1.0, -1.0])  # b is orthogonal to everything A can give
    assert (path[-1].name, path[-1].converged) == ("stuck", False)


def test_an_ill_conditioned_system_restarts_and_ends():
    A = hilbert(8)
    path = solve(A, A @ np.ones(8), tol=1e-13, max_iter=2000)
    assert path[-1].name in ("update", "restart", "stuck")
    assert np.abs(A @ path[-1].w - A @ np.ones(8)).max() < 1e-10
    path = solve(A, A @ np.ones(8), tol=1e-17, max_iter=2000)  # below rounding
    assert path[-1].name == "stuck"
    assert not path[-1].converged
    assert path[-1].iteration < 2000


@pytest.mark.parametrize("unit", [1e-150, 1e-80, 1e80, 1e150])
def test_sizes_far_from_1(unit):
    A = np.diag([1.0, 2.0, 3.0])
    for path in (
        solve(A, unit * np.ones(3), tol=1e-9 * unit),
        solve(unit * A, unit * np.ones(3) * 1e-3, tol=1e-9 * unit),
    ):
        assert path[-1].converged
        assert path[-1].w / path[-1].w[0] == pytest.approx([1, 1 / 2, 1 / 3], rel=1e-6)  # tol


def test_values_whose_products_overflow_are_a_clear_error():
    with pytest.raises(ValueError, match="the loss, is beyond the range of float64; scale the data"):
        solve(np.eye(2), [1e200, 1e200])
    with pytest.raises(ValueError, match="products overflow; scale the data"):
        solve(1e307 * np.array([[9.0, -9.0], [-9.0, 9.5]]), [0.99, -0.99])
    with pytest.raises(ValueError, match=r"A w - b=(inf|nan) at the start"):
        solve(1e200 * np.eye(2), [1.0, 1.0], [1e200, 1.0])


def test_a_matrix_that_is_not_positive_definite_is_named():
    with pytest.raises(ValueError, match="not positive definite; add a ridge"):
        solve(np.diag([1.0, -1.0]), [0.1, 1.0])
    with pytest.raises(ValueError, match="preconditioner is not positive definite"):
        solve(np.eye(2), [1.0, 1.0], preconditioner=lambda v: -v)


def test_answers_that_are_no_vectors_are_named():
    for function in (lambda v: 0.0, lambda v: v[:1], lambda v: v[:, None]):
        with pytest.raises(ValueError, match="product returned shape"):
            record(conjugate_gradient(function, [1.0, 2.0]))
        with pytest.raises(ValueError, match="preconditioner returned shape"):
            solve(np.eye(2), [1.0, 2.0], preconditioner=function)
    with pytest.raises(ValueError, match="A w - b=nan at the start"):
        record(conjugate_gradient(lambda v: np.full(2, np.nan), [1.0, 2.0], [1.0, 1.0]))
    with pytest.raises(ValueError, match="NaN or infinity"):
        record(conjugate_gradient(lambda v: v / 0.0, [1.0, 2.0]))


@pytest.mark.parametrize(
    ("how", "kind", "word"),
    [
        ({"product": 3}, TypeError, "product=3 is not callable"),
        ({"product": None}, TypeError, "product=None is not callable"),
        ({"preconditioner": 3}, TypeError, "preconditioner=3 is not callable"),
        ({"b": [[1.0]]}, ValueError, "shape"),
        ({"b": [np.nan]}, ValueError, "Input b contains NaN"),
        ({"w": [1.0, 2.0]}, ValueError, r"w has shape \(2,\) and b \(1,\)"),
        ({"tol": -1.0}, ValueError, "tol"),
        ({"max_iter": 1.5}, TypeError, "max_iter"),
    ],
)
def test_wrong_arguments_are_named_at_once(how, kind, word):
    with pytest.raises(kind, match=word):
        conjugate_gradient(**{"product": lambda v: v, "b": [1.0], **how})


def test_no_iteration_is_allowed():
    assert solve(np.eye(2), [1.0, 2.0], max_iter=0)[-1].name == "start"


def test_the_nonlinear_method_begins_anew_where_it_must():
    names = {s.name for s in record(nonlinear_conjugate_gradient(rosenbrock, [0.6, 1.6, 0.6, -2.6], tol=1e-8))}
    assert names == {"start", "update", "restart"}


def test_a_search_begins_at_twice_the_last_step_at_most():
    """Without the bound a search after a good step, which left little slope, begins far out and takes four trials."""

    def loss_and_gradient(w):
        e = np.exp(-np.abs(w))  # the logistic loss of one row of each label for each weight, unequally many
        loss = counts @ (np.maximum(w, 0) + np.log1p(e)) - 0.7 * counts @ w
        return float(loss), counts * (1.0 / (1.0 + np.exp(-w)) - 0.7)

    counts = np.array([1.0, 1.5, 2.0])
    steps = record(nonlinear_conjugate_gradient(loss_and_gradient, np.zeros(3), tol=1e-6))
    np.testing.assert_allclose(steps[-1].w, np.log(0.7 / 0.3), atol=1e-5)  # slopes of 1e-6 over curvatures of 0.21
    evaluations = np.diff([s.n_evaluations for s in steps])
    assert steps[-1].converged
    assert evaluations.max() <= 3, evaluations
