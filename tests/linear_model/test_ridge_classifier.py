"""RidgeClassifier and RidgeClassifierCV: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import StratifiedKFold

import tests.naive.linear_model.ridge_classifier as naive
from scratchml.linear_model import Ridge, RidgeClassifier, RidgeClassifierCV
from scratchml.linear_model.ridge_classifier import signs

ALPHAS = (0.01, 1.0, 100.0)
seeds = st.integers(0, 10**6)


def problem(rng, classes, n=40):
    y = np.arange(n) % classes
    return rng.normal(size=(n, 3)) + y[:, None] * [1.0, -0.5, 0.2], y


# ---- by hand


def test_two_points_on_each_side_on_paper():
    # x = -2, -1, 1, 2 and signs -, -, +, +: X'X = 10, X'Y = 6; alpha 2: w = 1/2, b = 0
    X, y = [[-2.0], [-1.0], [1.0], [2.0]], ["no", "no", "yes", "yes"]
    model = RidgeClassifier(2.0).fit(X, y)
    np.testing.assert_allclose(model.coef_, [0.5], rtol=1e-15)  # sqrt(2)^2 is rounded
    assert abs(model.intercept_[0]) <= 1e-16
    assert model.predict([[-0.1], [3.0]]).tolist() == ["no", "yes"]


def test_signs_of_two_and_three_classes():
    assert signs(np.array([0, 1]), 2).tolist() == [[-1], [1]]
    assert signs(np.array([0, 2, 1]), 3).tolist() == [[1, -1, -1], [-1, -1, 1], [-1, 1, -1]]


# ---- naive twin


@pytest.mark.parametrize("classes", [2, 3])
def test_agrees_with_the_naive_twin(rng, classes):
    X, y = problem(rng, classes, 18)
    rows = rng.normal(size=(50, 3)) * 2
    assert RidgeClassifier(0.5).fit(X, y).predict(rows).tolist() == naive.decide(X, y.tolist(), 0.5, rows)


# ---- outside reference


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
@pytest.mark.parametrize("class_weight", [None, "balanced", {0: 2.0}])
def test_equals_scikit_learns(rng, load, class_weight):
    X, y = load(return_X_y=True)
    weight = rng.random(len(X))
    ours, theirs = (
        m(2.0, class_weight=class_weight).fit(X, y, weight) for m in (RidgeClassifier, reference.RidgeClassifier)
    )
    expected = theirs.decision_function(X)
    np.testing.assert_allclose(ours.decision_function(X), expected, atol=1e-7)  # theirs is not refined; condition 1e6
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    for name in ("coef_", "intercept_", "classes_"):
        assert np.shape(getattr(ours, name)) == np.shape(getattr(theirs, name)), name


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("cv", [None, 4, StratifiedKFold(3, shuffle=True, random_state=0)])
def test_the_choice_equals_scikit_learns(rng, classes, cv):
    X, y = problem(rng, classes)
    weight = rng.random(40) + 0.1
    for scoring in (None, "accuracy") if cv is not None or classes > 2 else (None,):  # theirs fails on two classes
        ours, theirs = (
            m(ALPHAS, cv=cv, scoring=scoring, class_weight="balanced", store_cv_results=cv is None).fit(X, y, weight)
            for m in (RidgeClassifierCV, reference.RidgeClassifierCV)
        )
        assert ours.alpha_ == theirs.alpha_
        assert ours.best_score_ == pytest.approx(theirs.best_score_, rel=1e-11)  # condition about 100
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10, atol=1e-13)
        if cv is None:
            np.testing.assert_allclose(ours.cv_results_, theirs.cv_results_, rtol=1e-10, atol=1e-13)


def test_scikit_learns_scorers_are_welcome(rng):
    X, y = problem(rng, 2)
    scorer = make_scorer(accuracy_score)
    found = RidgeClassifierCV(ALPHAS, scoring=scorer).fit(X, y)
    assert found.best_score_ == RidgeClassifierCV(ALPHAS, scoring="accuracy").fit(X, y).best_score_


# ---- laws


@given(seeds)
def test_it_is_ridge_on_signs(seed):
    rng = np.random.default_rng(seed)
    X, y = problem(rng, 2, 20)
    expected = Ridge(0.3).fit(X, 2.0 * y - 1.0)
    np.testing.assert_array_equal(RidgeClassifier(0.3).fit(X, y).decision_function(X), expected.predict(X))


@given(seeds)
def test_names_of_classes_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    X, y = problem(rng, 3, 21)
    names = np.array(["a", "b", "c"])
    expected = RidgeClassifierCV(ALPHAS, scoring="accuracy").fit(X, y)
    found = RidgeClassifierCV(ALPHAS, scoring="accuracy").fit(X, names[y])
    assert (found.alpha_, found.best_score_) == (expected.alpha_, expected.best_score_)
    np.testing.assert_array_equal(found.predict(X), names[expected.predict(X)])


# ---- edges and errors


@pytest.mark.parametrize("cls", [RidgeClassifier, RidgeClassifierCV])
def test_a_single_class_is_an_error(cls):
    with pytest.raises(ValueError, match="at least two classes"):
        cls().fit([[1.0], [2.0]], ["a", "a"])


def test_more_folds_than_rows_of_every_class_are_an_error(rng):
    X, y = problem(rng, 2, 8)
    with pytest.raises(ValueError, match="n_splits=5"):
        RidgeClassifierCV(cv=5).fit(X, y)
    with pytest.raises(ValueError, match="incompatible"):
        RidgeClassifierCV(cv=2, store_cv_results=True).fit(X, y)
