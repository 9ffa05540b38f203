"""Votes within a radius: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.neighbors as reference
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.neighbors.k_neighbors as votes
import tests.naive.neighbors.radius_neighbors as naive
from scratchml.core import Listener, NotFittedError, listen, record
from scratchml.neighbors import RadiusNeighborsClassifier
from scratchml.neighbors import radius_neighbors as module
from scratchml.neighbors.radius_neighbors import count_votes_within, weigh_within

LINE, SIDES = np.array([[0.0], [1.0], [3.0], [4.0]]), np.array(["left", "left", "right", "right"])


def inverse_square(distances):
    return 1.0 / (1.0 + np.asarray(distances) ** 2)


WEIGHTS = {"uniform": "uniform", "none": None, "distance": "distance", "callable": inverse_square}
every_weight = pytest.mark.parametrize("weights", WEIGHTS.values(), ids=WEIGHTS)


# ---- by hand


def test_the_vote_on_paper():
    model = RadiusNeighborsClassifier(2.0).fit(LINE, SIDES)
    # 2.5: 1 (left), 3 and 4 (right) at 1.5, 0.5, 1.5
    assert model.predict_proba([[2.5]]).tolist() == [[1 / 3, 2 / 3]]
    assert model.predict([[2.5], [-1.0]]).tolist() == ["right", "left"]
    model = RadiusNeighborsClassifier(2.0, weights="distance").fit(LINE, SIDES)
    np.testing.assert_allclose(model.predict_proba([[2.5]]), [[0.2, 0.8]], rtol=4e-16)  # 1/3 of 5/3; two roundings


def test_the_kernel_and_the_weights_on_paper():
    counted = np.full((2, 2), 7.0)
    count_votes_within(np.array([0, 1]), np.array([0, 1, 1]), np.array([1.0, 2.0, 3.0]), np.array([0, 3, 3]), counted)
    assert counted.tolist() == [[1.0, 5.0], [0.0, 0.0]]
    distances, starts = np.array([4.0, 2.0, 0.0, 3.0]), np.array([0, 2, 2, 4])
    assert weigh_within(distances, starts, "uniform").tolist() == [1.0] * 4
    assert weigh_within(distances, starts, "distance").tolist() == [0.5, 1.0, 1.0, 0.0]
    assert weigh_within(distances, starts, lambda d: d + 1).tolist() == [5 / 8, 3 / 8, 1 / 8, 4 / 8]  # powers of two


# ---- naive twin


@every_weight
@pytest.mark.parametrize("alone", [False, True])
def test_it_agrees_with_its_naive_twin(rng, weights, alone, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 7)
    X, queries = rng.integers(0, 4, size=(40, 2)).astype(float), rng.normal(size=(17, 2)) + 1.5
    y = rng.integers(0, 3, size=40)
    ballots = naive.votes(votes.named("euclidean"), X, y, X if alone else queries, 1.0, weights, alone)
    model = RadiusNeighborsClassifier(1.0, weights=weights, outlier_label=2).fit(X, y)
    found, labels = (method(None if alone else queries) for method in (model.predict_proba, model.predict))
    for ballot, share, label in zip(ballots, found, labels):
        if any(ballot.values()):
            np.testing.assert_allclose(share, votes.predict_proba([ballot])[0], rtol=1e-13)  # a sum of up to 40
        else:
            assert share.tolist() == [0.0, 0.0, 1.0]
            assert label == 2


# ---- outside reference


@every_weight
@pytest.mark.parametrize("several", [False, True])
def test_it_agrees_with_scikit_learn(rng, weights, several):
    X, queries = rng.normal(size=(300, 2)), rng.normal(size=(60, 2))
    y = rng.integers(0, 3, size=(300, 2) if several else 300)
    how = {"weights": weights, "outlier_label": "most_frequent"}
    ours, theirs = (
        kind(0.4, **how).fit(X, y) for kind in (RadiusNeighborsClassifier, reference.RadiusNeighborsClassifier)
    )
    assert ours.outlier_label_ == theirs.outlier_label_
    assert (np.asarray(ours.predict(queries)) == theirs.predict(queries)).all()
    np.testing.assert_allclose(ours.predict_proba(queries), theirs.predict_proba(queries), rtol=1e-9)  # its products
    if not several:
        assert ours.score(queries, y[:60]) == theirs.score(queries, y[:60])


# ---- laws


@given(st.integers(0, 10**6), st.sampled_from(["uniform", "distance"]))
def test_an_infinite_radius_is_a_vote_of_all(seed, weights):
    from scratchml.neighbors import KNeighborsClassifier

    rng = np.random.default_rng(seed)
    X, y, queries = rng.normal(size=(15, 2)), rng.integers(0, 3, size=15), rng.normal(size=(6, 2))
    expected = KNeighborsClassifier(15, weights=weights).fit(X, y).predict_proba(queries)
    found = RadiusNeighborsClassifier(np.inf, weights=weights).fit(X, y).predict_proba(queries)
    np.testing.assert_allclose(found, expected, rtol=1e-14)  # sums in another order


def test_the_steps_are_those_of_the_prediction(rng, monkeypatch):
    monkeypatch.setattr(module, "BATCH", 4)
    X, y, queries = rng.normal(size=(15, 2)), rng.integers(0, 2, size=15), rng.normal(size=(6, 2)) / 2
    model = RadiusNeighborsClassifier(3.0).fit(X, y)
    path = record(model.steps(queries))
    assert [(step.name, step.rows) for step in path] == [
        (name, rows) for rows in (slice(0, 4), slice(4, 6)) for name in ("search", "vote")
    ]
    assert (path[-1].votes[0].argmax(axis=1) == model.predict(queries)).all()
    assert (path[-1].counts == [len(found) for found in model.radius_neighbors(queries)[1]]).all()


# ---- edges and errors


def test_a_query_without_neighbours_is_an_error_unless_it_has_a_label():
    model = RadiusNeighborsClassifier(1.0).fit(LINE, SIDES)
    with pytest.raises(ValueError, match=r"No neighbors found for test samples array\(\[1\]\).*larger radius"):
        model.predict([[0.0], [9.0]])


def test_an_outlier_label_that_is_no_class_is_predicted_with_a_warning():
    model = RadiusNeighborsClassifier(1.0, outlier_label=-7).fit(LINE, [0, 0, 1, 1])
    with pytest.warns(UserWarning, match="Outlier label -7 is not in training classes"):
        assert model.predict_proba([[0.0], [9.0]]).tolist() == [[1.0, 0.0], [0.0, 0.0]]
    with pytest.warns(UserWarning, match="Outlier label -7 is not in training classes"):
        assert model.predict([[0.0], [9.0]]).tolist() == [0, -7]


def test_each_output_may_have_its_own_outlier_label():
    y = np.column_stack([[0, 0, 1, 1], [5, 6, 6, 6]])
    model = RadiusNeighborsClassifier(1.0, outlier_label=[1, 5]).fit(LINE, y)
    assert model.predict([[9.0], [3.5]]).tolist() == [[1, 5], [1, 6]]
    with pytest.raises(ValueError, match=r"length of outlier_label: \[1\] is inconsistent with the output length: 2"):
        RadiusNeighborsClassifier(outlier_label=[1]).fit(LINE, y)
    with pytest.raises(TypeError, match="supposed to be a scalar"):
        RadiusNeighborsClassifier(outlier_label=[[1], [2]]).fit(LINE, y)


@pytest.mark.parametrize("label", ["nobody", "left"])
def test_an_outlier_label_of_another_kind_is_named(label):
    with pytest.raises(TypeError, match=f"dtype of outlier_label '{label}' is inconsistent"):
        RadiusNeighborsClassifier(outlier_label=label).fit(LINE, [0, 0, 1, 1])
    with pytest.raises(TypeError, match=r"outlier_label=2.5 is of type float; give None, or an integer"):
        RadiusNeighborsClassifier(outlier_label=2.5).fit(LINE, [0, 0, 1, 1])


def test_weights_that_are_wrong_are_named():
    for weights, message in (
        (lambda d: -d - 1, "0 or more"),
        (lambda d: d[:1], "shape"),
        (lambda d: 0 * d, "zero weights"),
    ):
        model = RadiusNeighborsClassifier(2.0, weights=weights).fit(LINE, SIDES)
        with pytest.raises(ValueError, match=message):
            model.predict([[2.5]])


def test_a_negative_distance_has_no_inverse():
    model = RadiusNeighborsClassifier(2.0, weights="distance", metric=lambda a, b: -1.5).fit(LINE, SIDES)
    with pytest.raises(ValueError, match=r"returned -1\.5"):
        model.predict([[2.5]])


def test_closeness_of_the_smallest_distances_is_finite():
    distances = np.array([5e-324, 1e-323, 1e308, 2e-310, 1e-310])
    assert weigh_within(distances, np.array([0, 3, 5]), "distance").tolist() == [1.0, 0.5, 0.0, 0.5, 1.0]


def test_no_warning_comes_where_every_query_has_neighbours():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert RadiusNeighborsClassifier(outlier_label=9).fit(LINE, [0, 0, 1, 1]).predict([[0.0]]) == [0]


def test_a_prediction_stopped_too_early_is_a_clear_error():
    class StopAtSearch(Listener):
        def see(self, step):
            return step.name == "search"

    model = RadiusNeighborsClassifier().fit(LINE, SIDES)
    with listen(StopAtSearch()), pytest.raises(RuntimeError, match="stopped before its last vote"):
        model.predict(LINE)


def test_it_must_be_fitted_first():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        RadiusNeighborsClassifier().predict(LINE)
