"""Momentum: by hand, naive twin (lists), outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize as scipy_minimize

import tests.naive.optim.momentum as naive
from scratchml.core import record
from scratchml.optim import gradient_descent, heavy_ball, minimize, nesterov
from tests.optim.surfaces import logistic, random_bowl, two_clouds

EPS = np.finfo(np.float64).eps


def parabola(w):
    return float(w[0] ** 2 / 2), w.copy()


# ---- by hand


def test_the_heavy_ball_on_paper():
    # loss w^2 / 2, step 1/2, momentum 1/2 from 1: v = -1/2, w = 1/2; v = -1/4 - 1/4, w = 0; v = -1/4, w = -1/4
    path = record(heavy_ball(parabola, [1.0], step_size=0.5, momentum=0.5, max_iter=3))
    assert [s.w[0] for s in path] == [1.0, 0.5, 0.0]  # at 0 the gradient is 0, and it stops
    path = record(heavy_ball(parabola, [2.0], step_size=0.5, momentum=0.25, max_iter=3))
    assert [s.w[0] for s in path] == [2.0, 1.0, 0.25, 0.25 - 0.1875 - 0.125]


def test_nesterovs_ball_on_paper():
    # step 1/2, momentum 1/2 from 4: u = 2, w = 2 + (2 - 4)/2 = 1; u = 1/2, w = 1/2 + (1/2 - 2)/2 = -1/4
    path = record(nesterov(parabola, [4.0], step_size=0.5, momentum=0.5, max_iter=2))
    assert [s.w[0] for s in path] == [4.0, 1.0, -0.25]


def test_nesterovs_sequence_of_the_docstring():
    t = [1.0]
    for _ in range(4):
        t.append((1 + np.sqrt(1 + 4 * t[-1] ** 2)) / 2)
    path = record(nesterov(parabola, [1.0], step_size=0.25, max_iter=4, tol=0.0))
    u = [0.75 * s.w[0] for s in path]  # w - step gradient
    before = 1.0
    for k in range(4):
        expected = u[k] + (t[k] - 1) / t[k + 1] * (u[k] - before)
        assert path[k + 1].w[0] == pytest.approx(expected, rel=8 * EPS)  # a few roundings
        before = u[k]


# ---- naive twin


@given(seed=st.integers(0, 10**6), d=st.integers(1, 4), momentum=st.floats(0.0, 0.95))
def test_steps_are_those_of_lists(seed, d, momentum):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, d)
    w, n = rng.normal(size=d), 25

    def gradient(v):
        return f(np.array(v))[1].tolist()

    ball = naive.heavy_ball(gradient, w.tolist(), 0.05, momentum, n)
    ahead = naive.nesterov(gradient, w.tolist(), 0.05, momentum, n)
    grown = naive.nesterov(gradient, w.tolist(), 0.05, None, n)
    how = {"step_size": 0.05, "max_iter": n, "tol": 0.0}
    for expected, steps in (
        (ball, heavy_ball(f, w, momentum=momentum, **how)),
        (ahead, nesterov(f, w, momentum=momentum, **how)),
        (grown, nesterov(f, w, **how)),
    ):
        found = [s.w for s in record(steps)]
        assert len(found) == n + 1
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)  # 25 steps add in another order


# ---- outside reference


def test_the_end_is_scipys(rng):
    f = logistic(*two_clouds(rng, 50, 3), 1.0)
    expected = scipy_minimize(f, np.zeros(3), jac=True, method="BFGS", options={"gtol": 1e-9}).x
    for steps in (
        heavy_ball(f, np.zeros(3), step_size=0.01, tol=1e-8),
        nesterov(f, np.zeros(3), step_size=0.01, tol=1e-8, max_iter=5000),
        nesterov(f, np.zeros(3), step_size=0.01, momentum=0.8, tol=1e-8),
    ):
        last = minimize(steps)
        assert last.converged
        assert np.abs(last.w - expected).max() <= 2e-8  # tol / l2


# ---- laws


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), d=st.integers(1, 5))
def test_nesterovs_loss_falls_as_the_theorem_says(seed, d):
    rng = np.random.default_rng(seed)
    f, A, b = random_bowl(rng, d, condition=100.0)
    w, step = rng.normal(size=d), 1 / 100
    target = np.linalg.solve(A, b)
    least = f(target)[0]
    for s in record(nesterov(f, w, step_size=step, max_iter=60, tol=1e-9)):
        k = s.iteration + 1  # u_k, where plain descent from this point would go
        bound = 2 * np.sum((w - target) ** 2) / (step * (k + 1) ** 2)
        assert f(s.w - step * s.gradient)[0] - least <= bound + 1e-12  # rounding of the losses


def test_the_best_heavy_ball_shrinks_the_error_by_the_root_of_its_momentum():
    rng = np.random.default_rng(3)
    f, A, b = random_bowl(rng, 4, condition=100.0)
    momentum = ((10 - 1) / (10 + 1)) ** 2
    target, step = np.linalg.solve(A, b), 4 / (10 + 1) ** 2
    path = record(heavy_ball(f, rng.normal(size=4), step_size=step, momentum=momentum, max_iter=130, tol=0.0))
    errors = [np.linalg.norm(s.w - target) for s in path]
    rate = (errors[120] / errors[40]) ** (1 / 80)
    assert rate == pytest.approx(np.sqrt(momentum), abs=0.02)  # times a polynomial in the number of steps
    assert np.sqrt(momentum) == pytest.approx(0.82, abs=0.005)  # the docstring's numbers
    assert (100 - 1) / (100 + 1) == pytest.approx(0.98, abs=0.005)


@given(seed=st.integers(0, 10**6))
def test_without_momentum_both_are_gradient_descent(seed):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, 3)
    w = rng.normal(size=3)
    expected = record(gradient_descent(f, w, step_size=0.1, max_iter=20))
    for method in (heavy_ball, nesterov):
        found = record(method(f, w, step_size=0.1, momentum=0.0, max_iter=20))
        assert [s.w.tolist() for s in found] == [s.w.tolist() for s in expected]


def test_in_a_long_valley_momentum_is_much_faster():
    rng = np.random.default_rng(1)
    f, _, _ = random_bowl(rng, 3, condition=300.0)
    w = rng.normal(size=3)
    plain = minimize(gradient_descent(f, w, step_size=3e-3, max_iter=30000)).iteration
    assert minimize(heavy_ball(f, w, step_size=3e-3, momentum=0.9, max_iter=30000)).iteration < plain / 10
    assert minimize(nesterov(f, w, step_size=3e-3, momentum=0.9, max_iter=30000)).iteration < plain / 10


# ---- edges and errors


@pytest.mark.parametrize("method", [heavy_ball, nesterov])
@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"step_size": 0.0}, ValueError),
        ({"step_size": None}, TypeError),
        ({"step_size": 0.1, "momentum": 1.0}, ValueError),
        ({"step_size": 0.1, "momentum": -0.1}, ValueError),
        ({"step_size": 0.1, "momentum": np.nan}, ValueError),
        ({"step_size": 0.1, "momentum": "much"}, TypeError),
    ],
)
def test_wrong_parameters_are_named(method, how, kind):
    with pytest.raises(kind, match=list(how)[-1]):
        method(parabola, [1.0], **how)


@pytest.mark.parametrize("method", [heavy_ball, nesterov])
def test_a_step_size_is_asked_for(method):
    with pytest.raises(TypeError, match="step_size"):
        method(parabola, [1.0])


def test_the_loss_may_rise_on_the_way():
    losses = [s.loss for s in record(heavy_ball(parabola, [1.0], step_size=0.5, momentum=0.9))]
    assert any(after > before for before, after in pairwise(losses))
    assert losses[-1] < 1e-9
