"""PolynomialFeatures: by hand, naive twin, outside reference, laws, edges and errors."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import sklearn.preprocessing as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.preprocessing.polynomial_features as naive
from scratchml.preprocessing import PolynomialFeatures
from scratchml.preprocessing.polynomial_features import count_terms, list_runs

DEGREES = [0, 1, 2, 3, 5, (0, 2), (1, 1), (1, 3), (2, 3), (3, 3)]
EVERY_WAY = [
    {"degree": degree, "interaction_only": only, "include_bias": bias, "order": order}
    for degree, only, bias, order in product(DEGREES, (False, True), (False, True), "CF")
    if degree != 0 or bias
]


def least_and_most(degree):
    return degree if isinstance(degree, tuple) else (0, degree)


# ---- by hand


def test_two_columns_on_paper():
    maker = PolynomialFeatures(2)
    assert maker.fit_transform([[2.0, 3.0], [-1.0, 5.0]]).tolist() == [[1, 2, 3, 4, 6, 9], [1, -1, 5, 1, -5, 25]]
    assert maker.powers_.tolist() == [[0, 0], [1, 0], [0, 1], [2, 0], [1, 1], [0, 2]]
    assert maker.n_output_features_ == 6
    assert PolynomialFeatures(2, interaction_only=True).fit_transform([[2.0, 3.0]]).tolist() == [[1, 2, 3, 6]]


def test_the_runs_of_two_columns_on_paper():
    # 1 | a b | aa ab bb: a = 1 a, b = 1 b, then a times (a b), b times (b)
    runs, begins = list_runs(2, 2, False)
    assert runs.tolist() == [[0, 1, 0, 1], [1, 2, 0, 1], [0, 3, 1, 2], [1, 5, 2, 1]]
    assert begins == [0, 1, 3, 6]


def test_names_tell_the_products():
    frame = pd.DataFrame({"a": [1.0], "b": [2.0]})
    assert PolynomialFeatures(3).fit(frame).get_feature_names_out().tolist() == (
        ["1", "a", "b", "a^2", "a b", "b^2", "a^3", "a^2 b", "a b^2", "b^3"]
    )
    assert PolynomialFeatures((2, 2), include_bias=False).fit([[1.0, 2.0]]).get_feature_names_out().tolist() == (
        ["x0^2", "x0 x1", "x1^2"]
    )


# ---- naive twin


@pytest.mark.parametrize("d", [1, 2, 4])
def test_agrees_with_the_naive_twin_to_the_last_bit(rng, d):
    X = rng.normal(size=(6, d))
    for how in EVERY_WAY:
        low, high = least_and_most(how["degree"])
        expected = np.array(naive.transform(X, low, high, how["interaction_only"], how["include_bias"]))
        if expected.shape[1] == 0:
            continue
        maker = PolynomialFeatures(**how)
        np.testing.assert_array_equal(maker.fit_transform(X), expected, err_msg=str(how))
        choices = naive.choices(d, low, high, how["interaction_only"], how["include_bias"])
        assert maker.powers_.tolist() == [[c.count(f) for f in range(d)] for c in choices]


# ---- outside reference


@pytest.mark.parametrize("d", [1, 3, 7])
def test_equals_scikit_learns_to_the_last_bit(rng, d):
    X = rng.normal(size=(50, d))
    for how in EVERY_WAY:
        ours, theirs = PolynomialFeatures(**how), reference.PolynomialFeatures(**how)
        if theirs.fit(X).n_output_features_ == 0:
            continue
        found, expected = ours.fit_transform(X), theirs.transform(X)
        np.testing.assert_array_equal(found, expected, err_msg=str(how))
        assert found.flags.f_contiguous if how["order"] == "F" else found.flags.c_contiguous
        np.testing.assert_array_equal(ours.powers_, theirs.powers_)
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
        assert ours.n_output_features_ == theirs.n_output_features_


# ---- laws


@given(st.integers(1, 7), st.integers(0, 4), st.integers(0, 4), st.booleans())
def test_the_number_of_products_is_what_is_listed(d, low, more, only):
    runs, begins = list_runs(d, low + more, only)
    made = sum(runs[:, 3][runs[:, 1] >= begins[max(low, 1)]]) if low + more else 0
    assert made == count_terms(d, low, low + more, only)
    assert begins[-1] == 1 + count_terms(d, 0, low + more, only)


@given(st.integers(0, 10**6))
def test_a_product_has_the_powers_that_are_told(seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-3, 4, size=(5, 3)).astype(float)  # whole numbers: nothing is rounded
    maker = PolynomialFeatures((int(rng.integers(0, 3)), int(rng.integers(3, 5))))
    found = maker.fit_transform(X)
    expected = np.stack([(X**power).prod(axis=1) for power in maker.powers_], axis=1)
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("order", ["C", "F"])
def test_threads_do_not_change_a_bit(rng, order, monkeypatch):
    X = rng.normal(size=(20_000, 6))
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        found.append(PolynomialFeatures(3, order=order).fit_transform(X).tobytes())
    assert found[0] == found[1] == found[2]


# ---- edges and errors


def test_a_product_too_large_is_named():
    with pytest.raises(ValueError, match=r"x0\^2 x1 is too large"):
        PolynomialFeatures(3).fit_transform([[1e100, 1e150]])
    assert np.isfinite(PolynomialFeatures(2).fit_transform([[1e150, 1e150]])).all()


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ({"degree": -1}, ValueError, "degree"),
        ({"degree": 2.0}, TypeError, "degree"),
        ({"degree": (1, 2, 3)}, ValueError, "min_degree, max_degree"),
        ({"degree": (3, 2)}, ValueError, "min_degree <= max_degree"),
        ({"degree": (1.0, 2.0)}, ValueError, "degree"),
        ({"degree": 0, "include_bias": False}, ValueError, "no column"),
        ({"degree": (0, 0), "include_bias": False}, ValueError, "no column"),
        ({"degree": (5, 5), "interaction_only": True, "include_bias": False}, ValueError, "no column"),
        ({"degree": 40, "order": "C"}, ValueError, "too many to hold"),
        ({"order": "A"}, ValueError, "order"),
    ],
)
def test_wrong_parameters_are_named(how, kind, words):
    d = 30 if how["degree" if "degree" in how else "order"] == 40 else 3
    with pytest.raises(kind, match=words):
        PolynomialFeatures(**how).fit(np.ones((2, d)))


def test_a_table_with_other_columns_is_an_error():
    with pytest.raises(ValueError, match="expecting 2 features"):
        PolynomialFeatures().fit([[1.0, 2.0]]).transform([[1.0, 2.0, 3.0]])


def test_degrees_may_be_numpys(rng):
    X = rng.normal(size=(3, 2))
    found = PolynomialFeatures(np.array([1, 2])).fit_transform(X)
    np.testing.assert_array_equal(found, PolynomialFeatures((1, 2)).fit_transform(X))
