"""cross_validate and cross_val_score."""

import threading
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from scratchml.core import FitFailedWarning, listen
from scratchml.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneOut,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
)
from tests.model_selection.models import FailsOn, Mean, NearestMean
from tests.naive.model_selection import validation as naive


@pytest.fixture
def blobs(rng):
    y = np.repeat([0, 1, 2], 20)
    order = rng.permutation(60)
    return (rng.normal(size=(60, 3)) + y[:, None])[order], y[order]


def check_same_results(expected, found):
    """Assert that two results of cross_validate have the same keys and, but for times, the same values."""
    assert list(expected) == list(found)
    for name in expected:
        if name.startswith(("test_", "train_")):
            np.testing.assert_array_equal(expected[name], found[name], err_msg=name)


# ---- by hand


def test_the_mean_of_the_other_fold_is_scored_by_hand():
    y = np.array([0.0, 2.0, 4.0, 6.0])
    # folds {0, 1} and {2, 3}: predicted 5 and 1; errors 5, 3 and 3, 5; mean square 17 each
    found = cross_val_score(Mean(), np.zeros((4, 1)), y, cv=2, scoring="neg_mean_squared_error")
    np.testing.assert_array_equal([-17.0, -17.0], found)


def test_one_score_is_called_score_and_several_by_their_names(blobs):
    X, y = blobs
    assert list(cross_validate(NearestMean(), X, y)) == ["fit_time", "score_time", "test_score"]
    found = cross_validate(NearestMean(), X, y, scoring=("accuracy", "f1_macro"), return_train_score=True)
    assert list(found)[2:] == ["test_accuracy", "train_accuracy", "test_f1_macro", "train_f1_macro"]


# ---- naive twin


@given(seed=st.integers(0, 1000), k=st.integers(2, 6))
def test_scores_are_the_naive_ones(seed, k):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 2)), np.tile([0, 1, 1], 10)
    splits = list(StratifiedKFold(k, shuffle=True, random_state=seed).split(X, y))
    expected = naive.cross_val_score(NearestMean(), X, y, splits)
    np.testing.assert_array_equal(expected, cross_val_score(NearestMean(), X, y, cv=splits))


# ---- outside reference


@pytest.mark.parametrize("n_jobs", [None, 1, 2, -1])
@pytest.mark.parametrize(
    "model",
    [
        NearestMean(),
        LogisticRegression(),
        SGDClassifier(random_state=3),
        make_pipeline(StandardScaler(), KNeighborsClassifier()),
    ],
    ids=lambda model: type(model).__name__,
)
def test_results_are_scikit_learns_for_our_estimators_and_theirs(blobs, model, n_jobs):
    X, y = blobs
    how = {"scoring": ["accuracy", "balanced_accuracy"], "cv": 4, "return_train_score": True}
    check_same_results(reference.cross_validate(model, X, y, **how), cross_validate(model, X, y, **how, n_jobs=n_jobs))


@pytest.mark.parametrize("scoring", [None, "r2", "neg_mean_absolute_error", {"a": "r2", "b": "max_error"}])
def test_regression_scores_are_scikit_learns(rng, scoring):
    X = rng.normal(size=(50, 3))
    y = X @ [1.0, -2.0, 0.5] + rng.normal(size=50)
    if isinstance(scoring, dict):
        scoring = {"a": "r2", "b": "neg_max_error"}
    expected = reference.cross_validate(Ridge(), X, y, scoring=scoring)
    found = cross_validate(Ridge(), X, y, scoring=scoring)
    assert list(expected) == list(found)
    for name in list(expected)[2:]:
        np.testing.assert_allclose(expected[name], found[name], rtol=1e-13, err_msg=name)  # another order of sums


def test_scorers_of_scikit_learn_are_welcome(blobs):
    X, y = blobs
    scorer = sklearn.metrics.make_scorer(sklearn.metrics.fbeta_score, beta=2, average="macro")
    np.testing.assert_array_equal(
        reference.cross_val_score(NearestMean(), X, y, scoring=scorer),
        cross_val_score(NearestMean(), X, y, scoring=scorer),
    )


def test_weights_are_cut_to_the_training_rows_as_scikit_learn_does(blobs, rng):
    X, y = blobs
    weight = rng.uniform(0.1, 5, size=60)
    for model in (NearestMean(), LogisticRegression()):
        expected = reference.cross_val_score(model, X, y, params={"sample_weight": weight})
        for same_weight in (weight, weight.tolist(), pd.Series(weight, index=range(60, 120))):
            found = cross_val_score(model, X, y, params={"sample_weight": same_weight})
            np.testing.assert_array_equal(expected, found)


def test_kernel_matrices_are_cut_by_rows_and_columns(blobs):
    X, y = blobs
    model = SVC(kernel="precomputed")
    np.testing.assert_array_equal(reference.cross_val_score(model, X @ X.T, y), cross_val_score(model, X @ X.T, y))


@pytest.mark.parametrize(
    "cv",
    [3, KFold(3, shuffle=True, random_state=1), ShuffleSplit(4, random_state=2), reference.StratifiedKFold(2), None],
    ids=repr,
)
def test_any_cv_gives_scikit_learns_scores(blobs, cv):
    X, y = blobs
    np.testing.assert_array_equal(
        reference.cross_val_score(NearestMean(), X, y, cv=cv), cross_val_score(NearestMean(), X, y, cv=cv)
    )


# ---- laws


def test_frames_lists_and_arrays_give_the_same_scores(blobs):
    X, y = blobs
    expected = cross_val_score(NearestMean(), X, y)
    frame, series = pd.DataFrame(X, columns=["a", "b", "c"], index=range(7, 67)), pd.Series(y, index=range(9, 69))
    for given_X, given_y in ((X.tolist(), y.tolist()), (frame, series)):
        np.testing.assert_array_equal(expected, cross_val_score(NearestMean(), given_X, given_y))


def test_the_model_and_the_data_are_left_as_they_were(blobs):
    X, y = blobs
    before_X, before_y, model = X.copy(), y.copy(), NearestMean()
    cross_validate(model, X, y, return_train_score=True)
    assert vars(model) == {"shift": 0.0}
    np.testing.assert_array_equal(before_X, X)
    np.testing.assert_array_equal(before_y, y)


def test_returned_models_are_those_of_the_returned_splits(blobs):
    X, y = blobs
    found = cross_validate(NearestMean(), X, y, cv=3, return_estimator=True, return_indices=True)
    for model, train, test, score in zip(
        found["estimator"], found["indices"]["train"], found["indices"]["test"], found["test_score"]
    ):
        np.testing.assert_array_equal(NearestMean().fit(X[train], y[train]).means_, model.means_)
        assert model.score(X[test], y[test]) == score


def test_folds_really_run_in_threads_and_see_each_other_only_there(blobs):
    X, y = blobs
    seen = set()
    both_there = threading.Barrier(2, timeout=20)

    def scorer(model, X, y):
        seen.add(threading.get_ident())
        both_there.wait()
        return 1.0

    cross_val_score(NearestMean(), X, y, cv=2, scoring=scorer, n_jobs=2)
    assert len(seen) == 2


def test_inner_fits_are_not_heard(blobs):
    X, y = blobs
    heard = []
    with listen(heard.append):
        NearestMean().fit(X, y).predict(X)
        cross_val_score(NearestMean(), X, y, cv=3)
        cross_validate(NearestMean(), X, y, cv=3, scoring=["accuracy", "f1_macro"], n_jobs=2)
        cross_val_predict(NearestMean(), X, y, cv=3)
        learning_curve(NearestMean(), X, y, cv=3)
    assert heard == ["step", "look"]


def test_weighted_scores_are_those_of_weighted_test_rows(blobs, rng):
    X, y = blobs
    weight = rng.integers(1, 4, size=60)
    splits = list(StratifiedKFold(3).split(X, y))
    found = cross_val_score(NearestMean(), X, y, cv=splits, scoring="accuracy", score_params={"sample_weight": weight})
    for (train, test), score in zip(splits, found):
        hits = NearestMean().fit(X[train], y[train]).predict(X[test]) == y[test]
        assert score == pytest.approx(np.average(hits, weights=weight[test]), rel=1e-15)  # round-off


def test_groups_reach_the_splitter(blobs, rng):
    X, y = blobs
    groups = rng.integers(0, 8, size=60)
    found = cross_validate(NearestMean(), X, y, cv=GroupKFold(4), groups=groups, return_indices=True)
    for train, test in zip(found["indices"]["train"], found["indices"]["test"]):
        assert not set(groups[train]) & set(groups[test])


def test_one_scorer_may_return_several_scores(blobs):
    X, y = blobs

    def both(model, X, y):
        return {"right": model.score(X, y), "rows": len(X)}

    found = cross_validate(NearestMean(), X, y, cv=3, scoring=both)
    np.testing.assert_array_equal([20, 20, 20], found["test_rows"])
    np.testing.assert_array_equal(cross_val_score(NearestMean(), X, y, cv=3), found["test_right"])


def test_scores_without_targets_are_those_of_x_alone(rng):
    X = rng.normal(size=(20, 2))

    class Density(Mean):
        def fit(self, X, y=None):
            self.center_ = X.mean(axis=0)
            return self

        def score(self, X, y=None):
            return -float(((X - self.center_) ** 2).sum())

    np.testing.assert_array_equal(
        [-((X[10:] - X[:10].mean(axis=0)) ** 2).sum(), -((X[:10] - X[10:].mean(axis=0)) ** 2).sum()],
        cross_val_score(Density(), X, cv=2)[::-1],
    )


def test_verbose_shows_a_bar_that_reaches_its_end(blobs, capsys):
    X, y = blobs
    expected = cross_val_score(NearestMean(), X, y, cv=4)
    np.testing.assert_array_equal(expected, cross_val_score(NearestMean(), X, y, cv=4, verbose=1, n_jobs=2))
    shown = capsys.readouterr().err
    assert "cross-validation" in shown
    assert "4/4" in shown


# ---- failures


def test_a_failed_fit_scores_nan_and_warns_with_its_traceback(blobs):
    X, y = blobs
    model = FailsOn(poison=X[0, 0])  # the first row is in every training part but one
    with pytest.warns(FitFailedWarning, match=r"(?s)2 fits failed out of a total of 3.*the poison was found"):
        found = cross_validate(model, X, y, cv=3, return_train_score=True, return_estimator=True)
    assert np.isnan(found["test_score"]).sum() == np.isnan(found["train_score"]).sum() == 2
    assert [fitted is None for fitted in found["estimator"]] == np.isnan(found["test_score"]).tolist()


def test_the_warning_is_also_scikit_learns(blobs):
    X, y = blobs
    with pytest.warns(sklearn.exceptions.FitFailedWarning):
        found = cross_val_score(FailsOn(poison=X[0, 0]), X, y, cv=3, error_score=-7)
    assert sorted(found)[:2] == [-7, -7]


def test_failed_folds_get_the_names_of_a_scorer_that_returns_a_dict(blobs):
    X, y = blobs
    with pytest.warns(FitFailedWarning):
        found = cross_validate(FailsOn(poison=X[0, 0]), X, y, cv=3, scoring=lambda m, X, y: {"a": 1.0, "b": 2.0})
    assert np.isnan(found["test_a"]).sum() == np.isnan(found["test_b"]).sum() == 2


def test_all_fits_failing_is_an_error_that_shows_why(blobs):
    X, y = blobs
    with pytest.raises(ValueError, match=r"(?s)All the 2 fits failed.*the poison was found"):
        cross_val_score(FailsOn(poison=X[0, 0]), np.tile(X[:1], (60, 1)), y, cv=2)


def test_raise_lets_the_error_out(blobs):
    X, y = blobs
    for n_jobs in (None, 2):
        with pytest.raises(RuntimeError, match="the poison was found"):
            cross_val_score(FailsOn(poison=X[0, 0]), X, y, cv=3, error_score="raise", n_jobs=n_jobs)


def test_a_failed_score_is_nan_and_warns_and_leaves_the_others_alone(blobs):
    X, y = blobs

    def broken(model, X, y):
        raise ZeroDivisionError("no score today")

    with pytest.warns(UserWarning, match=r"(?s)Scoring failed.*no score today"):
        found = cross_validate(NearestMean(), X, y, cv=2, scoring={"broken": broken, "fine": "accuracy"})
    assert np.isnan(found["test_broken"]).all()
    np.testing.assert_array_equal(cross_val_score(NearestMean(), X, y, cv=2), found["test_fine"])
    with pytest.raises(ZeroDivisionError):
        cross_val_score(NearestMean(), X, y, scoring=broken, error_score="raise")


def test_a_training_part_without_a_class_warns_of_it(blobs):
    X, y = blobs
    order = np.argsort(y)
    with pytest.warns(UserWarning, match=r"training part of 3 of 3 folds .*fold 0 lacks \[0\]; fold 1 lacks \[1\]"):
        cross_val_score(NearestMean(), X[order], y[order], cv=KFold(3))


def test_a_test_part_without_a_class_is_nothing_to_warn_of(blobs):
    X, y = blobs
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(cross_val_score(NearestMean(), X, y, cv=LeaveOneOut())) == 60


# ---- edges and errors


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"scoring": "acuracy"}, ValueError, "acuracy"),
        ({"scoring": ["accuracy", "r2"]}, ValueError, "cross_validate"),
        ({"n_jobs": 0}, ValueError, "n_jobs"),
        ({"n_jobs": "two"}, TypeError, "n_jobs"),
        ({"cv": "five"}, ValueError, "cv"),
        ({"cv": 1}, ValueError, "n_splits=1"),
        ({"error_score": "ignore"}, ValueError, "error_score"),
        ({"params": [1]}, TypeError, "params"),
        ({"verbose": -1}, ValueError, "verbose"),
        ({"groups": [1, 2]}, ValueError, "groups has 2"),
    ],
)
def test_impossible_arguments_are_refused(blobs, how, error, message):
    X, y = blobs
    with pytest.raises(error, match=message):
        cross_val_score(NearestMean(), X, y, **how)


@pytest.mark.parametrize("model", [None, NearestMean, "model", np.mean])
def test_what_is_no_estimator_is_refused(blobs, model):
    X, y = blobs
    with pytest.raises(TypeError, match="estimator"):
        cross_val_score(model, X, y)


def test_a_model_without_score_needs_scoring(blobs):
    X, y = blobs

    class NoScore:
        def get_params(self, deep=True):
            return {}

        def fit(self, X, y):
            return self

    with pytest.raises(TypeError, match="score"):
        cross_val_score(NoScore(), X, y)
    assert cross_val_score(NoScore(), X, y, scoring=lambda model, X, y: len(X), cv=3).tolist() == [20, 20, 20]


def test_lengths_that_differ_are_refused(blobs):
    X, y = blobs
    with pytest.raises(ValueError, match="X has 60, y has 59"):
        cross_val_score(NearestMean(), X, y[:-1])


def test_a_score_that_is_no_number_is_refused(blobs):
    X, y = blobs
    with pytest.raises(ValueError, match="scoring must return a number"):
        cross_val_score(NearestMean(), X, y, scoring=lambda model, X, y: "good")
