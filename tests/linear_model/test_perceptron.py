"""Perceptron: by hand, naive twin (fractions), outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits

import tests.naive.linear_model.perceptron as naive
from scratchml.core import record
from scratchml.linear_model import Perceptron, SGDClassifier

seeds = st.integers(0, 10**6)


def separable(rng, n=30, d=3):
    """Return whole numbers X and y = -1 or 1 that a plane separates with a gap."""
    u = rng.integers(-5, 6, size=d) + 0.5
    X = rng.integers(-9, 10, size=(8 * n, d)).astype(float)
    X = X[np.abs(X @ u + 1) > 2][:n]
    y = np.where(X @ u + 1 > 0, 1, -1)
    return X, np.r_[y[:-2], 1, -1][: len(X)] if len(set(y.tolist())) == 1 else y, np.r_[u, 1.0]


# ---- by hand


def test_rosenblatts_rule_on_paper():
    # (1, 2) y 1: on the plane, so w = (1, 2), b = 1. (2, 0) y -1: z = 3, so w = (-1, 2), b = 0.
    # (0, 1) y 1: z = 2, right. Second epoch: (1, 2): z = 3, right; (2, 0): z = -2, right; (0, 1): right.
    X, y = [[1.0, 2.0], [2.0, 0.0], [0.0, 1.0]], [1, -1, 1]
    path = record(Perceptron(shuffle=False).mistakes(X, y))
    assert [(m.epoch, m.row, m.y, m.w.tolist(), m.b) for m in path] == [
        (1, 0, 1.0, [1.0, 2.0], 1.0),
        (1, 1, -1.0, [-1.0, 2.0], 0.0),
    ]
    model = Perceptron(shuffle=False).fit(X, y)
    assert model.coef_.tolist() == [[-1.0, 2.0]]
    assert model.intercept_.tolist() == [0.0]


def test_and_is_learned_and_exclusive_or_is_not():
    X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    assert Perceptron().fit(X, [0, 0, 0, 1]).score(X, [0, 0, 0, 1]) == 1.0
    assert Perceptron().fit(X, [0, 1, 1, 0]).score(X, [0, 1, 1, 0]) < 1.0  # no plane separates it


# ---- naive twin


@given(seeds)
def test_every_mistake_is_the_naive_twins(seed):
    rng = np.random.default_rng(seed)
    X, y, _ = separable(rng)
    if len(set(y.tolist())) == 1:
        return
    model = Perceptron(shuffle=False, max_iter=4, tol=None)
    w, b, expected = naive.perceptron(X.tolist(), y.tolist(), 4)
    found = record(model.mistakes(X, y))
    assert [(m.epoch, m.row) for m in found] == expected
    assert found[-1].w.tolist() == [float(v) for v in w]  # whole numbers: nothing is rounded
    assert found[-1].b == float(b)
    assert model.fit(X, y).coef_[0].tolist() == found[-1].w.tolist()


# ---- outside reference


@pytest.mark.parametrize("how", [{}, {"penalty": "l2"}, {"penalty": "l1", "eta0": 0.1}, {"penalty": "elasticnet"}])
def test_digits_are_learned_with_scikit_learns_weights(how):
    X, y = load_digits(return_X_y=True)
    ours, theirs = (m(max_iter=20, tol=None, **how).fit(X, y) for m in (Perceptron, reference.Perceptron))
    assert ours.coef_.tobytes() == theirs.coef_.tobytes()
    assert ours.intercept_.tobytes() == theirs.intercept_.tobytes()
    assert (ours.n_iter_, ours.t_) == (theirs.n_iter_, theirs.t_)
    assert ours.predict(X).tolist() == theirs.predict(X).tolist()


def test_it_stops_where_scikit_learns_does():
    X, y = load_digits(return_X_y=True)
    for how in ({}, {"early_stopping": True}, {"class_weight": "balanced", "n_iter_no_change": 2}):
        ours, theirs = (m(**how).fit(X, y == 8) for m in (Perceptron, reference.Perceptron))
        assert ours.n_iter_ == theirs.n_iter_
        assert ours.coef_.tobytes() == theirs.coef_.tobytes()


# ---- laws


@given(seeds)
def test_novikoffs_bound_on_mistakes(seed):
    rng = np.random.default_rng(seed)
    X, y, u = separable(rng, 20)
    if len(set(y.tolist())) == 1:
        return
    rows = np.column_stack([X, np.ones(len(X))])
    gap = (y * (rows @ u)).min() / np.linalg.norm(u)
    if gap <= 0:  # a label was turned to have two classes
        return
    radius = np.linalg.norm(rows, axis=1).max()
    mistakes = record(Perceptron(tol=None, max_iter=30, random_state=seed).mistakes(X, y))
    assert len(mistakes) <= (radius / gap) ** 2
    for t, mistake in enumerate(mistakes, start=1):  # the two inequalities of the proof
        w = np.r_[mistake.w, mistake.b]
        assert w @ u / np.linalg.norm(u) >= t * gap * (1 - 1e-12)
        assert w @ w <= t * radius**2 * (1 + 1e-12)


@given(seeds, st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_the_length_of_steps_only_scales_the_weights(seed, eta0):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 3)), np.arange(30) % 2
    expected, found = (Perceptron(eta0=e, tol=None, max_iter=5).fit(X, y) for e in (1.0, eta0))
    assert (found.coef_ / eta0).tobytes() == expected.coef_.tobytes()  # powers of two: the same bits


@given(seeds)
def test_it_is_the_classifier_with_that_loss(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 3)), np.arange(30) % 3
    how = {"penalty": None, "learning_rate": "constant", "eta0": 1.0, "random_state": 0, "tol": None, "max_iter": 5}
    expected = SGDClassifier("perceptron", **how).fit(X, y)
    assert Perceptron(tol=None, max_iter=5).fit(X, y).coef_.tobytes() == expected.coef_.tobytes()


def test_mistake_by_mistake_ends_where_fit_ends_to_the_last_bit(rng):
    X, y = rng.normal(size=(60, 4)), np.arange(60) % 2
    for how in ({}, {"penalty": "l2", "alpha": 0.01}, {"early_stopping": True}):
        *_, last = Perceptron(**how).mistakes(X, y)
        model = Perceptron(**how).fit(X, y)
        if not how.get("penalty"):  # with one, w shrinks after the last mistake, too
            assert last.w.tobytes() == model.coef_[0].tobytes()
        assert last.b == model.intercept_[0]


# ---- edges and errors


def test_no_mistakes_are_told_of_three_classes():
    with pytest.raises(ValueError, match="3 classes"):
        Perceptron().mistakes([[0.0], [1.0], [2.0]], [0, 1, 2])


def test_one_class_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="greater than one; got 1 class"):
        Perceptron().fit([[0.0], [1.0]], ["a", "a"])


def test_l1_ratio_none_is_for_the_others():
    with pytest.raises(TypeError, match="l1_ratio"):
        Perceptron(l1_ratio=None).fit([[0.0], [1.0]], [0, 1])
