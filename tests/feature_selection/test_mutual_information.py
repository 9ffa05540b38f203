"""Mutual information and information gain: by hand, naive twin, outside reference, laws, edges and errors."""

import math

import numpy as np
import pytest
import sklearn.feature_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_digits, load_wine

import tests.naive.feature_selection.mutual_information as naive
from scratchml.feature_selection import information_gain, mutual_info_classif, mutual_info_regression
from scratchml.feature_selection.mutual_information import of_continuous_and_labels, of_two_continuous

# ---- by hand


def test_information_gain_of_the_weather_on_paper():
    # Quinlan's Saturdays: 9 of 14 to play; outlook sunny 2 of 5, overcast 4 of 4, rain 3 of 5
    outlook = ["s"] * 5 + ["o"] * 4 + ["r"] * 5
    play = [1, 1, 0, 0, 0] + [1] * 4 + [1, 1, 1, 0, 0]

    def bits(p):
        return -p * math.log2(p) - (1 - p) * math.log2(1 - p)

    gain = bits(9 / 14) - 5 / 14 * bits(2 / 5) - 5 / 14 * bits(3 / 5)
    found = information_gain(np.array(outlook)[:, None], play)
    np.testing.assert_allclose(found, [gain], rtol=1e-13, atol=0)  # rounding
    assert round(gain, 3) == 0.247  # Quinlan prints .246, from entropies rounded to three digits
    np.testing.assert_allclose(information_gain(np.array(outlook)[:, None], play, base=math.e), gain * math.log(2))


def test_ross_of_two_far_classes_on_paper():
    # two classes of 2, far apart: k_i = 1, N_i = 2, m_i = 1 (itself): psi(4) + psi(1) - psi(2) - psi(1) = 1/2 + 1/3
    found = of_continuous_and_labels(np.array([0.0, 1.0, 10.0, 11.0]), np.array([0, 0, 1, 1]), 3)
    assert found == pytest.approx(5 / 6, rel=1e-14, abs=0)  # rounding


def test_kraskov_of_three_points_on_a_line_on_paper():
    # k = 1: nearest at 1, 1 and 3; strictly within: none but itself, so n_x = n_y = 1: psi(3) - psi(1) = 3/2
    found = of_two_continuous(np.array([0.0, 1.0, 4.0]), np.array([0.0, 1.0, 4.0]), 1)
    assert found == pytest.approx(1.5, rel=1e-14, abs=0)  # rounding


# ---- naive twin


@pytest.mark.parametrize("k", [1, 3, 6])
def test_estimates_agree_with_the_naive_twin(rng, k):
    x, labels = rng.normal(size=40), rng.integers(0, 4, 40)
    labels[0] = 9  # alone with its label
    y = x + rng.normal(size=40)
    assert of_two_continuous(x, y, k) == pytest.approx(naive.kraskov(x, y, k), rel=1e-12, abs=1e-14)  # rounding
    found = of_continuous_and_labels(x, np.unique(labels, return_inverse=True)[1], k)
    assert found == pytest.approx(naive.ross(x, labels, k), rel=1e-12, abs=1e-14)  # rounding


def test_gains_agree_with_the_naive_twin(rng):
    X, y = rng.integers(0, 3, size=(30, 4)), rng.integers(0, 3, 30)
    expected = [naive.information_gain(x, y) for x in X.T]
    np.testing.assert_allclose(information_gain(X, y, base=math.e), expected, rtol=1e-10, atol=1e-14)  # a difference
    np.testing.assert_allclose(mutual_info_classif(X, y, discrete_features=True), expected, rtol=1e-10, atol=1e-14)


# ---- outside reference


@pytest.mark.parametrize("how", [{}, {"n_neighbors": 7}, {"discrete_features": [0, 5]}, {"discrete_features": True}])
def test_classif_equals_scikit_learns_for_the_same_seed(how):
    X, y = load_wine(return_X_y=True)
    X = X.round() if "discrete_features" in how else X
    found = mutual_info_classif(X, y, random_state=3, **how)
    expected = reference.mutual_info_classif(X, y, random_state=3, **how)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)  # order of a mean


@pytest.mark.parametrize("how", [{}, {"n_neighbors": 1}, {"discrete_features": [1]}, {"n_jobs": 2}])
def test_regression_equals_scikit_learns_for_the_same_seed(how):
    how = dict(how)
    X, y = load_diabetes(return_X_y=True)  # column 1 has two values, y repeats
    found = mutual_info_regression(X, y, random_state=5, **how)
    how.pop("n_jobs", None)  # its processes take seconds to start
    expected = reference.mutual_info_regression(X, y, random_state=5, **how)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)  # order of a mean


def test_pixels_with_many_ties_equal_scikit_learns():
    X, y = load_digits(return_X_y=True)
    X, y = X[:400, 10:20], y[:400]
    found, expected = (f(X, y, random_state=0) for f in (mutual_info_classif, reference.mutual_info_classif))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)  # order of a mean


# ---- laws


@given(st.integers(0, 10**6))
def test_a_gain_lies_between_nothing_and_the_entropy(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(0, 3, size=(20, 3)), np.arange(20) % 3
    gains = information_gain(np.column_stack([X, y, np.arange(20), np.ones(20)]), y, base=math.e)
    entropy = naive.entropy(y.tolist())
    assert (gains >= 0).all()
    assert (gains <= entropy * (1 + 1e-12)).all()  # rounding
    np.testing.assert_allclose(gains[-3:], [entropy, entropy, 0.0], rtol=1e-12, atol=1e-14)  # all told, all told, none


@given(st.integers(0, 10**6))
def test_estimates_do_not_change_with_shift_flip_or_swap(seed):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-50, 50, size=(2, 25)) / 8.0  # exact under shifts
    plain = of_two_continuous(x, y, 3)
    assert of_two_continuous(y, x, 3) == pytest.approx(plain, abs=1e-14)  # order of two sums
    assert of_two_continuous(7.0 - x, y, 3) == pytest.approx(plain, abs=1e-14)  # order of a mean


# ---- edges and errors


def test_inputs_are_not_changed(rng):
    X, y = rng.normal(size=(30, 2)), rng.normal(size=30)
    before = X.copy(), y.copy()
    mutual_info_regression(X, y, copy=False, random_state=0)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])


def test_scale_does_not_matter_even_at_the_ends_of_float64(rng):
    X = rng.normal(size=(50, 1))
    expected = mutual_info_regression(X, X[:, 0] ** 2, random_state=0)
    for scale in (2.0**-900, 2.0**900):
        np.testing.assert_array_equal(mutual_info_regression(X * scale, X[:, 0] ** 2, random_state=0), expected)


def test_a_constant_column_tells_next_to_nothing(rng):
    X, y = np.full((300, 1), 0.1), np.arange(300) % 2
    assert mutual_info_classif(X, y, random_state=0)[0] < 0.15  # the noise is all there is


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda X, y: mutual_info_regression(X, y, n_neighbors=4), ValueError, "n_neighbors=4"),
        (lambda X, y: mutual_info_regression(X, y, n_neighbors=0), ValueError, "n_neighbors"),
        (lambda X, y: mutual_info_classif(X, [0, 1, 2, 3]), ValueError, "label of its own"),
        (lambda X, y: mutual_info_classif(X, [0.5, 1, 2, 3]), ValueError, "continuous"),
        (lambda X, y: mutual_info_regression(X, y, discrete_features="all"), ValueError, "discrete_features"),
        (lambda X, y: mutual_info_regression(X, y, discrete_features=[2]), ValueError, "discrete_features"),
        (lambda X, y: mutual_info_regression(X, y, discrete_features=[True]), ValueError, "mask of 2"),
        (lambda X, y: mutual_info_regression(X, y, discrete_features=[0.5]), TypeError, "discrete_features"),
        (lambda X, y: mutual_info_regression(X, y, random_state="a"), TypeError, "random_state"),
        (lambda X, y: information_gain(X, y, base=1.0), ValueError, "base"),
        (lambda X, y: information_gain([["a"], [1], ["b"], ["c"]], None), ValueError, "requires y"),
        (lambda X, y: information_gain(np.array([["a"], [1]], dtype=object), [0, 1]), TypeError, "mixes values"),
    ],
)
def test_what_cannot_be_estimated_is_named(rng, call, kind, words):
    with pytest.raises(kind, match=words):
        call(rng.normal(size=(4, 2)), np.arange(4.0))
