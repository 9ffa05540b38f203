"""Nested cross-validation."""

import numpy as np
import pytest
import sklearn.model_selection as reference

from scratchml.core import FitFailedWarning
from scratchml.model_selection import GridSearchCV, GroupKFold, StratifiedKFold, cross_val_score, nested_cross_validate
from tests.model_selection.models import FailsOn, NearestMean

GRID = {"shift": [-2.0, 0.0, 2.0]}


@pytest.fixture
def blobs(rng):
    y = rng.permutation(np.repeat([0, 1, 2], 24))
    return rng.normal(size=(72, 2)) + 1.5 * y[:, None], y


# ---- by hand


def test_each_outer_fold_runs_a_search_of_its_own_on_its_training_part(blobs):
    X, y = blobs
    search = reference.GridSearchCV(NearestMean(), GRID, cv=3)
    outer = StratifiedKFold(4)
    found = nested_cross_validate(search, X, y, cv=outer)
    for fold, (train, test) in enumerate(outer.split(X, y)):
        inner = reference.GridSearchCV(NearestMean(), GRID, cv=3).fit(X[train], y[train])
        assert found["best_params"][fold] == inner.best_params_
        assert found["best_score"][fold] == inner.best_score_
        assert found["test_score"][fold] == inner.score(X[test], y[test])
        np.testing.assert_array_equal(train, found["indices"]["train"][fold])


# ---- outside reference


def test_our_search_and_scikit_learns_choose_and_score_alike(blobs):
    X, y = blobs
    theirs = nested_cross_validate(reference.GridSearchCV(NearestMean(), GRID, cv=3), X, y, cv=4)
    found = nested_cross_validate(GridSearchCV(NearestMean(), GRID, cv=3), X, y, cv=4)
    assert theirs["best_params"] == found["best_params"]
    np.testing.assert_array_equal(theirs["best_score"], found["best_score"])
    np.testing.assert_array_equal(theirs["test_score"], found["test_score"])


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_outer_scores_are_those_of_scikit_learns_users(blobs, n_jobs):
    X, y = blobs
    search = reference.RandomizedSearchCV(NearestMean(), GRID, n_iter=2, random_state=0, cv=3)
    expected = reference.cross_validate(search, X, y, cv=4, scoring=["accuracy", "f1_macro"], return_train_score=True)
    found = nested_cross_validate(
        search, X, y, cv=4, scoring=["accuracy", "f1_macro"], return_train_score=True, n_jobs=n_jobs
    )
    for name in ("test_accuracy", "train_accuracy"):
        np.testing.assert_array_equal(expected[name], found[name])
    for name in ("test_f1_macro", "train_f1_macro"):
        np.testing.assert_allclose(expected[name], found[name], rtol=1e-14)  # round-off in the mean of three


# ---- laws


def test_choosing_among_useless_candidates_flatters_inside_and_not_outside(rng):
    # thirty models that guess: the best of them looks good on the inner folds only
    X, y = rng.normal(size=(60, 30)), np.tile([0, 1], 30)

    class OneColumn(NearestMean):
        def __init__(self, *, column=0, shift=0.0):
            super().__init__(shift=shift)
            self.column = column

        def fit(self, X, y):
            return super().fit(np.asarray(X)[:, [self.column]], y)

        def predict(self, X):
            return super().predict(np.asarray(X)[:, [self.column]])

    search = reference.GridSearchCV(OneColumn(), {"column": list(range(30))}, cv=3)
    found = nested_cross_validate(search, X, y, cv=5)
    assert found["best_score"].mean() > 0.6
    assert found["test_score"].mean() < found["best_score"].mean() - 0.1
    assert found["test_score"].mean() == cross_val_score(search, X, y, cv=5).mean()


def test_the_search_is_left_unfitted(blobs):
    X, y = blobs
    search = reference.GridSearchCV(NearestMean(), GRID, cv=3)
    nested_cross_validate(search, X, y, cv=2)
    assert not hasattr(search, "best_params_")


def test_groups_are_kept_whole_outside_and_inside(blobs, rng):
    X, y = blobs
    groups = rng.integers(0, 9, size=72)
    seen = []

    class Witness(reference.GroupKFold):
        def split(self, X, y=None, groups=None):
            seen.append(np.asarray(groups))
            return super().split(X, y, groups)

    search = reference.GridSearchCV(NearestMean(), GRID, cv=Witness(3))
    found = nested_cross_validate(search, X, y, cv=GroupKFold(3), groups=groups)
    for inner, train, test in zip(seen, found["indices"]["train"], found["indices"]["test"]):
        np.testing.assert_array_equal(groups[train], inner)
        assert not set(groups[train]) & set(groups[test])


# ---- edges and errors


def test_a_failed_search_has_no_best_params(blobs):
    X, y = blobs
    search = reference.GridSearchCV(FailsOn(poison=X[0, 0]), {"shift": [0.0]}, cv=2, error_score="raise")
    with pytest.warns(FitFailedWarning):
        found = nested_cross_validate(search, X, y, cv=3)
    failed = [best is None for best in found["best_params"]]
    assert sum(failed) == 2
    assert failed == np.isnan(found["best_score"]).tolist() == np.isnan(found["test_score"]).tolist()


def test_a_plain_model_is_no_search(blobs):
    X, y = blobs
    with pytest.raises(TypeError, match="NearestMean has no best_params_ after fit"):
        nested_cross_validate(NearestMean(), X, y)
