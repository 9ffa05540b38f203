"""Checking gradients: by hand, naive twin (exact fractions), outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

import tests.naive.optim.check as naive
from scratchml.optim import check_gradient, check_hessian
from scratchml.optim.check import _central_differences
from tests.optim.surfaces import logistic, logistic_hessian, rosenbrock, rosenbrock_hessian, two_clouds

EPS = np.finfo(np.float64).eps


def quartic(w):
    """Return w0^4 + w0 w1^2: in numbers or in fractions."""
    return w[0] ** 4 + w[0] * w[1] ** 2


def quartic_gradient(w):
    return np.array([4 * w[0] ** 3 + w[1] ** 2, 2 * w[0] * w[1]])


# ---- by hand


def test_a_right_gradient_and_a_wrong_one_on_paper():
    assert check_gradient(lambda w: (float(w @ w), 2 * w), [1.0, -3.0]) < 1e-9
    # 2 w is right, w is given: apart by (1, 3) beside (2, 6)
    assert check_gradient(lambda w: (float(w @ w), w), [1.0, -3.0]) == pytest.approx(0.5, abs=1e-9)
    assert check_gradient(lambda w: (float(w @ w), -2 * w), [1.0, -3.0]) == pytest.approx(2.0, abs=1e-9)  # the sign


def test_the_formula_of_the_docstring_is_exact_for_a_parabola_of_degree_4():
    slopes, _ = _central_differences(lambda w: float(w[0] ** 4), np.array([1.5]))
    assert slopes[0] == pytest.approx(4 * 1.5**3, rel=EPS**0.8)  # rounding only: EPS / h


def test_a_step_over_which_the_slope_changes_is_shortened():
    calls = []

    def steep(w):  # h of 7e-4 changes the slope by 4 %: the formula's error would be 100^4 h^4 / 30 = 1e-6
        calls.append(w)
        return float(np.exp(100 * w[0])), 100 * np.exp(100 * w)

    assert check_gradient(steep, [0.0]) < 1e-9
    assert len(calls) == 1 + 4 * 4  # the gradient; h, h/4, h/16, h/64
    assert check_hessian(steep, lambda w: np.diag(1e4 * np.exp(100 * w)), [0.0]) < 1e-9
    # a kink at 0, 1e-3 away: within 2 h, not within h/2
    assert check_gradient(lambda w: (float(np.abs(w).sum()), np.sign(w)), [1e-3]) == 0.0
    # h of 7 and of 148 at first, many waves: shorter ones show the slope
    assert check_gradient(lambda w: (float(np.sin(w).sum()), np.cos(w)), [1e4, 2e5]) < 1e-6
    with np.errstate(invalid="ignore"):  # h would leave the logarithm's domain
        assert check_gradient(lambda w: (float(np.log(w).sum()), 1 / w), [1e-3]) < 1e-8
    calls.clear()
    assert check_gradient(lambda w: (calls.append(w) or float(w @ w), 2 * w), [1.0, -3.0]) < 1e-9
    assert len(calls) == 1 + 2 * 4  # a parabola needs no shorter step


# ---- naive twin


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_differences_are_those_of_exact_fractions(a, b):
    w = np.array([a, b])
    found, noise = _central_differences(lambda v: float(quartic(v)), w)
    np.testing.assert_allclose(found, naive.slopes(quartic, w), rtol=1e-9, atol=1e-9)  # EPS |loss| / h
    assert (np.abs(found - naive.slopes(quartic, w)) <= noise + 1e-14).all()  # it says how much may be rounding


# ---- outside reference


def test_differences_are_scipys(rng):
    X, y = two_clouds(rng, 30, 3)
    f, w = logistic(X, y, 0.5), rng.normal(size=3)
    found, _ = _central_differences(lambda v: f(v)[0], w)
    np.testing.assert_allclose(found, approx_fprime(w, lambda v: f(v)[0]), rtol=1e-5, atol=1e-5)  # theirs is one-sided


# ---- laws


@given(seed=st.integers(0, 10**6), d=st.integers(2, 5))
def test_right_derivatives_pass(seed, d):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 20, d)
    w = rng.normal(size=d)
    assert check_gradient(rosenbrock, w) < 1e-8  # the docstring's bound, with room
    assert check_hessian(rosenbrock, rosenbrock_hessian, w) < 1e-8  # the same
    assert check_gradient(logistic(X, y, 0.5), w) < 1e-8  # the same
    assert check_hessian(logistic(X, y, 0.5), logistic_hessian(X, y, 0.5), w) < 1e-8  # the same


@given(seed=st.integers(0, 10**6), f=st.integers(0, 2), factor=st.sampled_from([-1.0, 0.0, 0.9, 2.0, 30.0]))
def test_one_wrong_entry_fails(seed, f, factor):
    rng = np.random.default_rng(seed)
    w = rng.uniform(0.5, 2.0, size=3) * rng.choice([-1, 1], size=3)
    wrong = np.ones(3)
    wrong[f] = factor
    assert check_gradient(lambda v: (float(v @ v), 2 * v * wrong), w) > 0.01
    H = 2 * np.eye(3)
    H[f, (f + 1) % 3] = 0.5
    assert check_hessian(lambda v: (float(v @ v), 2 * v), lambda v: H, w) > 0.1


@given(st.floats(1e-100, 1e100))
def test_the_units_of_the_loss_do_not_matter(unit):
    found = check_gradient(lambda w: (unit * float(w @ w), unit * w), [1.0, -3.0])
    assert found == pytest.approx(0.5, abs=1e-9)  # the forgotten 2, whatever the unit


# ---- edges and errors


def test_a_flat_loss_passes_and_nan_does_not():
    assert check_gradient(lambda w: (3.0, np.zeros(2)), [1.0, 2.0]) == 0.0
    assert not check_gradient(lambda w: (np.nan, np.zeros(2)), [1.0, 2.0]) < 1e-6
    assert not check_gradient(lambda w: (1.0, np.full(2, np.nan)), [1.0, 2.0]) < 1e-6


def test_the_point_is_kept_and_may_be_a_list():
    def spoiler(w):
        loss, gradient = float(w @ w), 2 * w
        w[:] = 0.0  # what a careless function does must not reach the caller's array
        return loss, gradient

    w = np.array([1.0, -3.0])
    assert check_gradient(spoiler, w) < 1e-9
    assert w.tolist() == [1.0, -3.0]


def test_wrong_shapes_and_kinds_are_named():
    with pytest.raises(ValueError, match=r"gradient of shape \(1,\) for w of shape \(2,\)"):
        check_gradient(lambda w: (1.0, w[:1]), [1.0, 2.0])
    with pytest.raises(TypeError, match="loss_and_gradient=3 is not callable"):
        check_gradient(3, [1.0])
    with pytest.raises(TypeError, match="return two things"):
        check_gradient(lambda w: 1.0, [1.0])
    with pytest.raises(ValueError, match="w has shape"):
        check_gradient(lambda w: (1.0, w), [[1.0]])
    with pytest.raises(TypeError, match="hessian=3 is not callable"):
        check_hessian(lambda w: (1.0, w), 3, [1.0])
    with pytest.raises(TypeError, match="loss_and_gradient=3 is not callable"):
        check_hessian(3, np.diag, [1.0])
    with pytest.raises(ValueError, match=r"Hessian has shape \(2,\); w of shape \(2,\) wants \(2, 2\)"):
        check_hessian(lambda w: (1.0, w), lambda w: w, [1.0, 2.0])
