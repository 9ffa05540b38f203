"""Gradient descent: by hand, naive twin (lists), outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize as scipy_minimize

import tests.naive.optim.gradient_descent as naive
from scratchml.core import record
from scratchml.optim import gradient_descent, minimize
from tests.optim.surfaces import logistic, random_bowl, rosenbrock, two_clouds

EPS = np.finfo(np.float64).eps


def valley(w):
    """Return loss and gradient of w0^2 + 4 w1^2: curvatures 2 and 8."""
    return float(w[0] ** 2 + 4 * w[1] ** 2), np.array([2 * w[0], 8 * w[1]])


# ---- by hand


def test_two_steps_on_paper():
    # step 1/8: w0 shrinks by 1 - 2/8, w1 by 1 - 8/8
    path = record(gradient_descent(valley, [2.0, 1.0], step_size=0.125, max_iter=2))
    assert [s.w.tolist() for s in path] == [[2.0, 1.0], [1.5, 0.0], [1.125, 0.0]]
    assert [s.loss for s in path] == [8.0, 2.25, 1.265625]
    assert [s.gradient_norm for s in path] == [8.0, 3.0, 2.25]
    assert [s.name for s in path] == ["start", "update", "update"]
    assert [s.n_evaluations for s in path] == [1, 2, 3]


def test_the_search_begins_with_a_move_of_length_1_and_doubles():
    path = record(gradient_descent(lambda w: (-float(w[0]), np.array([-5.0])), [0.0], max_iter=4))
    assert [s.w[0] for s in path] == pytest.approx([0, 1, 3, 7, 15], rel=4 * EPS)  # 1 / 5 is rounded
    assert [s.step_size for s in path] == pytest.approx([0, 0.2, 0.4, 0.8, 1.6], rel=4 * EPS)  # the same


@pytest.mark.parametrize(("step_size", "end"), [(0.24, "update"), (0.26, "diverged")])
def test_a_fixed_step_converges_below_2_over_the_largest_curvature_and_diverges_above(step_size, end):
    path = record(gradient_descent(valley, [1.0, 1.0], step_size=step_size, max_iter=20000))
    assert path[-1].name == end
    assert path[-1].converged == (end == "update")


# ---- naive twin


@given(seed=st.integers(0, 10**6), d=st.integers(1, 5))
def test_steps_are_those_of_lists(seed, d):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, d)
    w = rng.normal(size=d)
    expected = naive.gradient_descent(lambda v: f(np.array(v))[1], w.tolist(), 0.05, 30)
    path = record(gradient_descent(f, w, step_size=0.05, max_iter=30, tol=0.0))
    assert [s.w.tolist() for s in path] == expected[: len(path)]
    assert len(path) == 31


# ---- outside reference


def test_the_end_is_scipys(rng):
    f = logistic(*two_clouds(rng, 50, 3), 1.0)
    expected = scipy_minimize(f, np.zeros(3), jac=True, method="BFGS", options={"gtol": 1e-9}).x
    assert np.abs(minimize(gradient_descent(f, np.zeros(3), tol=1e-8)).w - expected).max() <= 2e-8  # tol / l2
    fixed = minimize(gradient_descent(f, np.zeros(3), step_size=0.02, tol=1e-8, max_iter=5000))
    assert np.abs(fixed.w - expected).max() <= 2e-8  # the same


# ---- laws


@given(seed=st.integers(0, 10**6))
def test_the_best_fixed_step_shrinks_the_error_as_the_docstring_says(seed):
    rng = np.random.default_rng(seed)
    f, A, b = random_bowl(rng, 3, condition=10.0)
    best, rate = 2 / (1 + 10), (10 - 1) / (10 + 1)
    target = np.linalg.solve(A, b)
    path = record(gradient_descent(f, rng.normal(size=3), step_size=best, max_iter=50, tol=1e-9))
    errors = [np.linalg.norm(s.w - target) for s in path]
    assert all(after <= rate * before + 1e-12 for before, after in pairwise(errors))  # rounding


@given(seed=st.integers(0, 10**6), share=st.floats(0.1, 1.0))
def test_a_fixed_step_up_to_1_over_the_largest_curvature_goes_down(seed, share):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, 3)
    path = record(gradient_descent(f, rng.normal(size=3), step_size=share / 10, max_iter=50, tol=1e-6))
    for before, after in pairwise(path):  # by step / 2 |gradient|^2 at least
        fall = 0.5 * share / 10 * float(before.gradient @ before.gradient)
        assert after.loss <= before.loss - fall + 8 * EPS * (1 + abs(before.loss))


@pytest.mark.parametrize("offset", [0.0, 1.0, 100.0])
def test_the_search_comes_closer_than_the_rounding_of_the_loss_shows(offset):
    stuck = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        f, _, _ = random_bowl(rng, 3)
        last = minimize(gradient_descent(lambda w, f=f: (f(w)[0] + offset, f(w)[1]), rng.normal(size=3) * 9, tol=1e-9))
        stuck += not last.converged
    assert stuck == 0  # a gradient of 1e-9 promises a fall of 1e-18


# ---- edges and errors


def test_a_curved_valley_is_crept_along_without_rising():
    path = record(gradient_descent(rosenbrock, [-1.2, 1.0], max_iter=200))
    losses = [s.loss for s in path]
    assert losses == sorted(losses, reverse=True)
    assert not path[-1].converged
    assert path[-1].name == "update"


@pytest.mark.parametrize(
    ("step_size", "kind"),
    [(0.0, ValueError), (-1.0, ValueError), (np.nan, ValueError), ("long", TypeError), (True, TypeError)],
)
def test_a_wrong_step_size_is_named(step_size, kind):
    with pytest.raises(kind, match="step_size"):
        gradient_descent(valley, [1.0, 1.0], step_size=step_size)


def test_an_infinite_step_diverges():
    assert record(gradient_descent(valley, [1.0, 1.0], step_size=np.inf))[-1].name == "diverged"
