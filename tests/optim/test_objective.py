"""What all methods share: by hand, naive twin (exact fractions), outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tests.naive.optim.objective as naive
from scratchml.core import Listener, listen, record
from scratchml.optim import gradient_descent, lbfgs, minimize
from scratchml.optim.objective import BLOCK, Objective, inner, largest, length, move, start_at
from tests.optim.methods import FIXED_STEPS, LINE_SEARCHES, METHODS
from tests.optim.surfaces import logistic, logistic_hessian, random_bowl, two_clouds

EPS = np.finfo(np.float64).eps

vectors = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8)
every_method = pytest.mark.parametrize("name", METHODS)


def bowl(w):
    """Return loss and gradient of w0^2 + 4 w1^2 + 2."""
    return float(w[0] ** 2 + 4 * w[1] ** 2 + 2), np.array([2 * w[0], 8 * w[1]])


def bowl_hessian(w):
    return np.diag([2.0, 8.0])


def run(name, f, w, hessian=bowl_hessian, **how):
    return minimize(METHODS[name](f, w, hessian, **how))


# ---- by hand


def test_a_start_and_an_update_on_paper():
    objective, gradient = Objective(bowl), np.empty(2)
    start = objective.start(np.array([1.0, -1.0]), gradient, tol=1.0)
    assert start[:2] == ("start", 0)
    assert (start.loss, start.gradient_norm, start.n_evaluations, start.converged) == (7.0, 8.0, 1, False)
    assert gradient.tolist() == [2.0, -8.0]
    w = np.array([0.5, 0.0])
    step = objective.update("update", start, w, objective(w, gradient), gradient, 0.25, tol=1.0)
    assert step[:2] == ("update", 1)
    assert (step.loss, step.gradient_norm, step.step_size) == (2.25, 1.0, 0.25)
    assert (step.n_evaluations, step.converged) == (2, True)


def test_minimize_returns_the_last_step():
    last = minimize(gradient_descent(bowl, [2.0, 1.0], step_size=0.125, max_iter=2))
    assert last.iteration == 2
    assert last.w.tolist() == [2 * 0.75**2, 0.0]


# ---- naive twin


@given(vectors)
def test_sizes_are_those_of_exact_fractions(v):
    a = np.array(v)
    assert largest(a) == naive.largest(v)
    assert length(a) == pytest.approx(naive.length(v), rel=8 * EPS, abs=0)  # 8 squares, a root
    rounding = 8 * EPS * float(naive.inner(map(abs, v), map(abs, v)))
    assert inner(a, a[::-1].copy()) == pytest.approx(float(naive.inner(v, v[::-1])), abs=rounding)


# ---- outside reference


def test_sizes_are_numpys(rng):
    a, b = rng.normal(size=(2, 2 * BLOCK + 5))
    assert inner(a, b) == pytest.approx(a @ b, rel=1e-11)  # 16 000 additions in another order
    assert length(a) == pytest.approx(np.linalg.norm(a), rel=1e-13)  # the same, no cancellation
    assert largest(a) == np.abs(a).max()


@pytest.mark.parametrize("name", LINE_SEARCHES)
def test_methods_agree_on_a_logistic_loss(rng, name):
    X, y = two_clouds(rng, 60, 3)
    expected = run("newton", logistic(X, y, 1.0), np.zeros(3), logistic_hessian(X, y, 1.0), tol=1e-10).w
    found = run(name, logistic(X, y, 1.0), np.zeros(3), logistic_hessian(X, y, 1.0), tol=1e-8)
    assert found.converged
    assert np.abs(found.w - expected).max() <= 1e-8  # tol divided by the least curvature, l2 = 1


# ---- laws


@pytest.mark.parametrize("name", LINE_SEARCHES)
@settings(max_examples=15)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 6))
def test_line_searches_go_down_with_every_step(name, seed, d):
    rng = np.random.default_rng(seed)
    f, A, _ = random_bowl(rng, d)
    path = record(METHODS[name](f, rng.normal(size=d) * 10, lambda w: A, tol=1e-8))
    assert path[-1].converged
    for before, after in pairwise(path):
        assert after.loss <= before.loss + 64 * EPS * abs(before.loss)  # equal ones cannot be told apart


@every_method
@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 4))
def test_what_converged_is_where_the_gradient_is_0(name, seed, d):
    rng = np.random.default_rng(seed)
    f, A, b = random_bowl(rng, d)
    last = run(name, f, rng.normal(size=d), lambda w: A, tol=1e-6, max_iter=5000)
    assert last.converged
    assert last.gradient_norm == np.abs(A @ last.w - b).max() <= 1e-6
    assert np.abs(last.w - np.linalg.solve(A, b)).max() <= 1e-6 * np.sqrt(d)  # the least curvature is 1


@every_method
@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_steps_follow_a_shift_of_the_origin(name, seed):
    rng = np.random.default_rng(seed)
    f, A, _ = random_bowl(rng, 3)
    w, shift = rng.normal(size=3), rng.integers(-8, 9, size=3).astype(float)
    here = record(METHODS[name](f, w, lambda w: A, max_iter=6, tol=1e-9))
    there = record(METHODS[name](lambda v: f(v - shift), w + shift, lambda w: A, max_iter=6, tol=1e-9))
    for one, other in zip(here[:4], there[:4]):
        np.testing.assert_allclose(one.w + shift, other.w, atol=1e-6)  # rounding of w, grown by a few line searches


@every_method
@pytest.mark.parametrize("power", [-300, -40, 40, 300])
def test_steps_follow_the_units_of_the_loss(name, power):
    unit = 2.0**power  # exact in float64, so that no digit changes

    def scaled(w):
        loss, gradient = bowl(w)
        return unit * loss, unit * gradient

    how = [{"step_size": 0.1}, {"step_size": 0.1 / unit}] if name in FIXED_STEPS else [{}, {}]
    here = record(METHODS[name](bowl, [3.0, 1.0], bowl_hessian, max_iter=2, tol=0.0, **how[0]))
    there = record(METHODS[name](scaled, [3.0, 1.0], lambda w: unit * bowl_hessian(w), max_iter=2, tol=0.0, **how[1]))
    assert len(here) >= 2
    for one, other in zip(here, there):  # later ones are so near the minimum that only rounding is left
        np.testing.assert_allclose(one.w, other.w, rtol=1e-9, atol=1e-9)  # rounding, grown by two line searches


@every_method
def test_the_same_call_gives_the_same_bits_and_a_recorded_step_stays(name):
    first = record(METHODS[name](bowl, [3.0, 1.0], bowl_hessian, max_iter=8))
    again = record(METHODS[name](bowl, [3.0, 1.0], bowl_hessian, max_iter=8))
    assert len(first) > 1
    for one, other in zip(first, again):
        assert one.w.tobytes() == other.w.tobytes()
        loss, gradient = bowl(one.w)
        assert (one.loss, one.gradient.tolist()) == (loss, gradient.tolist())
        assert one.gradient_norm == np.abs(gradient).max()
    assert [s.iteration for s in first] == list(range(len(first)))


# ---- edges and errors


@every_method
def test_the_start_is_copied_and_may_be_a_list_of_integers(name):
    w = np.array([3.0, 1.0])
    before = w.copy()
    found = run(name, bowl, w, max_iter=5)
    assert (w == before).all()
    assert run(name, bowl, [3, 1], max_iter=5).w.tobytes() == found.w.tobytes()


@every_method
def test_a_function_that_uses_one_buffer_for_all_gradients_is_welcome(name):
    buffer = np.empty(2)

    def thrifty(w):
        loss, buffer[:] = bowl(w)
        return loss, buffer

    assert (
        run(name, thrifty, [3.0, 1.0], max_iter=20).w.tobytes() == run(name, bowl, [3.0, 1.0], max_iter=20).w.tobytes()
    )


@every_method
def test_no_iteration_is_allowed(name):
    last = run(name, bowl, [3.0, 1.0], max_iter=0)
    assert (last.name, last.iteration, last.converged, last.n_evaluations) == ("start", 0, False, 1)


@every_method
def test_a_start_at_the_minimum_is_the_end_even_with_tol_0(name):
    last = run(name, bowl, [0.0, 0.0], tol=0.0)
    assert (last.name, last.converged) == ("start", True)


@every_method
def test_tol_0_ends_all_the_same(name):
    last = run(name, bowl, [3.0, 1.0], tol=0.0, max_iter=300)
    assert last.name in ("stuck", "update", "restart")
    assert np.abs(last.w).max() < 1e-6  # half the digits: a minimum is flat


@every_method
@pytest.mark.parametrize("d", [1, 20])
def test_any_number_of_weights(name, d):
    last = run(name, lambda w: (float(w @ w), 2 * w), np.linspace(-1, 1, d) + 0.1, lambda w: 2 * np.eye(d))
    assert last.converged
    assert np.abs(last.w).max() <= 5e-6  # tol / 2


@every_method
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_loss_that_is_not_finite_at_the_start_is_a_clear_error(name, value):
    with pytest.raises(ValueError, match=r"loss=-?(nan|inf) at the start; start from another w"):
        run(name, lambda w: (value, w), [3.0, 1.0])
    with pytest.raises(ValueError, match=r"largest gradient entry=(nan|inf) at the start"):
        run(name, lambda w: (1.0, np.array([value, 0.0])), [3.0, 1.0])


@every_method
@pytest.mark.parametrize("what", [None, 3, "loss", [bowl]])
def test_what_is_no_function_is_named_at_once(name, what):
    with pytest.raises(TypeError, match=r"loss_and_gradient=.* is not callable"):
        METHODS[name](what, [3.0, 1.0], bowl_hessian)


@every_method
@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (lambda w: (1.0, w[:1]), ValueError, r"gradient of shape \(1,\) for w of shape \(2,\)"),
        (lambda w: (1.0, w[:, None]), ValueError, r"gradient of shape \(2, 1\)"),
        (lambda w: (1.0, 2.0), ValueError, r"gradient of shape \(\)"),
        (lambda w: (1.0, None), ValueError, r"gradient of shape \(\)"),
        (lambda w: 1.0, TypeError, "returned a float; return two things"),
        (lambda w: None, TypeError, "returned a NoneType; return two things"),
        (lambda w: (1.0, w, w), TypeError, "returned a tuple; return two things"),
        (lambda w: (w, w), TypeError, "returned loss="),
        (lambda w: ("low", w), TypeError, "returned loss='low'"),
        (lambda w: (None, w), TypeError, "returned loss=None"),
        (lambda w: (1.0, 1j * w), TypeError, "real numbers"),
        (lambda w: (1.0, ["a", "b"]), TypeError, "real numbers"),
    ],
)
def test_a_wrong_answer_of_the_function_is_named(name, answer, kind, message):
    with pytest.raises(kind, match=message):
        run(name, answer, [3.0, 1.0])


@every_method
@pytest.mark.parametrize(
    ("w", "kind"),
    [
        ([], ValueError),
        ([[1.0, 2.0]], ValueError),
        ([1.0, np.nan], ValueError),
        ([1.0, np.inf], ValueError),
        (["a", "b"], ValueError),
        (None, ValueError),
        (1.0, ValueError),
        ({1.0}, TypeError),
    ],
)
def test_a_wrong_start_is_named_at_once(name, w, kind):
    with pytest.raises(kind, match="w"):
        METHODS[name](bowl, w, bowl_hessian)


@every_method
@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"tol": -1.0}, ValueError),
        ({"tol": np.nan}, ValueError),
        ({"tol": "small"}, TypeError),
        ({"max_iter": -1}, ValueError),
        ({"max_iter": 2.0}, TypeError),
        ({"max_iter": True}, TypeError),
    ],
)
def test_wrong_parameters_are_named_at_once(name, how, kind):
    with pytest.raises(kind, match=next(iter(how))):
        METHODS[name](bowl, [3.0, 1.0], bowl_hessian, **how)


@pytest.mark.parametrize("name", FIXED_STEPS)
def test_a_method_that_diverges_says_so_and_minimize_makes_it_an_error(name):
    path = record(METHODS[name](bowl, [3.0, 1.0], bowl_hessian, step_size=10.0))
    assert path[-1].name == "diverged"
    assert not path[-1].converged
    assert all(np.isfinite(step.loss) for step in path[:-1])
    with pytest.raises(ValueError, match=r"diverged in iteration \d+: .*lower the step size \(it was 10\)"):
        run(name, bowl, [3.0, 1.0], step_size=10.0)


@pytest.mark.parametrize("name", FIXED_STEPS)
def test_an_overflow_on_the_way_is_no_warning_and_a_flat_gradient_there_no_convergence(name):
    def cliff(w):
        return (float(w[0]), np.array([1e200, 0.0])) if w[0] > -1 else (np.nan, np.zeros(2))

    path = record(METHODS[name](cliff, [0.0, 0.0], bowl_hessian, step_size=1e200))
    assert (path[-1].name, path[-1].converged) == ("diverged", False)


@pytest.mark.parametrize("name", LINE_SEARCHES)
def test_a_line_search_stays_out_of_where_there_is_no_loss(name):
    def barrier(w):  # -log w: NaN left of 0
        with np.errstate(all="raise"):
            return (float(w[0] - np.log(w[0])), 1 - 1 / w) if w[0] > 0 else (np.nan, np.array([np.nan]))

    last = run(name, barrier, [30.0], lambda w: np.diag(1 / w**2))
    assert last.converged
    assert last.w[0] == pytest.approx(1.0, abs=1e-5)  # tol, the curvature being 1


@pytest.mark.parametrize("name", LINE_SEARCHES)
def test_a_wrong_gradient_ends_stuck_not_in_a_loop(name):
    last = run(name, lambda w: (float(w @ w), -2 * w), [3.0, 1.0])
    assert (last.name, last.converged) == ("stuck", False)
    assert last.w.tolist() == [3.0, 1.0]
    assert last.n_evaluations < 400


@pytest.mark.parametrize("name", LINE_SEARCHES)
@pytest.mark.parametrize("unit", [1e-150, 1e-60, 1e60, 1e150])
def test_units_of_w_far_from_1_are_found(name, unit):
    def f(w):
        loss, gradient = bowl(w / unit)
        return loss, gradient / unit

    last = run(name, f, [3 * unit, unit], lambda w: bowl_hessian(w) / unit / unit, tol=1e-6 / unit)
    assert last.converged
    assert np.abs(last.w / unit).max() <= 1e-6  # tol over the least curvature, 2


@pytest.mark.parametrize("name", ["gradient_descent", "newton", "nonlinear_conjugate_gradient"])
def test_a_slope_beyond_the_range_is_a_clear_error(name):  # the first direction of L-BFGS is of length 1
    with pytest.raises(ValueError, match="overflows, with gradient entries up to 1e\\+200"):
        run(name, lambda w: (1.0, np.array([1e200, 1e200])), [3.0, 1.0], lambda w: 1e-300 * np.eye(2))


def test_sizes_at_the_ends_of_the_range():
    assert length(np.array([3e200, 4e200])) == pytest.approx(5e200, rel=4 * EPS)  # squares overflow
    assert length(np.array([3e-200, 4e-200])) == pytest.approx(5e-200, rel=4 * EPS)  # squares underflow
    assert length(np.zeros(3)) == largest(np.zeros(3)) == 0.0
    assert length(np.array([1.0, -np.inf])) == np.inf
    assert np.isnan(largest(np.array([np.nan, 1.0])))
    assert np.isnan(largest(np.array([1.0, np.nan])))
    assert np.isnan(length(np.array([1.0, np.nan])))
    assert inner(np.array([1e200]), np.array([1e200])) == np.inf


def test_a_move_keeps_its_inputs():
    w, direction, out = np.array([1.0, 2.0]), np.array([1.0, -1.0]), np.empty(2)
    move(w, 0.5, direction, out)
    assert out.tolist() == [1.5, 1.5]
    assert w.tolist() == [1.0, 2.0]
    assert direction.tolist() == [1.0, -1.0]


def test_start_at_copies():
    w = np.array([1.0, 2.0])
    found = start_at(w)
    assert not np.shares_memory(found, w)
    assert found.tolist() == [1.0, 2.0]


def test_a_listener_can_end_a_method_early():
    class Third(Listener):
        def see(self, step):
            return step.iteration == 3

    with listen(Third()):
        assert minimize(lbfgs(bowl, [3.0, 1.0], tol=0.0)).iteration == 3
