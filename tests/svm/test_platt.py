"""Platt scaling: by hand, naive twin, outside reference, laws, edges and errors."""

import warnings

import numpy as np
import pytest
import sklearn.svm as reference
from sklearn.datasets import load_breast_cancer, load_iris

from scratchml.svm import SVC
from scratchml.svm.draws import Draws
from scratchml.svm.kernels import GIVEN, Similarity
from scratchml.svm.platt import couple, evaluate, fit_sigmoid, held_out_decisions, sigmoids
from scratchml.svm.problem import Problem
from scratchml.svm.solver import Settings, solve

IRIS = load_iris(return_X_y=True)


def quietly(cls, X, y, **how):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # deprecated, there as here
        return cls(probability=True, random_state=0, **how).fit(X, y)


# ---- by hand


def test_the_formula_of_the_docstring():
    assert sigmoids(np.array([0.0, 2.0]), np.array(-1.0), np.array(0.0)).tolist() == [0.5, 1 / (1 + np.exp(-2.0))]
    loss, *others = evaluate(np.array([4.0]), np.array([0.75]), 0.0, 0.0)  # p = 1 / 2
    assert loss == pytest.approx(np.log(2.0))
    assert others[:2] == [4.0 * 0.25, 0.25]  # slope: sum of (f, 1) (t - p)
    assert others[2:] == [4.0, 1.0, 0.25]  # curvature: sum of (f, 1)(f, 1)' p (1 - p)


def test_coupling_probabilities_that_agree_gives_them_back():
    p = np.array([0.5, 0.3, 0.2])
    pairs = np.array([[0.5 / 0.8, 0.5 / 0.7, 0.3 / 0.5]])
    np.testing.assert_allclose(couple(pairs, 3), p[None], atol=0.005)  # where its iteration stops


# ---- naive twin


def test_the_sigmoid_is_the_best_of_a_fine_grid(rng):
    first = rng.random(80) < 0.5
    f = rng.normal(size=80) + first
    A, B = fit_sigmoid(f, first.astype(float))
    n = first.sum()
    target = np.where(first, (n + 1) / (n + 2), 1 / (80 - n + 2))

    def loss(a, b):
        p = 1 / (1 + np.exp(a * f + b))
        return -sum(t * np.log(q) + (1 - t) * np.log(1 - q) for t, q in zip(target, p))

    best = loss(A, B)
    for a in np.linspace(A - 1, A + 1, 21):
        for b in np.linspace(B - 1, B + 1, 21):
            assert best <= loss(a, b) + 1e-9  # rounding of the sums


def test_a_fold_is_judged_by_the_machine_of_the_others(rng):
    X, z = rng.normal(size=(30, 2)), np.where(np.arange(30) < 13, 1.0, -1.0)
    K, folds = np.exp(-((X[:, None] - X) ** 2).sum(axis=2)), rng.permutation(30) % 5
    settings, s = Settings(1e-10, -1, True, 2e8), Similarity(GIVEN, 0.0, 0.0, 0, 1.0)
    whole = Problem(s, K, z, np.minimum(z, 0.0), np.maximum(z, 0.0), 0.0)
    found = held_out_decisions(whole, settings, folds)
    for k in range(5):
        rest = np.flatnonzero(folds != k)
        part = Problem(s, K[np.ix_(rest, rest)], z[rest], whole.low[rest], whole.high[rest], 0.0)
        _, solution = solve(part, settings, 0)
        expected = K[np.ix_(folds == k, rest)] @ solution.b + solution.intercept
        np.testing.assert_allclose(found[folds == k], expected, rtol=0, atol=1e-8)  # both within 1e-10 of optimal


# ---- outside reference


def test_the_same_seed_gives_scikit_learns_sigmoids_and_probabilities():
    for X, y in (IRIS, load_breast_cancer(return_X_y=True)):
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        ours, theirs = (quietly(cls, X, y, tol=1e-7) for cls in (SVC, reference.SVC))
        np.testing.assert_allclose(ours._sigmoids[0], theirs._probA, atol=1e-5)  # float32 rows
        np.testing.assert_allclose(ours._sigmoids[1], theirs._probB, atol=1e-5)
        room = 0.0026 if len(ours.classes_) == 2 else 1e-5  # scikit-learn couples two classes too, to 0.005 / 2
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=room)


def test_shuffles_are_permutations_and_repeat():
    orders = []
    for _ in range(2):
        order = np.arange(1000)
        Draws(7).shuffle(order)
        orders.append(order)
    assert sorted(orders[0]) == list(range(1000))
    assert orders[0].tolist() == orders[1].tolist()


# ---- laws


def test_probabilities_add_up_to_one_and_follow_the_decision():
    X, y = IRIS
    model = quietly(SVC, X, y)
    P = model.predict_proba(X)
    np.testing.assert_allclose(P.sum(axis=1), 1.0, rtol=1e-12)
    assert (P >= 0).all()
    assert (P.argmax(axis=1) == model.predict(X)).mean() > 0.95
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), P, rtol=1e-12)
    two = quietly(SVC, X[:100] + 3 * np.random.default_rng(0).normal(size=(100, 4)), y[:100])
    f = two.decision_function(X)
    assert (np.diff(two.predict_proba(X)[np.argsort(f), 1]) >= 0).all()


# ---- edges and errors


def test_it_is_deprecated_as_in_scikit_learn():
    with pytest.warns(FutureWarning, match="deprecated in 1.9"):
        SVC(probability=False).fit(*IRIS)
    assert not hasattr(SVC(), "predict_proba")
    assert hasattr(SVC(probability=True), "predict_proba")


def test_a_class_with_one_row_gives_finite_probabilities():
    X, y = np.r_[IRIS[0][:20], IRIS[0][60:61]], np.r_[np.zeros(20), 1]
    assert np.isfinite(quietly(SVC, X, y).predict_proba(X)).all()
