"""Arithmetic with pairs: by hand, naive twin (exact fractions), laws, edges."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.linear_model.compensated import (
    add_up,
    careful_gradient,
    careful_residual,
    split,
    sum_of_products,
    transposed_product,
    two_product,
    two_sum,
)

EPS = np.finfo(np.float64).eps
numbers = st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)  # products must not underflow


def exact(pair):
    """Return the exact value of a pair of one-element arrays as a fraction."""
    return Fraction(float(pair[0][0])) + Fraction(float(pair[1][0]))


# ---- by hand


def test_what_a_sum_loses_is_kept():
    s, e = two_sum(np.array([1e16]), np.array([1.0]))
    assert (s[0], e[0]) == (1e16, 1.0)


def test_what_a_product_loses_is_kept():
    p, e = two_product(np.array([1 + 2.0**-30]), np.array([1 - 2.0**-30]))
    assert (p[0], e[0]) == (1.0, -(2.0**-60))


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 8])
def test_a_sum_that_cancels_keeps_the_small_term(rows):
    terms = np.zeros((rows, 1))
    terms[0] = 1e20
    terms[-1] -= 1e20
    terms[rows // 2] += 1.0 if rows > 2 else 0.0
    high, low = add_up((terms, np.zeros_like(terms)))
    assert high[0] + low[0] == (1.0 if rows > 2 else 0.0)


@pytest.mark.parametrize("rows", [1, 2, 5, 100])
def test_sums_in_one_call_have_the_bits_of_those_on_whole_arrays(rng, rows):
    A = rng.normal(size=(rows, 3)) * 10.0 ** rng.integers(-9, 9, size=(rows, 3))
    b, rest = rng.normal(size=rows), 1e-17 * rng.normal(size=rows)
    high, low = two_product(A, b[:, None])
    expected = add_up((high, low + A * rest[:, None]))
    assert np.array_equal(expected, sum_of_products(A, b, rest))


@pytest.mark.parametrize("weighted", [False, True])
def test_a_residual_in_one_call_has_the_bits_of_whole_arrays(rng, weighted):
    X, Y, intercept = rng.normal(size=(41, 4)) + 7.0, rng.normal(size=(41, 1)), rng.normal(size=1)
    w, rest = rng.normal(size=(4, 1)), 1e-17 * rng.normal(size=(4, 1))
    weight = rng.random(41) if weighted else None
    predicted, missing = add_up(two_product(X.T, w))
    high, e1 = two_sum(Y[:, 0], -predicted)
    high, e2 = two_sum(high, -intercept)
    high, low = two_sum(high, (e1 - missing) + e2 - X @ rest[:, 0])
    mean = 0.0
    for _ in range(2):
        part, e = (high, 0.0) if weight is None else two_product(high, weight)
        sums = add_up((part[:, None], (low * (1.0 if weight is None else weight) + e)[:, None]))
        part = (sums[0] + sums[1])[0] / (41 if weight is None else weight.sum())
        high, e = two_sum(high, -part)
        low, mean = low + e, mean + part
    residual, found = careful_residual(X, Y, weight, (w, rest), intercept, True, 1)
    assert np.array_equal([high, low], [side[:, 0] for side in residual])
    assert found.tolist() == [mean]


# ---- naive twin: exact fractions


@given(numbers, numbers)
def test_sums_are_exact(a, b):
    assert exact(two_sum(np.array([a]), np.array([b]))) == Fraction(a) + Fraction(b)


@given(numbers, numbers)
def test_products_are_exact(a, b):
    assert exact(two_product(np.array([a]), np.array([b]))) == Fraction(a) * Fraction(b)


@given(st.lists(numbers, min_size=1, max_size=30))
def test_adding_up_is_as_good_as_twice_the_digits(values):
    high, low = add_up((np.array(values)[:, None], np.zeros((len(values), 1))))
    wanted = sum(map(Fraction, values))
    size = sum(abs(Fraction(v)) for v in values)
    found = Fraction(float(high[0])) + Fraction(float(low[0]))
    assert abs(found - wanted) <= len(values) ** 2 * Fraction(EPS) ** 2 * size  # Dot2's bound, by its paper's theorem


@pytest.mark.parametrize("weighted", [False, True])
def test_residual_and_gradient_are_right_to_the_last_digits(rng, weighted):
    X = rng.normal(size=(23, 3)) + 1e8  # the gradient is 1e-16 of its terms
    w, intercept = rng.normal(size=(3, 2)), rng.normal(size=2)
    Y = X @ w + 1e-6 * rng.normal(size=(23, 2))
    weight = rng.random(23) if weighted else None
    one = np.ones(23) if weight is None else weight
    residual, mean = careful_residual(X, Y, weight, (w, 0 * w), intercept, True, 1)
    gradient = careful_gradient(X, weight, residual, 1)
    for k in range(2):
        misses = [
            Fraction(y) - Fraction(intercept[k]) - sum(Fraction(x) * Fraction(v) for x, v in zip(row, w[:, k]))
            for row, y in zip(X, Y[:, k])
        ]
        total = sum(map(Fraction, one))
        middle = sum(Fraction(s) * m for s, m in zip(one, misses)) / total
        misses = [m - middle for m in misses]
        wanted = [float(sum(Fraction(s) * m * Fraction(x) for s, m, x in zip(one, misses, X[:, f]))) for f in range(3)]
        assert float(middle) == pytest.approx(mean[k], rel=4 * EPS)  # rounded a few times at the end
        size = float(max(map(abs, misses))) * 1e8 * 23
        np.testing.assert_allclose(gradient[:, k], wanted, rtol=1e-12, atol=1e-30 * size)  # twice the digits, minus n


# ---- laws


@given(numbers)
def test_the_halves_of_a_number_have_half_its_digits(a):
    high, low = split(np.array([a]))
    assert high[0] + low[0] == a
    for half in (high[0], low[0]):
        mantissa = abs(Fraction(half)) / Fraction(2) ** int(np.frexp(half)[1])
        assert (mantissa * 2**27).denominator == 1


def test_threads_do_not_change_a_bit(rng):
    X, Y = rng.normal(size=(40_000, 3)), rng.normal(size=(40_000, 1))
    w = rng.normal(size=(3, 1))
    found = []
    for threads in (1, 2, 5):
        residual, mean = careful_residual(X, Y, None, (w, 0 * w), np.zeros(1), True, threads)
        found.append((mean.tobytes(), careful_gradient(X, None, residual, threads).tobytes()))
    assert found[0] == found[1] == found[2]


# ---- edges


def test_without_centring_the_residual_keeps_its_mean(rng):
    X, Y = rng.normal(size=(9, 2)), rng.normal(size=(9, 1)) + 5
    w = np.zeros((2, 1))
    residual, mean = careful_residual(X, Y, None, (w, w), np.zeros(1), False, 1)
    assert mean.tolist() == [0.0]
    assert residual[0].tolist() == Y.tolist()


def test_a_product_with_a_column_of_ones_is_a_weighted_sum():
    high, low = transposed_product(
        np.ones((3, 1)), np.array([1.0, 0.0, 2.0]), np.array([[1.0], [7.0], [3.0]]), np.zeros((3, 1))
    )
    assert (high + low).tolist() == [[7.0]]
