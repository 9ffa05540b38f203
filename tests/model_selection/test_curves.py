"""Learning curves and validation curves."""

import numpy as np
import pytest
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, SGDClassifier, SGDRegressor
from sklearn.neighbors import KNeighborsClassifier

from scratchml.core import FitFailedWarning
from scratchml.model_selection import GroupKFold, StratifiedKFold, learning_curve, validation_curve
from scratchml.model_selection.curves import rows_to_train_on
from tests.model_selection.models import FailsOn, Mean, NearestMean
from tests.naive.model_selection import validation as naive


@pytest.fixture
def blobs(rng):
    y = rng.permutation(np.repeat([0, 1, 2], 25))
    return rng.normal(size=(75, 2)) + y[:, None], y


def check_same_arrays(expected, found):
    """Assert that two tuples of arrays are equal."""
    assert len(expected) == len(found)
    for one, other in zip(expected, found):
        np.testing.assert_array_equal(one, other)


# ---- by hand


def test_shares_are_rounded_down_and_sizes_sorted():
    assert rows_to_train_on([0.55, 0.1, 1.0], 19).tolist() == [1, 10, 19]
    assert rows_to_train_on([0.01], 19).tolist() == [1]
    assert rows_to_train_on([7, 3], 19).tolist() == [3, 7]


def test_the_mean_of_the_first_rows_is_scored_by_hand():
    y = np.array([0.0, 4.0, 1.0, 3.0])
    _, train, test = learning_curve(
        Mean(), np.zeros((4, 1)), y, train_sizes=[1, 2], cv=2, scoring="neg_mean_squared_error"
    )
    # fold 0 tests rows 0, 1 and trains on 1, then on 1 and 3; fold 1 tests rows 2, 3 and trains on 0, then on 0 and 4
    np.testing.assert_array_equal([[-(1 + 9) / 2, -(1 + 9) / 2], [-(4 + 4) / 2, -(1 + 1) / 2]], test)
    np.testing.assert_array_equal([[0.0, 0.0], [-1.0, -4.0]], train)


# ---- naive twin


@given(seed=st.integers(0, 500))
def test_learning_curves_are_the_naive_ones(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 2)), np.tile([0, 1], 15)
    splits = list(StratifiedKFold(3).split(X, y))
    sizes, _, test = learning_curve(NearestMean(), X, y, cv=splits, train_sizes=[4, 11, 20])
    np.testing.assert_array_equal(naive.learning_curve(NearestMean(), X, y, splits, sizes), test)


# ---- outside reference


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize(
    "how",
    [
        {},
        {"shuffle": True, "random_state": 3},
        {"train_sizes": [12, 30, 60], "shuffle": True, "random_state": 0, "cv": 5},
        {"train_sizes": np.array([0.5, 1.0]), "scoring": "balanced_accuracy"},
    ],
    ids=str,
)
def test_learning_curves_are_scikit_learns(blobs, how, n_jobs):
    X, y = blobs
    for model in (NearestMean(), KNeighborsClassifier(3)):
        expected = reference.learning_curve(model, X, y, **how)
        check_same_arrays(expected, learning_curve(model, X, y, **how, n_jobs=n_jobs))


def test_growing_one_model_piece_by_piece_is_scikit_learns(blobs, rng):
    X, y = blobs
    how = {"exploit_incremental_learning": True, "shuffle": True, "random_state": 1, "train_sizes": [15, 30, 60]}
    for model, target in ((SGDClassifier(random_state=0), y), (SGDRegressor(random_state=0), X[:, 0])):
        expected = reference.learning_curve(model, X, target, **how)
        check_same_arrays(expected, learning_curve(model, X, target, **how, n_jobs=2))


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_validation_curves_are_scikit_learns(blobs, n_jobs):
    X, y = blobs
    for model, name, values in (
        (KNeighborsClassifier(), "n_neighbors", [1, 5, 20]),
        (LogisticRegression(), "C", np.logspace(-3, 1, 2)),
        (NearestMean(), "shift", [0.0, 3.0]),
    ):
        how = {"param_name": name, "param_range": values, "cv": 3}
        check_same_arrays(
            reference.validation_curve(model, X, y, **how), validation_curve(model, X, y, **how, n_jobs=n_jobs)
        )


def test_weights_are_cut_to_the_rows_of_each_size(blobs, rng):
    X, y = blobs
    how = {"params": {"sample_weight": rng.uniform(1, 9, size=75)}, "shuffle": True, "random_state": 0}
    check_same_arrays(reference.learning_curve(NearestMean(), X, y, **how), learning_curve(NearestMean(), X, y, **how))


# ---- laws


def test_times_come_on_request_and_fit_the_scores(blobs):
    X, y = blobs
    sizes, train, test, fit_times, score_times = learning_curve(
        NearestMean(), X, y, shuffle=True, random_state=0, return_times=True, cv=4
    )
    assert train.shape == test.shape == fit_times.shape == score_times.shape == (len(sizes), 4)
    assert (fit_times > 0).all()
    assert (score_times > 0).all()


def test_one_neighbour_remembers_every_training_row(blobs):
    X, y = blobs
    train, test = validation_curve(KNeighborsClassifier(), X, y, param_name="n_neighbors", param_range=[1, 15])
    assert (train[0] == 1.0).all()
    assert test[1].mean() > test[0].mean()


def test_groups_reach_the_splitter(blobs):
    X, y = blobs
    groups = np.arange(75) % 6
    for found in (
        validation_curve(NearestMean(), X, y, param_name="shift", param_range=[0.0], groups=groups, cv=GroupKFold(3)),
        learning_curve(NearestMean(), X, y, groups=groups, cv=GroupKFold(3), train_sizes=[1.0])[1:],
    ):
        assert found[1].shape == (1, 3)


# ---- edges and errors


def test_equal_sizes_are_drawn_once_with_a_warning():
    with pytest.warns(RuntimeWarning, match=r"Removed duplicate entries from 'train_sizes'.*2 instead of 3"):
        assert rows_to_train_on([0.1, 0.15, 1.0], 10).tolist() == [1, 10]


@pytest.mark.parametrize(
    "sizes", [[0.0, 0.5], [0.5, 1.5], [0, 3], [5, 11], [np.nan], [], ["a"], [[0.1, 0.5]], [True, False]]
)
def test_sizes_that_do_not_fit_ten_rows_are_refused(sizes):
    with pytest.raises(ValueError, match=r"train_sizes|within"):
        rows_to_train_on(sizes, 10)


def test_growing_needs_partial_fit(blobs):
    X, y = blobs
    with pytest.raises(ValueError, match="partial_fit"):
        learning_curve(NearestMean(), X, y, exploit_incremental_learning=True)


def test_failed_fits_are_nan_and_told(blobs):
    X, y = blobs
    model = FailsOn(poison=X[0, 0])
    with pytest.warns(FitFailedWarning, match="2 fits failed out of a total of 3"):
        _, train, test = learning_curve(model, X, y, train_sizes=[1.0], cv=3)
    assert np.isnan(train).sum() == np.isnan(test).sum() == 2
    with pytest.warns(FitFailedWarning, match="4 fits failed out of a total of 6"):
        train, test = validation_curve(model, X, y, param_name="shift", param_range=[0.0, 1.0], cv=3)
    assert np.isnan(train).sum() == np.isnan(test).sum() == 4


def test_an_unknown_parameter_is_refused_before_any_fit(blobs):
    X, y = blobs
    with pytest.raises(ValueError, match="depth"):
        validation_curve(NearestMean(), X, y, param_name="depth", param_range=[1, 2])


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"param_name": 3, "param_range": [1]}, TypeError, "param_name"),
        ({"param_name": "shift", "param_range": []}, ValueError, "param_range is empty"),
        ({"param_name": "shift", "param_range": [0.0], "scoring": ["accuracy"]}, ValueError, "one score"),
        ({"param_name": "shift", "param_range": [0.0], "error_score": "no"}, ValueError, "error_score"),
    ],
)
def test_impossible_arguments_of_a_validation_curve_are_refused(blobs, how, error, message):
    X, y = blobs
    with pytest.raises(error, match=message):
        validation_curve(NearestMean(), X, y, **how)


@pytest.mark.parametrize("how", [{"shuffle": 1}, {"return_times": "yes"}, {"random_state": "x"}, {"n_jobs": 1.5}])
def test_arguments_of_a_wrong_kind_are_refused(blobs, how):
    X, y = blobs
    with pytest.raises(TypeError, match=next(iter(how))):
        learning_curve(NearestMean(), X, y, **how)
