"""Incomplete beta and gamma functions, digamma: by hand, naive twin, outside reference, laws, edges."""

import math

import numpy as np
import pytest
import scipy.special as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.maths.special as naive
from scratchml.maths.special import (
    FEW_DEGREES,
    chi_squared_tail,
    deviance,
    digamma,
    f_tail,
    lower_beta,
    stirling_error,
    upper_gamma,
)

SHAPES = [0.5, 1.0, 1.5, 2.0, 5.0, 9.5, 11.9, 12.1, 30.0, 100.5, 1e3, 1e4]
RATIOS = [1e-4, 1e-2, 0.1, 0.3, 0.6, 0.9, 0.99, 1.0, 1.01, 1.1, 1.5, 2.0, 4.0, 10.0, 1e2, 1e4]

# ---- by hand


def test_simple_shapes_have_simple_tails():
    assert upper_gamma(1.0, 2.0) == pytest.approx(math.exp(-2), rel=1e-15, abs=0)  # e^-x; one rounding
    assert lower_beta(2.0, 1.0, 0.3, 0.7) == pytest.approx(0.09, rel=1e-14, abs=0)  # x^2; a few roundings
    # F with 2 and 2 degrees of freedom: 1 / (1 + f); chi-squared with 2: e^(-x/2)
    np.testing.assert_allclose(f_tail(2, 2, np.array([0.0, 1.0, 3.0])), [1, 0.5, 0.25], rtol=1e-14, atol=0)  # rounding
    np.testing.assert_allclose(chi_squared_tail(2, np.array([0.0, 2.0])), [1, math.exp(-1)], rtol=1e-15, atol=0)
    assert digamma(np.array([1.0]))[0] == pytest.approx(-0.5772156649015329, rel=1e-15, abs=0)  # Euler's constant


@pytest.mark.parametrize("z", [0.3, 1.0, 7.5, 40.0])
def test_the_formulas_for_the_heights_hold(z):
    assert stirling_error(z) == pytest.approx(
        math.lgamma(z + 1) - (z + 0.5) * math.log(z) + z - 0.5 * math.log(2 * math.pi), abs=1e-13
    )  # lgamma's rounding
    assert deviance(z, 1.1 * z) == pytest.approx(z * math.log(1 / 1.1) + 0.1 * z, rel=1e-13, abs=0)  # cancellation here
    assert deviance(z, z) == 0.0


# ---- naive twin


@pytest.mark.parametrize("a", [1, 2, 5, 11, 12, 40, 300])
def test_gamma_tails_agree_with_sixty_digits(a):
    for ratio in RATIOS:
        expected = naive.upper_gamma(a, a * ratio)
        if expected > 1e-290:
            found = upper_gamma(float(a), a * ratio)
            assert found == pytest.approx(float(expected), rel=3e-13, abs=0)  # exponent of up to 600, rounded


@pytest.mark.parametrize("a", [1, 2, 11, 60, 200])
@pytest.mark.parametrize("b", [1, 2, 12, 150])
def test_beta_tails_agree_with_sixty_digits(a, b):
    for ratio in RATIOS:
        y = 1 / (1 + ratio * a / b)
        x = 1 - y if y > 0.5 else ratio * a / b / (1 + ratio * a / b)
        expected = naive.lower_beta(a, b, y)
        if y < 0.9 and expected > 1e-290:  # beyond, 1 - y has lost digits that x needs
            assert lower_beta(float(a), float(b), x, y) == pytest.approx(float(expected), rel=3e-13, abs=0)  # same


def test_digamma_agrees_with_harmonic_sums():
    n = np.arange(1, 200)
    expected = [float(naive.digamma(int(k))) for k in n]
    np.testing.assert_allclose(digamma(n.astype(float)), expected, rtol=1e-15, atol=1e-15)  # rounding of ten terms


# ---- outside reference


def test_gamma_tails_equal_scipys():
    for a in [*SHAPES, 1e5]:
        for ratio in RATIOS:
            expected = reference.gammaincc(a, a * ratio)
            if expected > 1e-290:
                assert upper_gamma(a, a * ratio) == pytest.approx(expected, rel=1e-12, abs=0)  # asked for


def test_beta_tails_equal_scipys():
    for a in SHAPES:
        for b in SHAPES:
            for odds in np.multiply(RATIOS, a / b):
                x, y = odds / (1 + odds), 1 / (1 + odds)
                expected = reference.betainc(a, b, x) if x < 0.5 else reference.betaincc(b, a, y)
                if expected > 1e-280:
                    found = lower_beta(a, b, x, y)
                    assert found == pytest.approx(expected, rel=2e-12, abs=0)  # SciPy's own error reaches 7e-13


def test_digamma_equals_scipys():
    x = np.logspace(-3, 8, 300)
    np.testing.assert_allclose(digamma(x), reference.digamma(x), rtol=1e-14, atol=1e-14)  # near its zero, 1.46


def test_a_short_sum_of_whole_degrees_of_freedom_is_the_fraction():
    x = np.concatenate([[1e-300, 1e-9], np.geomspace(1e-3, 1399.0, 200)])
    for k in range(1, FEW_DEGREES + 1):
        fraction = [upper_gamma(0.5 * k, 0.5 * at) for at in x]
        # the fraction itself is within 3e-14 of the true tail: an exponent of up to 700 is rounded before it is raised
        np.testing.assert_allclose(chi_squared_tail(k, x), fraction, rtol=3e-13, atol=0)


def test_f_and_chi_squared_tails_equal_scipys():
    f = np.logspace(-6, 4, 60)
    for k, m in [(1, 1), (1, 10), (3, 96), (9, 1790), (2, 99_998)]:
        found, expected = f_tail(k, m, f), reference.fdtrc(k, m, f)
        seen = expected > 1e-280
        np.testing.assert_allclose(found[seen], expected[seen], rtol=2e-11, atol=0)  # SciPy's fdtrc is the coarser
        found, expected = chi_squared_tail(k, f), reference.chdtrc(k, f)
        seen = expected > 1e-280
        np.testing.assert_allclose(found[seen], expected[seen], rtol=1e-12, atol=0)  # asked for


# ---- laws


@given(st.floats(0.1, 1e3), st.floats(0.1, 1e3), st.floats(0.001, 0.999))
def test_both_tails_add_up_to_one(a, b, x):
    assert lower_beta(a, b, x, 1 - x) + lower_beta(b, a, 1 - x, x) == pytest.approx(1, abs=1e-12)  # rounding


@given(st.floats(0.1, 1e3), st.floats(1e-3, 1e3))
def test_digamma_and_gamma_follow_their_recurrences(a, x):
    step = math.exp(a * math.log(x) - x - math.lgamma(a + 1))
    assert upper_gamma(a + 1, x) == pytest.approx(upper_gamma(a, x) + step, rel=1e-9, abs=1e-300)  # lgamma's digits
    upper, lower = digamma(np.array([a + 1, a]))
    assert upper == pytest.approx(lower + 1 / a, abs=1e-13)  # rounding of a sum of size 10


@given(st.floats(1, 200), st.floats(1, 200), st.floats(0, 50), st.floats(0, 50))
def test_a_tail_never_rises(k, m, f, more):
    near, far = f_tail(k, m, np.array([f, f + more]))
    assert 0 <= far <= near * (1 + 1e-12) + 1e-15  # rounding
    near, far = chi_squared_tail(k, np.array([f, f + more]))
    assert 0 <= far <= near * (1 + 1e-12) + 1e-15


# ---- edges


def test_the_ends_of_the_range():
    ends = np.array([0.0, 1e308, np.inf, np.nan])
    assert f_tail(1, 5, ends)[:3].tolist() == [1.0, 0.0, 0.0]
    assert chi_squared_tail(3, ends)[:3].tolist() == [1.0, 0.0, 0.0]
    assert np.isnan([f_tail(1, 5, ends)[3], chi_squared_tail(3, ends)[3]]).all()


def test_a_far_tail_of_f_keeps_its_digits():
    # F with 1 and 1: 2/pi atan(1/sqrt(f)), which is 2 / (pi sqrt(f)) for large f
    for f in (1e20, 1e200, 1e305):
        assert f_tail(1, 1, np.array([f]))[0] == pytest.approx(2 / (math.pi * math.sqrt(f)), rel=1e-12, abs=0)  # 1e-13
