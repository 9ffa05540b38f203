"""RFECV: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.feature_selection as reference
from sklearn.datasets import load_breast_cancer, load_diabetes

import tests.naive.feature_selection.rfecv as naive
from scratchml.core import record
from scratchml.feature_selection import RFECV
from scratchml.feature_selection.rfecv import Fold, best_count
from scratchml.linear_model import LinearRegression, Ridge, RidgeClassifier
from scratchml.model_selection import GroupKFold

# ---- by hand


def test_the_best_number_on_paper():
    def fold(scores):
        return Fold(np.array([3, 2, 1]), np.array(scores), np.ones((3, 3), bool), np.ones((3, 3), int))

    assert best_count([fold([1.0, 0.0, 0.5]), fold([0.0, 1.5, 0.5])]) == 2  # totals 1, 1.5, 1
    assert best_count([fold([1.0, 0.0, 1.0])]) == 1  # of equal ones the fewest


# ---- naive twin


def test_the_number_kept_agrees_with_the_naive_twin(rng):
    X = rng.normal(size=(30, 5))
    y = X @ [2.0, 0, -1, 0, 0.3] + rng.normal(size=30)
    folds = [list(range(i, i + 10)) for i in (0, 10, 20)]
    assert RFECV(LinearRegression(), cv=3).fit(X, y).n_features_ == naive.best_count(X, y, folds)


# ---- outside reference


@pytest.mark.parametrize("how", [{}, {"step": 3, "min_features_to_select": 2}, {"scoring": "r2", "cv": 3, "n_jobs": 2}])
def test_the_same_results_as_scikit_learns(how):
    for loader, model in ((load_diabetes, Ridge()), (load_breast_cancer, RidgeClassifier())):
        X, y = loader(return_X_y=True)
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        ours = RFECV(model, **how).fit(X, y)
        theirs = reference.RFECV(model, **{**how, "n_jobs": None}).fit(X, y)
        assert ours.ranking_.tolist() == theirs.ranking_.tolist()
        assert ours.cv_results_.keys() == theirs.cv_results_.keys()
        for key, expected in theirs.cv_results_.items():
            np.testing.assert_allclose(ours.cv_results_[key], expected, rtol=1e-12, atol=1e-14)  # layout of X
        assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-12, abs=0)  # same


# ---- laws


def test_each_fold_is_a_step_and_threads_do_not_change_a_bit(rng):
    X = rng.normal(size=(40, 4))
    y = X[:, 0] + 0.1 * rng.normal(size=40)
    rounds = record(RFECV(Ridge(), cv=4).steps(X, y))
    assert [r.name for r in rounds] == ["fold"] * 4 + ["fit"]
    found = [RFECV(Ridge(), cv=4, n_jobs=jobs).fit(X, y).cv_results_["mean_test_score"].tobytes() for jobs in (1, 3)]
    assert found[0] == found[1]


# ---- edges and errors


def test_groups_reach_the_splitter(rng):
    X, groups = rng.normal(size=(12, 3)), np.repeat([0, 1, 2], 4)
    chosen = RFECV(Ridge(), cv=GroupKFold(3)).fit(X, X[:, 1], groups=groups)
    assert chosen.support_[1]


def test_what_is_wrong_is_named(rng):
    X, y = rng.normal(size=(12, 3)), np.arange(12.0)
    with pytest.raises(ValueError, match="min_features_to_select"):
        RFECV(Ridge(), min_features_to_select=0).fit(X, y)
    with pytest.raises(ValueError, match="scoring"):
        RFECV(Ridge(), scoring="best").fit(X, y)
    with pytest.warns(UserWarning, match="min_features_to_select=5 > n_features=3"):
        assert RFECV(Ridge(), min_features_to_select=5).fit(X, y).n_features_ == 3
