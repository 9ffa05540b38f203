"""exp and log for vectors: by hand, naive twin (50 digits), outside reference, laws, edges and errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import tests.naive.optim.exponentials as naive
from scratchml.core.jit import plain_python
from scratchml.optim import exponentials
from scratchml.optim.exponentials import BLOCK, exp_of_minus, list_exps_of_minus, log_one_plus, sum_log_one_plus

EPS = np.finfo(np.float64).eps
SMALLEST = 1e-307  # below it, exp_of_minus may lose digits and become 0


# ---- by hand


def test_values_on_paper():
    assert exp_of_minus(0.0) == 1.0
    assert exp_of_minus(math.log(2.0)) == pytest.approx(0.5, rel=2 * EPS)  # log 2 itself is rounded
    assert log_one_plus(0.0) == 0.0
    assert log_one_plus(1.0) == pytest.approx(math.log(2.0), rel=3 * EPS)  # the docstring's 3 roundings
    assert sum_log_one_plus(np.ones(5)) == pytest.approx(math.log(32.0), rel=3 * EPS)  # 5 log 2


def test_the_two_parts_of_log_2_are_as_the_docstring_says():
    high, low = exponentials.LOG2_HIGH, exponentials.LOG2_LOW
    assert high + low == math.log(2.0)
    ratio = high.as_integer_ratio()
    assert ratio[0].bit_length() <= 33  # so that a product with k < 2^16 is exact
    assert exponentials.POWERS[32 * 1074] == 5e-324
    assert exponentials.POWERS[-1] == 0.0


def test_the_series_are_long_enough():
    r, t = math.log(2.0) / 64, 1 / 3
    assert r**7 / math.factorial(7) < 4e-18
    assert 2 * t**35 / 35 < 3e-17 * t


# ---- naive twin


@given(st.floats(0.0, 700.0))
def test_exp_is_within_3_roundings_of_50_digits(a):
    assert exp_of_minus(a) == pytest.approx(naive.exp_of_minus(a), rel=3 * EPS, abs=0)  # the docstring's claim


@given(st.one_of(st.floats(0.0, 1.0), st.floats(-300.0, 0.0).map(lambda power: 10.0**power)))
def test_log_is_within_3_roundings_of_50_digits(e):
    assert log_one_plus(e) == pytest.approx(naive.log_one_plus(e), rel=3 * EPS, abs=0)  # the docstring's claim


@given(st.lists(st.floats(0.0, 1.0), max_size=20))
def test_a_sum_of_logs_is_that_of_50_digits(e):
    expected = math.fsum(map(naive.log_one_plus, e))
    assert sum_log_one_plus(np.array(e)) == pytest.approx(expected, rel=30 * EPS, abs=0)  # 20 additions


# ---- outside reference


def test_many_values_are_numpys_and_scipys(rng):
    a, e = rng.uniform(0, 50, size=5000), rng.random(5000)
    found = a.copy()
    list_exps_of_minus(found)
    np.testing.assert_allclose(found, np.exp(-a), rtol=4 * EPS)  # 3 roundings of ours, 1 of the C library
    np.testing.assert_allclose([log_one_plus(x) for x in e], special.log1p(e), rtol=4 * EPS)  # the same


# ---- laws


@given(st.floats(0.0, 300.0), st.floats(0.0, 300.0))
def test_exp_turns_sums_into_products(a, b):
    rounding = EPS * (8 + a + b)  # 3 roundings each, and that of a + b, which exp multiplies by a + b
    assert exp_of_minus(a) * exp_of_minus(b) == pytest.approx(exp_of_minus(a + b), rel=rounding, abs=0)


@given(st.floats(1e-300, 1.0))
def test_log_undoes_exp(e):
    # e loses EPS beside 1, and log(1 + e) then as much absolutely
    assert exp_of_minus(log_one_plus(e)) * (1.0 + e) == pytest.approx(1.0, abs=8 * EPS)


@pytest.mark.parametrize("n", [0, 1, 15, 16, 17, 33, BLOCK])
def test_compiled_and_plain_give_the_same_bits(rng, n):
    a, e = rng.uniform(0, 800, size=n), rng.random(n)
    compiled, total, logs = a.copy(), sum_log_one_plus(e), [log_one_plus(x) for x in e]
    list_exps_of_minus(compiled)
    with plain_python():
        plain = a.copy()
        exponentials.list_exps_of_minus(plain)
        assert exponentials.sum_log_one_plus(e) == total
        assert [exponentials.log_one_plus(float(x)) for x in e] == logs
    assert plain.tobytes() == compiled.tobytes()


# ---- edges and errors


def test_what_is_beyond_the_range_is_0_and_nan_stays_nan():
    assert exp_of_minus(math.inf) == exp_of_minus(1e300) == exp_of_minus(746.0) == 0.0
    assert math.isnan(exp_of_minus(math.nan))
    assert math.isnan(log_one_plus(math.nan))
    assert math.isnan(sum_log_one_plus(np.array([0.5] * 20 + [math.nan])))
    assert math.isnan(sum_log_one_plus(np.array([math.nan] + [0.5] * 20)))


@given(st.floats(700.0, 800.0))
def test_tiny_results_are_right_or_0(a):
    assert abs(exp_of_minus(a) - naive.exp_of_minus(a)) <= max(SMALLEST * EPS, 3 * EPS * naive.exp_of_minus(a))


def test_the_largest_product_does_not_overflow():
    assert sum_log_one_plus(np.ones(BLOCK)) == pytest.approx(BLOCK * math.log(2.0), rel=BLOCK * EPS)  # BLOCK roundings
    assert sum_log_one_plus(np.full(BLOCK, 1e-300)) == pytest.approx(BLOCK * 1e-300, rel=BLOCK * EPS, abs=0)  # the same
    assert sum_log_one_plus(np.zeros(0)) == 0.0
