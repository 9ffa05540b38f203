"""KNeighborsRegressor: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.neighbors.k_neighbors_regressor as naive
from scratchml.core import Listener, NotFittedError, listen, record
from scratchml.neighbors import KNeighborsRegressor
from scratchml.neighbors import k_neighbors_regressor as module
from scratchml.neighbors.k_neighbors_regressor import average_neighbours
from tests.naive.neighbors.k_neighbors import named

LINE, VALUES = np.array([[0.0], [1.0], [3.0], [4.0]]), np.array([0.0, 1.0, 9.0, 16.0])


def inverse_square(distances):
    return 1.0 / (1.0 + np.asarray(distances) ** 2)


WEIGHTS = {"uniform": "uniform", "none": None, "distance": "distance", "callable": inverse_square}
every_weight = pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)


# ---- by hand


def test_the_average_on_paper():
    # query 2.5 has the neighbours 3 (9), 1 (1), 4 (16) at the distances 0.5, 1.5, 1.5
    assert KNeighborsRegressor(3).fit(LINE, VALUES).predict([[2.5]]) == [(9.0 + 1.0 + 16.0) / 3]
    # weights 1, 1/3, 1/3 relative to the nearest
    expected = (9.0 + 1.0 / 3 + 16.0 / 3) / (5 / 3)
    found = KNeighborsRegressor(3, weights="distance").fit(LINE, VALUES).predict([[2.5]])
    np.testing.assert_allclose(found, [expected], rtol=4e-16)  # two roundings


def test_the_kernel_on_paper():
    averages = np.full((1, 2), 7.0)
    average_neighbours(np.array([[1.0, 2.0], [5.0, 0.0]]), np.array([[1, 0]]), np.array([[3.0, 1.0]]), averages)
    assert averages.tolist() == [[4.0, 0.5]]


def test_the_formulas_of_the_docstring_hold(rng):
    X, y, queries = rng.normal(size=(20, 2)), rng.normal(size=20), rng.normal(size=(5, 2))
    model = KNeighborsRegressor(4, weights="distance").fit(X, y)
    distances, indices = model.kneighbors(queries)
    weights = 1 / distances
    expected = (weights * y[indices]).sum(axis=1) / weights.sum(axis=1)
    np.testing.assert_allclose(model.predict(queries), expected, rtol=1e-13)  # sums of four that may cancel


# ---- naive twin


@every_weight
@pytest.mark.parametrize("alone", [False, True])
def test_it_agrees_with_its_naive_twin(rng, weights, alone, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 7)
    X, queries, y = rng.integers(0, 4, size=(30, 2)).astype(float), rng.normal(size=(17, 2)), rng.normal(size=30)
    expected = naive.predict(named("euclidean"), X, y, X if alone else queries, 5, weights, alone)
    found = KNeighborsRegressor(5, weights=weights).fit(X, y).predict(None if alone else queries)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)  # sums of five that may cancel


# ---- outside reference


@every_weight
@pytest.mark.parametrize("t", [0, 1, 3])
def test_it_agrees_with_scikit_learn(rng, weights, t):
    X, queries = rng.normal(size=(200, 4)), rng.normal(size=(50, 4))
    y = rng.normal(size=(200, t) if t else 200)
    ours, theirs = (kind(7, weights=weights).fit(X, y) for kind in (KNeighborsRegressor, reference.KNeighborsRegressor))
    for given_ in (queries, None):
        expected, found = theirs.predict(given_), ours.predict(given_)
        assert expected.shape == found.shape
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)  # sums of seven that may cancel


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(["uniform", "distance"]))
def test_a_prediction_lies_between_the_neighbours_values(seed, weights):
    rng = np.random.default_rng(seed)
    X, y, queries = rng.integers(0, 4, size=(15, 2)).astype(float), rng.normal(size=15), rng.normal(size=(6, 2))
    model = KNeighborsRegressor(4, weights=weights).fit(X, y)
    near = y[model.kneighbors(queries)[1]]
    found = model.predict(queries)
    assert (found >= near.min(axis=1) - 1e-14).all()  # roundings of a sum of four numbers about 1
    assert (found <= near.max(axis=1) + 1e-14).all()


@given(st.integers(0, 10**6))
def test_one_neighbour_repeats_what_it_saw(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(15, 2)), rng.normal(size=15)
    assert (KNeighborsRegressor(1).fit(X, y).predict(X) == y).all()
    assert (KNeighborsRegressor(5, weights="distance").fit(X, y).predict(X) == y).all()


def test_the_steps_are_those_of_the_prediction(rng, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 4)
    X, y, queries = rng.normal(size=(15, 2)), rng.normal(size=15), rng.normal(size=(6, 2))
    model = KNeighborsRegressor(3).fit(X, y)
    path = record(model.steps(queries))
    assert [(step.name, step.rows) for step in path] == [
        (name, rows) for rows in (slice(0, 4), slice(4, 6)) for name in ("search", "average")
    ]
    assert (path[-1].averages[:, 0] == model.predict(queries)).all()


# ---- edges and errors


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_targets_may_be_tiny_or_huge(scale):
    found = KNeighborsRegressor(2).fit(LINE, VALUES * scale).predict([[0.4]])
    np.testing.assert_allclose(found, [0.5 * scale], rtol=1e-15)  # one rounding


def test_a_prediction_stopped_too_early_is_a_clear_error():
    class StopAtSearch(Listener):
        def see(self, step):
            return step.name == "search"

    model = KNeighborsRegressor(2).fit(LINE, VALUES)
    with listen(StopAtSearch()), pytest.raises(RuntimeError, match="stopped before its last average"):
        model.predict(LINE)


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        KNeighborsRegressor().predict(LINE)


def test_its_targets_are_its_own():
    y = VALUES.copy()
    model = KNeighborsRegressor(1).fit(LINE, y)
    y[:] = 7.0
    assert model.predict([[3.0]]) == [9.0]


def test_text_is_no_target():
    with pytest.raises((TypeError, ValueError), match="y"):
        KNeighborsRegressor(1).fit(LINE, ["a", "b", "c", "d"])


def test_more_neighbours_than_rows_is_an_error():
    with pytest.raises(ValueError, match="n_neighbors <= n_samples_fit"):
        KNeighborsRegressor(5).fit(LINE, VALUES).predict(LINE)
