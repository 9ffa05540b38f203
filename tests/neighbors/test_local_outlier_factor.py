"""LocalOutlierFactor: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.neighbors.local_outlier_factor as naive
from scratchml.core import Listener, NotFittedError, listen, record
from scratchml.neighbors import LocalOutlierFactor
from scratchml.neighbors.local_outlier_factor import compare_densities, reach_density, unit_of
from tests.naive.neighbors.k_neighbors import named

LINE = [[0.0], [1.0], [3.0], [10.0]]


def unsmoothed(k):
    """Return LOF of LINE on paper, without the 1e-10."""
    return {1: [1.0, 1.0, 2.0, 3.5]}[k]


# ---- by hand


def test_the_factor_on_paper():
    # k = 1: neighbours 1, 0, 1, 3; k-distances 1, 1, 2, 7; reach 1, 1, 2, 7; lrd 1, 1, 1/2, 1/7
    model = LocalOutlierFactor(1).fit(LINE)
    np.testing.assert_allclose(-model.negative_outlier_factor_, unsmoothed(1), rtol=1e-9)  # the 1e-10
    assert model.offset_ == -1.5
    assert LocalOutlierFactor(1).fit_predict(LINE).tolist() == [1, 1, -1, -1]


def test_the_densities_on_paper():
    density = reach_density(np.array([[1.0, 4.0]]), np.array([[1, 0]]), np.array([2.0, 3.0]), 0.5)
    assert density.tolist() == [1 / 4]  # reach 3 and 4, mean 3.5, and 0.5
    factor = compare_densities(density, np.array([[1, 0]]), np.array([0.5, 0.25]))
    assert factor.tolist() == [(2.0 + 1.0) / 2]


def test_the_unit_is_one_but_for_tiny_distances():
    assert unit_of(np.array([[2.0**-20, 0.0]])) == 1.0
    assert unit_of(np.zeros((2, 2))) == 1.0
    assert unit_of(np.array([[1.5 * 2.0**-21, 0.0]])) == 2.0**-21


# ---- naive twin


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
@pytest.mark.parametrize("k", [1, 4, 20])
def test_it_agrees_with_its_naive_twin(rng, metric, k):
    X, queries = rng.normal(size=(40, 3)), rng.normal(size=(9, 3)) * 2
    expected = naive.local_outlier_factor(named(metric), X, k)
    found = LocalOutlierFactor(k, metric=metric).fit(X).negative_outlier_factor_
    np.testing.assert_allclose(found, -np.array(expected), rtol=1e-13)  # k roundings
    expected = naive.local_outlier_factor(named(metric), X, k, queries)
    found = LocalOutlierFactor(k, metric=metric, novelty=True).fit(X).score_samples(queries)
    np.testing.assert_allclose(found, -np.array(expected), rtol=1e-13)  # k roundings


# ---- outside reference


@pytest.mark.parametrize("how", [{}, {"n_neighbors": 5, "p": 1}, {"contamination": 0.1}, {"metric": "chebyshev"}])
def test_it_agrees_with_scikit_learn(rng, how):
    X = np.concatenate([rng.normal(size=(150, 3)), rng.normal(size=(50, 3)) / 10 + 4, rng.uniform(-9, 9, size=(9, 3))])
    ours, theirs = LocalOutlierFactor(**how), reference.LocalOutlierFactor(**how)
    assert (ours.fit_predict(X) == theirs.fit_predict(X)).all()
    np.testing.assert_allclose(ours.negative_outlier_factor_, theirs.negative_outlier_factor_, rtol=1e-12)  # sums
    np.testing.assert_allclose(ours.offset_, theirs.offset_, rtol=1e-12)  # as above
    assert ours.n_neighbors_ == theirs.n_neighbors_
    queries = rng.normal(size=(40, 3)) * 3
    ours, theirs = (kind(novelty=True, **how).fit(X) for kind in (LocalOutlierFactor, reference.LocalOutlierFactor))
    for method in ("score_samples", "decision_function", "predict"):
        expected = getattr(theirs, method)(queries)
        np.testing.assert_allclose(getattr(ours, method)(queries), expected, rtol=1e-11, atol=1e-11)  # less an offset


def test_precomputed_distances_are_taken(rng):
    X = rng.normal(size=(30, 2))
    D = np.sqrt(((X[:, None] - X) ** 2).sum(axis=2))
    expected = reference.LocalOutlierFactor(5, metric="precomputed").fit(D).negative_outlier_factor_
    found = LocalOutlierFactor(5, metric="precomputed").fit(D).negative_outlier_factor_
    np.testing.assert_allclose(found, expected, rtol=1e-13)  # five roundings


# ---- laws


@given(st.integers(0, 10**6))
def test_another_order_of_the_rows_gives_the_same_scores(seed):
    rng = np.random.default_rng(seed)
    X, order = rng.normal(size=(30, 2)), rng.permutation(30)
    expected, found = (LocalOutlierFactor(4).fit(rows).negative_outlier_factor_ for rows in (X, X[order]))
    np.testing.assert_allclose(found, expected[order], rtol=1e-13)  # k roundings


@pytest.mark.parametrize("scale", [1e-150, 1e-12, 1e12, 1e150])
def test_the_unit_does_not_matter(rng, scale):
    X, queries = rng.normal(size=(40, 3)), rng.normal(size=(9, 3))
    expected, found = (LocalOutlierFactor(5, novelty=True).fit(rows) for rows in (X, X * scale))
    np.testing.assert_allclose(
        found.negative_outlier_factor_, expected.negative_outlier_factor_, rtol=1e-9
    )  # the 1e-10
    np.testing.assert_allclose(found.score_samples(queries * scale), expected.score_samples(queries), rtol=1e-9)  # too


def test_as_many_outliers_are_found_as_contamination_says(rng):
    X = rng.normal(size=(200, 2))
    assert (LocalOutlierFactor(contamination=0.1).fit_predict(X) == -1).sum() == 20


def test_the_steps_are_those_of_the_fit(rng):
    X = rng.normal(size=(30, 2))
    path = record(LocalOutlierFactor(4).steps(X))
    assert [step.name for step in path] == ["search", "density", "compare"]
    assert not path[0].density.any()
    assert (path[1].density > 0).all()
    assert (-path[2].factor == LocalOutlierFactor(4).fit(X).negative_outlier_factor_).all()


# ---- edges and errors


def test_methods_are_there_only_for_what_they_can_judge():
    old, new = LocalOutlierFactor(1), LocalOutlierFactor(1, novelty=True)
    for method in ("predict", "score_samples", "decision_function"):
        assert not hasattr(old, method)
        assert hasattr(new, method)
    assert not hasattr(new, "fit_predict")
    with pytest.raises(AttributeError, match="novelty=True to judge new rows"):
        _ = old.predict
    with pytest.raises(AttributeError, match="fit_predict is not available when novelty=True"):
        _ = new.fit_predict


def test_too_many_neighbours_are_fewer_with_a_warning():
    with pytest.warns(UserWarning, match=r"n_neighbors \(20\) is greater than the total number of samples \(4\)"):
        assert LocalOutlierFactor().fit(LINE).n_neighbors_ == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert LocalOutlierFactor(4).fit(LINE).n_neighbors_ == 3


def test_duplicates_are_warned_about_and_have_finite_scores():
    X = [[0.0]] * 6 + [[1.0]]
    with pytest.warns(UserWarning, match="Duplicate values are leading to incorrect results"):
        model = LocalOutlierFactor(3).fit(X)
    assert np.isfinite(model.negative_outlier_factor_).all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = reference.LocalOutlierFactor(3).fit(X).negative_outlier_factor_
    np.testing.assert_allclose(model.negative_outlier_factor_, expected, rtol=1e-14)  # three roundings
    same = LocalOutlierFactor(3).fit([[2.0]] * 5).negative_outlier_factor_
    np.testing.assert_allclose(same, -np.ones(5), rtol=1e-15)  # one rounding


def test_a_row_beyond_the_reach_of_tiny_ones_has_a_finite_score(rng):
    D = np.abs(np.subtract.outer(np.arange(9.0), np.arange(9.0)))
    model = LocalOutlierFactor(3, novelty=True, metric="precomputed").fit(D * 1e-200)
    far = np.full((1, 9), 1e200)  # 1e400 in the unit of the rows that are known
    assert np.isfinite(model.score_samples(far)).all()
    assert model.predict(far) == [-1]


def test_one_row_has_no_neighbour():
    with pytest.raises(ValueError, match="a minimum of 2 is required"):
        LocalOutlierFactor().fit([[1.0]])


@pytest.mark.parametrize(
    ("value", "error"), [(0.0, ValueError), (0.6, ValueError), ("most", ValueError), (1, TypeError)]
)
def test_a_wrong_contamination_is_named(value, error):
    with pytest.raises(error, match=r"contamination=.*give 'auto', or a float above 0.0 and of at most 0.5"):
        LocalOutlierFactor(contamination=value).fit(LINE)


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        LocalOutlierFactor(novelty=True).score_samples(LINE)


def test_a_fit_that_was_stopped_is_no_fit():
    class Stop(Listener):
        def see(self, step):
            return step.name == "density"

    with listen(Stop()), pytest.raises(RuntimeError, match="stopped before the comparison"):
        LocalOutlierFactor(1).fit(LINE)
