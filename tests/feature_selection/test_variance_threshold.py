"""VarianceThreshold: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.feature_selection as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.feature_selection.variance_threshold as naive
from scratchml.feature_selection import SelectorMixin, VarianceThreshold

# ---- by hand


def test_three_columns_on_paper():
    # variances: 0; ((-1)^2 + 1^2) / 2 = 1; (2^2 + 2^2) / 2 = 4
    X = [[5.0, 0.0, 1.0], [5.0, 2.0, 5.0]]
    chosen = VarianceThreshold(1.0).fit(X)
    assert chosen.variances_.tolist() == [0.0, 1.0, 4.0]
    assert chosen.get_support().tolist() == [False, False, True]  # 1 is not above 1
    assert chosen.get_support(indices=True).tolist() == [2]
    assert chosen.transform(X).tolist() == [[1.0], [5.0]]
    assert chosen.inverse_transform([[7.0]]).tolist() == [[0.0, 0.0, 7.0]]


def test_names_of_the_columns_kept():
    frame = pd.DataFrame({"a": [1.0, 1.0], "b": [1.0, 2.0]})
    assert VarianceThreshold().fit(frame).get_feature_names_out().tolist() == ["b"]
    assert VarianceThreshold().fit(frame.to_numpy()).get_feature_names_out().tolist() == ["x1"]


# ---- naive twin


def test_agrees_with_exact_fractions(rng):
    X = rng.normal(size=(40, 5)) * [1, 1e-6, 1e6, 1, 1] + [0, 0, 0, 1e8, -3]
    X[rng.random(X.shape) < 0.2] = np.nan
    found = VarianceThreshold(1e-20).fit(X).variances_
    np.testing.assert_allclose(found, naive.variances(X), rtol=1e-14, atol=0)  # rounding of two sums


# ---- outside reference


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.1])
def test_equals_scikit_learns(rng, threshold):
    X = rng.normal(size=(200, 8)) * np.linspace(0.2, 3, 8)
    X[rng.random(X.shape) < 0.1] = np.nan
    X[:, 3] = 0.1  # constant, though its mean is rounded
    ours, theirs = VarianceThreshold(threshold).fit(X), reference.VarianceThreshold(threshold).fit(X)
    np.testing.assert_array_equal(ours.get_support(), theirs.get_support())
    moving = np.arange(8) != 3  # the constant column's variance is exactly 0 here, rounding there
    np.testing.assert_allclose(ours.variances_[moving], theirs.variances_[moving], rtol=1e-13, atol=0)  # summing order
    np.testing.assert_array_equal(ours.transform(X), theirs.transform(X))
    kept = np.nan_to_num(ours.transform(X))  # scikit-learn takes no NaN on the way back
    np.testing.assert_array_equal(ours.inverse_transform(kept), theirs.inverse_transform(kept))


# ---- laws


@given(st.integers(0, 10**6), st.integers(-400, 400))
def test_a_factor_of_two_to_the_e_multiplies_variances_by_its_square(seed, e):
    X = np.random.default_rng(seed).normal(size=(7, 3))
    plain, scaled = (VarianceThreshold(1e-300).fit(table).variances_ for table in (X, X * 2.0**e))
    np.testing.assert_array_equal(plain * 4.0**e, scaled)


@given(st.integers(0, 10**6))
def test_what_was_kept_comes_back(seed):
    X = np.random.default_rng(seed).integers(0, 2, size=(4, 5)).astype(float)
    if (np.ptp(X, axis=0) == 0).all():
        return
    chosen = VarianceThreshold().fit(X)
    back = chosen.inverse_transform(chosen.transform(X))
    np.testing.assert_array_equal(back, np.where(chosen.get_support(), X, 0.0))


# ---- edges and errors


def test_scales_at_the_ends_of_float64():
    X = np.array([[1e-170, 1e300, 1.7e308, 0.0], [3e-170, -1e300, -1.7e308, 0.0]])
    assert VarianceThreshold().fit(X).get_support().tolist() == [True, True, True, False]
    assert VarianceThreshold(1.0).fit(X).get_support().tolist() == [False, True, True, False]


def test_a_column_without_values_is_dropped():
    X = [[np.nan, 1.0], [np.nan, 2.0]]
    assert VarianceThreshold().fit(X).get_support().tolist() == [False, True]


@pytest.mark.parametrize(
    ("threshold", "X", "kind", "words"),
    [
        (-1.0, [[1.0], [2.0]], ValueError, "threshold"),
        ("1", [[1.0], [2.0]], TypeError, "threshold"),
        (0.0, [[1.0], [1.0]], ValueError, "No feature in X meets the variance threshold 0.00000"),
        (0.0, [[1.0, 2.0]], ValueError, "only one sample"),
    ],
)
def test_what_cannot_be_fitted_is_named(threshold, X, kind, words):
    with pytest.raises(kind, match=words):
        VarianceThreshold(threshold).fit(X)


def test_other_shapes_on_the_way_back_are_an_error():
    chosen = VarianceThreshold().fit([[1.0, 1.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match="2 columns are given, 1 were kept"):
        chosen.inverse_transform([[1.0, 2.0]])


def test_a_selector_without_a_mask_is_named():
    with pytest.raises(NotImplementedError, match="_get_support_mask"):
        SelectorMixin()._get_support_mask()
