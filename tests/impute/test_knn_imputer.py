"""KNNImputer: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.impute as reference
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tests.naive.impute.knn_imputer as naive
from scratchml.core.jit import plain_python
from scratchml.impute import KNNImputer
from scratchml.impute.knn_imputer import inverse_distances, nearest_donors, power_of_two

NAN = np.nan


def with_holes(rng, n=70, d=5, share=0.25):
    X = rng.normal(size=(n, d)) * 3 + 1
    return np.where(rng.random((n, d)) < share, NAN, X)


# ---- by hand


def test_four_rows_on_paper():
    X = [[1.0, 2.0, NAN], [3.0, 4.0, 3.0], [NAN, 6.0, 5.0], [8.0, 8.0, 7.0]]
    expected = [[1.0, 2.0, 4.0], [3.0, 4.0, 3.0], [5.5, 6.0, 5.0], [8.0, 8.0, 7.0]]
    assert KNNImputer(n_neighbors=2).fit_transform(X).tolist() == expected


def test_the_formulas_of_the_docstring():
    a, rows = [0.0, NAN, 1.0], np.array([[3.0, 10.0, NAN], [0.0, 20.0, 2.0]])
    d1, d2 = np.sqrt(3 / 2 * 1.0), np.sqrt(3 / 1 * 9.0)
    w = np.array([1.0, d1 / d2])
    found = KNNImputer(weights="distance").fit(rows).transform([a])[0, 1]
    assert found == pytest.approx((w / w.sum()) @ [20.0, 10.0], rel=1e-15)  # a rounding
    assert inverse_distances(np.array([[d1, d2, np.inf]])).tolist() == [[1.0, d1 / d2, 0.0]]
    assert inverse_distances(np.array([[0.0, 0.0, 2.0]])).tolist() == [[1.0, 1.0, 0.0]]


def test_donors_are_those_with_a_value_nearest_first_ties_to_the_lower_row():
    D = np.array([[2.0, 1.0, NAN, 1.0, 0.5]])
    there = np.array([[True], [True], [True], [True], [False]])
    values, indices = np.full((1, 4), np.inf), np.full((1, 4), 5)
    nearest_donors(D, np.array([[0, 0]]), there, values, indices)
    assert values.tolist() == [[1.0, 1.0, 2.0, np.inf]]
    assert indices.tolist() == [[1, 3, 0, 5]]


# ---- naive twin


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("k", [1, 4, 200])
def test_agrees_with_the_naive_twin(rng, weights, k):
    rows, X = with_holes(rng), with_holes(rng, n=30)
    rows[3] = NAN  # shares nothing with anybody
    X[4, :] = NAN
    X[5, :3] = rows[6, :3] = [1.0, 2.0, 3.0]
    found = KNNImputer(n_neighbors=k, weights=weights).fit(rows).transform(X)
    expected = naive.fill(X.tolist(), rows.tolist(), k, weights)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13)  # roots and sums of 200 terms


def test_kernels_say_the_same_when_read_as_python(rng):
    X = with_holes(rng, n=20)
    expected = KNNImputer(n_neighbors=3).fit_transform(X)
    with plain_python():
        found = KNNImputer(n_neighbors=3).fit_transform(X)
    np.testing.assert_array_equal(found, expected)


# ---- outside reference


@pytest.mark.filterwarnings("ignore:Skipping features")
@pytest.mark.parametrize("k", [1, 5, 300])
@pytest.mark.parametrize("keep", [False, True])
def test_uniform_weights_are_scikit_learns(rng, k, keep):
    rows, X = with_holes(rng), with_holes(rng, n=300)
    rows[:, 1] = NAN
    params = {"n_neighbors": k, "keep_empty_features": keep, "add_indicator": True}
    ours, theirs = KNNImputer(**params).fit(rows), reference.KNNImputer(**params).fit(rows)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-12, atol=1e-12)  # sums of 70 terms
    names = ours.get_feature_names_out().tolist()
    assert len(names) == ours.transform(X).shape[1]
    assert [name for name in names if not (keep and name == "x1")] == theirs.get_feature_names_out().tolist()


@pytest.mark.parametrize("weights", ["distance", lambda distances: np.exp(-distances)])
def test_other_weights_are_scikit_learns(rng, weights):
    X = rng.integers(0, 40, size=(60, 4)) + 0.0  # whole numbers: products and differences have no rounding
    X += np.arange(60)[:, None] * [0.5, 0.25, 0.125, 0.0]  # so few ties
    X[rng.random(X.shape) < 0.2] = NAN
    expected = reference.KNNImputer(n_neighbors=60, weights=weights).fit_transform(X)
    found = KNNImputer(n_neighbors=60, weights=weights).fit_transform(X)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)  # all 60 donors: no tie is cut


def test_a_function_may_be_the_metric(rng):
    def largest(a, b, missing_values=NAN):
        return np.nanmax(np.abs(a - b), initial=0.0)

    X = with_holes(rng, n=25, share=0.1)
    expected = reference.KNNImputer(metric=largest).fit_transform(X)
    np.testing.assert_allclose(KNNImputer(metric=largest).fit_transform(X), expected, rtol=1e-13, atol=1e-13)  # a mean


def test_a_number_may_mark_the_holes_and_frames_are_read(rng):
    X = with_holes(rng)
    expected = KNNImputer().fit_transform(X)
    marked = pd.DataFrame(np.nan_to_num(X, nan=-99.0), columns=list("abcde"))
    np.testing.assert_array_equal(KNNImputer(missing_values=-99).fit_transform(marked), expected)


# ---- laws


@given(arrays(np.float64, (8, 3), elements=st.one_of(st.just(NAN), st.floats(-1e150, 1e150))))
def test_values_that_are_there_stay_and_the_rest_lie_between_the_columns_ends(X):
    for weights in ("uniform", "distance"):
        found = KNNImputer(n_neighbors=3, weights=weights, keep_empty_features=True).fit_transform(X)
        there = ~np.isnan(X)
        assert (found[there] == X[there]).all()
        for f in np.flatnonzero(there.any(axis=0)):
            low, high = X[there[:, f], f].min(), X[there[:, f], f].max()
            room = 1e-15 * max(abs(low), abs(high)) + 1e-300  # rounding of a mean; shares of less may vanish
            assert (low - room <= found[:, f]).all()
            assert (found[:, f] <= high + room).all()


@pytest.mark.parametrize("scale", [2.0**-500, 2.0**500])
def test_the_unit_of_measurement_does_not_matter(rng, scale):
    X = with_holes(rng)
    expected = KNNImputer(weights="distance").fit_transform(X) * scale
    found = KNNImputer(weights="distance").fit_transform(X * scale)
    np.testing.assert_allclose(found, expected, rtol=1e-14)  # units differ by a power of two; a rounding at most
    assert power_of_two(np.array([[NAN, 3.0]])) == 1.0


# ---- edges and errors


def test_a_row_of_holes_gets_the_means():
    found = KNNImputer().fit([[1.0, NAN], [3.0, 8.0]]).transform([[NAN, NAN]])
    assert found.tolist() == [[2.0, 8.0]]


def test_rows_given_to_fit_are_copied(rng):
    X = with_holes(rng)
    model = KNNImputer().fit(X)
    expected = model.transform(X)
    X_before = X.copy()
    X[:] = 0.0
    np.testing.assert_array_equal(model.transform(X_before), expected)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_neighbors": 0}, "n_neighbors=0"),
        ({"weights": "near"}, "weights='near'"),
        ({"metric": "euclidean"}, "metric='euclidean'"),
        ({"weights": lambda distances: distances[:, :1]}, "one weight for each distance"),
        ({"weights": lambda distances: distances * np.inf}, "finite numbers"),
    ],
)
def test_a_wrong_parameter_is_explained(params, message):
    X = [[1.0, 2.0], [2.0, 3.0], [3.0, NAN]]
    with pytest.raises(ValueError, match=message):
        KNNImputer(**params).fit_transform(X)


def test_weights_of_zero_give_the_mean():
    X = [[1.0, 2.0], [2.0, 6.0], [3.0, NAN]]
    assert KNNImputer(weights=np.zeros_like).fit_transform(X)[2, 1] == 4.0


def test_a_tiny_value_beside_a_huge_column_is_not_lost():
    X = np.array([[1e-262, 0.0], [NAN, 1e100], [3e-262, -1e100]])
    assert KNNImputer().fit_transform(X)[1, 0] == 2e-262
