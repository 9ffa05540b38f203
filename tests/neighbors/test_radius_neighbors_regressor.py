"""Averages within a radius: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.neighbors.radius_neighbors as naive
from scratchml.core import Listener, NotFittedError, listen, record
from scratchml.neighbors import RadiusNeighborsRegressor
from scratchml.neighbors import radius_neighbors_regressor as module
from scratchml.neighbors.radius_neighbors_regressor import average_within
from tests.naive.neighbors.k_neighbors import named

LINE, VALUES = np.array([[0.0], [1.0], [3.0], [4.0]]), np.array([0.0, 1.0, 9.0, 16.0])


def inverse_square(distances):
    return 1.0 / (1.0 + np.asarray(distances) ** 2)


WEIGHTS = {"uniform": "uniform", "none": None, "distance": "distance", "callable": inverse_square}
every_weight = pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)


# ---- by hand


def test_the_average_on_paper():
    assert RadiusNeighborsRegressor(1.5).fit(LINE, VALUES).predict([[2.5]]) == [(1.0 + 9.0 + 16.0) / 3]
    found = RadiusNeighborsRegressor(1.5, weights="distance").fit(LINE, VALUES).predict([[2.5], [3.0]])
    np.testing.assert_allclose(found, [(9.0 + 1.0 / 3 + 16.0 / 3) / (5 / 3), 9.0], rtol=4e-16)  # two roundings


def test_the_kernel_on_paper():
    averages = np.full((2, 1), 7.0)
    average_within(np.array([[1.0], [5.0]]), np.array([1, 0]), np.array([3.0, 1.0]), np.array([0, 2, 2]), averages)
    assert averages[0] == [4.0]
    assert np.isnan(averages[1])


# ---- naive twin


@every_weight
@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.filterwarnings("ignore:One or more samples have no neighbors")
def test_it_agrees_with_its_naive_twin(rng, weights, alone, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 7)
    X, queries, y = rng.integers(0, 4, size=(30, 2)).astype(float), rng.normal(size=(17, 2)) + 1.5, rng.normal(size=30)
    expected = naive.predict(named("euclidean"), X, y, X if alone else queries, 1.0, weights, alone)
    found = RadiusNeighborsRegressor(1.0, weights=weights).fit(X, y).predict(None if alone else queries)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)  # sums of up to 30 that may cancel


# ---- outside reference


@every_weight
@pytest.mark.parametrize("t", [0, 1, 3])
def test_it_agrees_with_scikit_learn(rng, weights, t):
    X, queries = rng.normal(size=(200, 3)), rng.normal(size=(50, 3)) / 2
    y = rng.normal(size=(200, t) if t else 200)
    ours, theirs = (
        kind(1.2, weights=weights).fit(X, y) for kind in (RadiusNeighborsRegressor, reference.RadiusNeighborsRegressor)
    )
    expected, found = theirs.predict(queries), ours.predict(queries)
    assert expected.shape == found.shape
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)  # sums of some fifty that may cancel


# ---- laws


@given(st.integers(0, 10**6))
def test_an_infinite_radius_averages_all(seed):
    rng = np.random.default_rng(seed)
    X, y, queries = rng.normal(size=(15, 2)), rng.normal(size=15), rng.normal(size=(6, 2))
    found = RadiusNeighborsRegressor(np.inf).fit(X, y).predict(queries)
    np.testing.assert_allclose(found, np.full(6, y.mean()), rtol=1e-12, atol=1e-14)  # a sum that may cancel


def test_the_steps_are_those_of_the_prediction(rng, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 4)
    X, y, queries = rng.normal(size=(15, 2)), rng.normal(size=15), rng.normal(size=(6, 2)) / 2
    model = RadiusNeighborsRegressor(3.0).fit(X, y)
    path = record(model.steps(queries))
    assert [(step.name, step.rows) for step in path] == [
        (name, rows) for rows in (slice(0, 4), slice(4, 6)) for name in ("search", "average")
    ]
    assert (path[-1].averages[:, 0] == model.predict(queries)).all()


# ---- edges and errors


def test_a_query_without_neighbours_is_nan_with_a_warning():
    model = RadiusNeighborsRegressor(1.0).fit(LINE, VALUES)
    with pytest.warns(UserWarning, match="no neighbors within specified radius; predicting NaN") as told:
        found = model.predict([[0.0], [9.0]])
    assert told[0].filename == __file__
    assert found[0] == 0.5
    assert np.isnan(found[1])


def test_a_prediction_stopped_too_early_is_a_clear_error():
    class StopAtSearch(Listener):
        def see(self, step):
            return step.name == "search"

    model = RadiusNeighborsRegressor().fit(LINE, VALUES)
    with listen(StopAtSearch()), pytest.raises(RuntimeError, match="stopped before its last average"):
        model.predict(LINE)


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        RadiusNeighborsRegressor().predict(LINE)


def test_a_wrong_radius_is_named():
    with pytest.raises(ValueError, match=r"radius=-1 is not accepted; give a number of at least 0"):
        RadiusNeighborsRegressor(-1).fit(LINE, VALUES)
