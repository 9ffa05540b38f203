"""AdaBoostClassifier: by hand, naive twin, outside reference, laws, edges and errors."""

import itertools

import numpy as np
import pytest
import sklearn.ensemble as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

import tests.naive.ensemble.ada_boost as naive
from scratchml.core import record
from scratchml.ensemble import AdaBoostClassifier
from scratchml.ensemble.ada_boost import raise_weights, vote_weight
from scratchml.tree import DecisionTreeClassifier
from tests.ensemble.test_forests import problem

# ---- by hand


def test_two_rounds_on_paper():
    # the stump says a, b, b, b: row 3 is wrong, e = 1/4, alpha = log 3; its weight becomes 3 / (1 + 1 + 1 + 3) = 1/2
    X, y = [[1.0], [2.0], [3.0], [4.0]], ["a", "b", "a", "b"]
    first, second = record(AdaBoostClassifier(n_estimators=2).steps(X, y))
    assert first.is_wrong.sum() == 1
    assert first.error == 0.25
    assert first.alpha == pytest.approx(np.log(3), rel=1e-15)
    expected = np.where(first.is_wrong, 1 / 2, 1 / 6)
    np.testing.assert_allclose(second.weight, expected, rtol=1e-15)  # exp(log) rounds


def test_the_formulas_of_the_docstring_hold():
    assert vote_weight(0.2, 2, 1.0) == pytest.approx(np.log(4), rel=1e-15)
    assert vote_weight(0.2, 4, 0.5) == pytest.approx(0.5 * np.log(12), rel=1e-15)
    found = raise_weights(np.array([0.5, 0.25, 0.0]), np.array([True, False, True]), np.log(3))
    np.testing.assert_allclose(found, [1.5, 0.25, 0.0], rtol=1e-15)


# ---- naive twin


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_naive_twin_decides_the_same(n_classes):
    X, y, _ = problem(2, n=60, d=3)
    y = np.minimum(y, n_classes - 1)
    rounds = naive.boost(X.astype(np.float32).astype(float).tolist(), y.tolist(), 5)
    model = AdaBoostClassifier(n_estimators=5, random_state=0).fit(X, y)
    np.testing.assert_allclose(model.estimator_weights_, [alpha for _, alpha in rounds], rtol=1e-10)  # sums of weights
    expected = np.array([naive.decide(rounds, row, list(range(n_classes))) for row in X])
    found = model.decision_function(X)
    np.testing.assert_allclose(
        found, expected[:, 1] - expected[:, 0] if n_classes == 2 else expected, atol=1e-10, rtol=0
    )


# ---- outside reference


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    "how", [{}, {"learning_rate": 0.5}, {"estimator": DecisionTreeClassifier(max_depth=2, max_features=2)}], ids=str
)
def test_scikit_learns_rounds(n_classes, weighted, how):
    X, y, _ = problem()
    y = np.array(["b", "a", "c"])[np.minimum(y, n_classes - 1)]
    weight = np.arange(1.0, 151) if weighted else None
    models = [
        kind(n_estimators=12, random_state=4, **how) for kind in (AdaBoostClassifier, reference.AdaBoostClassifier)
    ]
    ours, theirs = (model.fit(X, y, weight) for model in models)
    for name in ("estimator_weights_", "estimator_errors_", "feature_importances_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-12, atol=0)  # sums of weights
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    for name in ("decision_function", "predict_proba", "predict_log_proba"):
        np.testing.assert_allclose(getattr(ours, name)(X), getattr(theirs, name)(X), rtol=1e-12, atol=1e-14)
    for name in ("staged_decision_function", "staged_predict_proba"):
        for a, b in zip(getattr(ours, name)(X), getattr(theirs, name)(X)):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)  # sums in another order
    np.testing.assert_array_equal(list(ours.staged_score(X, y)), list(theirs.staged_score(X, y)))


def test_another_librarys_estimator_is_boosted():
    X, y, _ = problem()
    ours = AdaBoostClassifier(LogisticRegression(), n_estimators=4).fit(X, y)
    theirs = reference.AdaBoostClassifier(LogisticRegression(), n_estimators=4).fit(X, y)
    np.testing.assert_allclose(ours.decision_function(X), theirs.decision_function(X), rtol=1e-9, atol=1e-12)
    with pytest.raises(AttributeError, match="feature_importances_"):
        _ = ours.feature_importances_


# ---- laws


@given(st.integers(0, 10**6))
def test_after_a_round_the_rows_got_wrong_weigh_one_half(seed):
    # for two classes and learning rate 1: the last stump is as good as a coin for the new weights
    X, y, _ = problem(seed, n=50, d=3)
    steps = record(AdaBoostClassifier(n_estimators=4).steps(X, y > 0))
    for before, after in itertools.pairwise(steps):
        assert after.weight[before.is_wrong].sum() == pytest.approx(0.5, abs=1e-12)  # rounding


# ---- edges and errors


def test_a_perfect_round_ends_the_fit():
    model = AdaBoostClassifier().fit([[1.0], [2.0]], [0, 1])
    assert len(model) == 1
    assert model.estimator_weights_[:2].tolist() == [1.0, 0.0]
    assert model.estimator_errors_[:2].tolist() == [0.0, 1.0]


def test_one_class_is_always_said():
    model = AdaBoostClassifier().fit([[1.0], [2.0]], ["a", "a"])
    assert model.predict([[7.0]]).tolist() == ["a"]
    assert model.predict_proba([[7.0]]).tolist() == [[1.0]]


def test_messages_name_the_remedy():
    with pytest.raises(ValueError, match="worse than random"):
        AdaBoostClassifier().fit(np.ones((4, 1)), [0, 1, 0, 1])
    with pytest.raises(ValueError, match="sample_weight"):
        AdaBoostClassifier(KNeighborsClassifier()).fit([[1.0], [2.0]], [0, 1])
