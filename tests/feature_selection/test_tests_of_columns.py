"""f_classif, f_regression, r_regression, chi2: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import scipy.stats
import sklearn.feature_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_digits

import tests.naive.feature_selection.tests_of_columns as naive
from scratchml.feature_selection import chi2, f_classif, f_regression, r_regression

# ---- by hand


def test_f_of_two_classes_on_paper():
    # means 2 and 6, all 4: between = 2 (4 + 4) / 1 = 16; within = (1 + 1 + 1 + 1) / (4 - 2) = 2
    f, p = f_classif([[1.0], [3.0], [5.0], [7.0]], ["a", "a", "b", "b"])
    assert f.tolist() == [8.0]
    # F(1, 2) is t^2 with 2 degrees of freedom, whose tail is 1 - t / sqrt(2 + t^2)
    assert p[0] == pytest.approx(1 - np.sqrt(8 / 10), rel=1e-14, abs=0)  # rounding


def test_r_and_f_of_three_points_on_paper():
    # x - 1 = (-1, 0, 1), y - 1 = (-1, 1, 0): r = 1 / 2; F = (1/4) / (3/4) * 1
    X, y = [[0.0], [1.0], [2.0]], [0.0, 2.0, 1.0]
    np.testing.assert_allclose(r_regression(X, y), [0.5], rtol=1e-15, atol=0)  # one root
    np.testing.assert_allclose(f_regression(X, y)[0], [1 / 3], rtol=1e-15, atol=0)  # same
    # without means: r = (2 + 2) / (sqrt(5) sqrt(5)) = 4/5; F = 16/25 / (9/25) * 2
    np.testing.assert_allclose(r_regression(X, y, center=False), [0.8], rtol=1e-15, atol=0)  # same
    np.testing.assert_allclose(f_regression(X, y, center=False)[0], [32 / 9], rtol=1e-14, atol=0)  # 1 - r^2


def test_chi2_of_counts_on_paper():
    # 4 of 4 counts in the class that has half of the rows: (4 - 2)^2 / 2 + (0 - 2)^2 / 2
    statistic, p = chi2([[3, 1], [1, 1], [0, 1], [0, 1]], [0, 0, 1, 1])
    assert statistic.tolist() == [4.0, 0.0]
    assert p[1] == 1.0


# ---- naive twin


def test_agree_with_exact_fractions(rng):
    X = rng.normal(size=(60, 4)) * [1, 1e-3, 1e3, 1] + [0, 1, 0, 1e8]
    y, labels = X @ [1, 1, 1e-3, 0.1] + rng.normal(size=60), rng.integers(0, 3, 60)
    expected = [naive.f_classif(x, labels) for x in X.T]
    np.testing.assert_allclose(f_classif(X, labels)[0], expected, rtol=1e-12, atol=0)  # sums of 60
    expected = [naive.r_regression(x, y) for x in X.T]
    np.testing.assert_allclose(r_regression(X, y), expected, rtol=1e-12, atol=0)  # same
    counts = rng.poisson(3, size=(60, 4))
    np.testing.assert_allclose(chi2(counts, labels)[0], [naive.chi2(x, labels) for x in counts.T], rtol=1e-12, atol=0)


# ---- outside reference


def test_equal_scikit_learns_on_real_data():
    X, y = load_breast_cancer(return_X_y=True)
    digits, digit = load_digits(return_X_y=True)
    pairs = [
        (f_classif(X, y), reference.f_classif(X, y)),
        (f_regression(X[:, 1:], X[:, 0]), reference.f_regression(X[:, 1:], X[:, 0])),
        (f_regression(X, y, center=False), reference.f_regression(X, y, center=False)),
        (chi2(X, y), reference.chi2(X, y)),
        (chi2(digits, digit), reference.chi2(digits, digit)),
    ]
    for (found, found_p), (expected, expected_p) in pairs:
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14)  # scikit-learn's cancellation: see twin
        seen = ~(expected_p < 1e-280)
        np.testing.assert_allclose(found_p[seen], expected_p[seen], rtol=2e-9, atol=0)  # F's difference, some 100 fold
    np.testing.assert_allclose(r_regression(X, y), reference.r_regression(X, y), rtol=1e-12, atol=1e-15)  # same


def test_f_equals_scipys_on_three_groups(rng):
    x, labels = rng.normal(size=90), np.repeat([0, 1, 2], [20, 30, 40])
    expected = scipy.stats.f_oneway(*(x[labels == j] for j in range(3)))
    f, p = f_classif(x[:, None], labels)
    assert f[0] == pytest.approx(expected.statistic, rel=1e-12, abs=0)  # order of sums
    assert p[0] == pytest.approx(expected.pvalue, rel=1e-11, abs=0)  # same


# ---- laws


@given(st.integers(0, 10**6), st.integers(-400, 400))
def test_scale_and_side_do_not_matter(seed, e):
    rng = np.random.default_rng(seed)
    X, labels = rng.normal(size=(9, 3)), np.arange(9) % 3
    for found, expected in zip(f_classif(X * -(2.0**e), labels), f_classif(X, labels)):
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(r_regression(X * 2.0**e, labels), r_regression(X, labels))


@given(st.integers(0, 10**6))
def test_with_two_classes_both_f_tests_are_one(seed):
    X = np.random.default_rng(seed).normal(size=(11, 2))
    labels = np.arange(11) % 2
    for found, expected in zip(f_classif(X, labels), f_regression(X, labels)):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-13)  # 1 - r^2 loses digits for r near 0 or 1


@given(st.integers(0, 10**6))
def test_chi2_grows_with_the_counts(seed):
    counts = np.random.default_rng(seed).integers(0, 5, size=(12, 3)) + 1
    once, thrice = chi2(counts, np.arange(12) % 3)[0], chi2(3 * counts, np.arange(12) % 3)[0]
    np.testing.assert_allclose(thrice, 3 * once, rtol=1e-12, atol=1e-14)  # rounding


# ---- edges and errors


def test_constant_and_perfect_columns_of_classes():
    X, labels = [[0.1, 0.1], [0.1, 0.1], [0.1, 0.3], [0.1, 0.3]], [0, 0, 1, 1]
    with pytest.warns(UserWarning, match=r"Features \[0\] are constant"):
        f, p = f_classif(X, labels)
    assert np.isnan([f[0], p[0]]).all()
    assert f[1] == np.inf
    assert p[1] == 0.0


def test_constant_and_perfect_columns_of_a_target():
    X = np.column_stack([np.full(7, 0.1), np.arange(7.0), np.arange(7) % 2])
    f, p = f_regression(X, np.arange(7.0))
    assert f[0] == 0.0
    assert p[0] == 1.0
    assert f[1] == np.finfo(float).max
    assert p[1] == 0.0
    assert np.isnan(f_regression(X, np.arange(7.0), force_finite=False)[0][0])
    assert f_regression(X, np.arange(7.0), force_finite=False)[0][1] == np.inf
    assert r_regression(X, np.full(7, 0.1)).tolist() == [0.0, 0.0, 0.0]


def test_first_rows_far_from_the_rest_lose_no_digits(rng):
    X = rng.normal(size=(200, 2))
    X[:64, 0] += 1e4
    y = X[:, 1] + rng.normal(size=200)
    expected = [naive.r_regression(x, y) for x in X.T]
    np.testing.assert_allclose(r_regression(X, y), expected, rtol=1e-11, atol=0)  # sums of 200


def test_squares_that_vanish_are_no_constant_column():
    X = np.array([[1e-180, 0.0], [3e-180, 0.0], [2e-180, 1e-200]])
    np.testing.assert_allclose(r_regression(X, [1.0, 3.0, 2.0]), [1.0, 0.0], rtol=1e-14, atol=1e-15)  # rounding


def test_the_ends_of_float64():
    big = np.array([[1.7e308], [1.6e308], [0.0], [5e307]])
    assert np.isfinite(np.concatenate(f_classif(big, [0, 0, 1, 1]))).all()
    assert np.isfinite(np.concatenate(chi2(big, [0, 0, 1, 1]))).all()
    assert np.isfinite(np.concatenate(f_regression(big, [1e308, 1e-308, 0.0, 1.0]))).all()
    assert np.isnan(chi2([[0.0], [0.0]], [0, 1])[0][0])  # no count at all: scikit-learn's NaN


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: f_classif([[1.0], [2.0]], [0, 0]), "only 1 class"),
        (lambda: f_classif([[1.0], [2.0]], [0, 1]), "class of its own"),
        (lambda: f_classif([[1.0], [2.0]], [0.5, 1.2]), "continuous"),
        (lambda: f_classif([[1.0], [2.0]], None), "requires y"),
        (lambda: chi2([[1.0], [-2.0]], [0, 1]), "non-negative"),
        (lambda: f_regression([[1.0], [2.0]], [0, 1]), "at least 3 rows"),
        (lambda: f_regression([[1.0], [np.nan], [2.0]], [0, 1, 2]), "NaN"),
        (lambda: r_regression([[1.0], [2.0]], [0, 1, 2]), "inconsistent"),
    ],
)
def test_what_cannot_be_tested_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_wrong_kind_of_option_is_named():
    with pytest.raises(TypeError, match="center"):
        r_regression([[1.0], [2.0]], [0, 1], center="yes")
