"""cross_val_predict."""

import numpy as np
import pytest
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from scratchml.model_selection import KFold, LeaveOneOut, ShuffleSplit, StratifiedKFold, cross_val_predict
from tests.model_selection.models import Mean, NearestMean
from tests.naive.model_selection import validation as naive


@pytest.fixture
def blobs(rng):
    y = rng.permutation(np.repeat(["ant", "bee", "cow", "dog"], 15))
    return rng.normal(size=(60, 3)) + np.unique(y, return_inverse=True)[1][:, None], y


# ---- by hand


def test_each_row_is_predicted_by_the_mean_of_the_others():
    y = np.array([1.0, 2.0, 6.0])
    np.testing.assert_array_equal([4.0, 3.5, 1.5], cross_val_predict(Mean(), np.zeros((3, 1)), y, cv=LeaveOneOut()))


# ---- naive twin


@given(seed=st.integers(0, 1000))
def test_predictions_are_the_naive_ones(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(24, 2)), rng.permutation(np.repeat([3, 5], 12))
    splits = list(StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y))
    np.testing.assert_array_equal(
        naive.cross_val_predict(NearestMean(), X, y, splits), cross_val_predict(NearestMean(), X, y, cv=splits)
    )


# ---- outside reference


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", "predict_log_proba"])
def test_answers_of_every_method_are_scikit_learns(blobs, method, n_jobs):
    X, y = blobs
    cv = StratifiedKFold(4, shuffle=True, random_state=1)
    np.testing.assert_array_equal(
        reference.cross_val_predict(LogisticRegression(), X, y, method=method, cv=cv),
        cross_val_predict(LogisticRegression(), X, y, method=method, cv=cv, n_jobs=n_jobs),
    )


def test_regression_and_weights_are_scikit_learns(rng):
    X, y, weight = rng.normal(size=(40, 3)), rng.normal(size=(40, 2)), rng.uniform(1, 2, size=40)
    np.testing.assert_array_equal(
        reference.cross_val_predict(Ridge(), X, y, params={"sample_weight": weight}),
        cross_val_predict(Ridge(), X, y, params={"sample_weight": weight}),
    )


@pytest.mark.parametrize("missing", ["ant", "bee", "dog"])
@pytest.mark.parametrize("method", ["predict_proba", "decision_function", "predict_log_proba"])
def test_columns_of_classes_a_fold_has_not_seen_are_filled_as_scikit_learn_does(blobs, method, missing):
    X, y = blobs
    rare, others = np.flatnonzero(y == missing), np.flatnonzero(y != missing)
    cv = [(others, rare), (np.r_[rare, others[20:]], others[:20]), (np.r_[rare, others[:20]], others[20:])]
    with pytest.warns(
        RuntimeWarning, match=r"classes in training fold \(3\) does not match total number of classes \(4"
    ):
        expected = reference.cross_val_predict(LogisticRegression(), X, y, method=method, cv=cv)
    with pytest.warns(
        RuntimeWarning, match=r"classes in training fold \(3\) does not match total number of classes \(4"
    ):
        found = cross_val_predict(LogisticRegression(), X, y, method=method, cv=cv)
    np.testing.assert_array_equal(expected, found)
    filler = 0.0 if method == "predict_proba" else np.finfo(float).min
    assert (found[rare, np.unique(y).tolist().index(missing)] == filler).all()


def test_several_outputs_give_a_list_as_in_scikit_learn(rng):
    X = rng.normal(size=(40, 3))
    Y = (X + rng.normal(size=(40, 3)) > 0).astype(int)
    expected = reference.cross_val_predict(KNeighborsClassifier(), X, Y, method="predict_proba")
    found = cross_val_predict(KNeighborsClassifier(), X, Y, method="predict_proba")
    assert len(expected) == len(found) == 3
    for one, other in zip(expected, found):
        np.testing.assert_array_equal(one, other)


# ---- laws


def test_rows_keep_their_order_whatever_the_folds(blobs):
    X, y = blobs

    class Echo(Mean):
        def fit(self, X, y):
            return self

        def predict(self, X):
            return X[:, 0]

    cv = KFold(7, shuffle=True, random_state=0)
    np.testing.assert_array_equal(X[:, 0], cross_val_predict(Echo(), X, y, cv=cv))


def test_probabilities_sum_to_one_and_predict_takes_the_largest(blobs):
    X, y = blobs
    found = cross_val_predict(NearestMean(), X, y, method="predict_proba")
    np.testing.assert_allclose(np.ones(60), found.sum(axis=1), rtol=1e-14)  # round-off of a sum of four
    np.testing.assert_array_equal(cross_val_predict(NearestMean(), X, y), np.unique(y)[found.argmax(axis=1)])


def test_without_targets_the_model_is_fitted_on_x_alone(rng):
    X = rng.normal(size=(12, 1))

    class Center(Mean):
        def fit(self, X, y=None):
            self.mean_ = X.mean()
            return self

    found = cross_val_predict(Center(), X, cv=2)
    np.testing.assert_allclose(np.repeat([X[6:].mean(), X[:6].mean()], 6), found, rtol=1e-15)  # the same sums


# ---- edges and errors


@pytest.mark.parametrize("cv", [ShuffleSplit(3, random_state=0), [([0, 1, 2], list(range(3, 59)))]])
def test_test_parts_that_are_no_partition_are_refused(blobs, cv):
    X, y = blobs
    with pytest.raises(ValueError, match="only works for partitions"):
        cross_val_predict(NearestMean(), X, y, cv=cv)


def test_an_unknown_method_is_refused(blobs):
    X, y = blobs
    with pytest.raises(ValueError, match="method='guess'"):
        cross_val_predict(NearestMean(), X, y, method="guess")


def test_a_method_the_model_lacks_is_an_attribute_error(blobs):
    X, _ = blobs
    with pytest.raises(AttributeError, match="predict_proba"):
        cross_val_predict(Mean(), X, np.arange(60.0), method="predict_proba")


def test_decisions_that_do_not_match_the_classes_of_a_fold_are_refused(blobs):
    X, y = blobs
    dogs, others = np.flatnonzero(y == "dog"), np.flatnonzero(y != "dog")
    cv = [(others, dogs), (dogs.tolist() + others[20:].tolist(), others[:20]), (np.r_[dogs, others[:20]], others[20:])]
    more = np.where(y == "dog", "dog", np.where(np.arange(60) % 4 == 0, "eel", y))  # five classes: ten pairs
    with (
        pytest.warns(RuntimeWarning, match="Number of classes"),
        pytest.raises(ValueError, match="does not match number of classes"),
    ):
        cross_val_predict(SVC(decision_function_shape="ovo"), X, more, cv=cv, method="decision_function")


def test_decisions_of_a_fold_with_two_of_three_classes_are_refused(rng):
    X, y = rng.normal(size=(30, 2)), np.repeat([0, 1, 2], 10)
    with (
        pytest.warns(RuntimeWarning, match="Number of classes"),
        pytest.raises(ValueError, match="Only 2 class/es in training fold, but 3 in overall dataset"),
    ):
        cross_val_predict(LogisticRegression(), X, y, cv=KFold(3), method="decision_function")
