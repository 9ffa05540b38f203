"""Proximal Newton for logistic regression: by hand, naive twin, outside reference, laws, edges."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_digits
from threadpoolctl import ThreadpoolController

import tests.naive.linear_model.proximal_newton as naive
from scratchml.core import record
from scratchml.linear_model import LogisticRegression, proximal_newton
from scratchml.linear_model.logistic_options import Strength
from scratchml.linear_model.logistic_problem import hessian
from scratchml.linear_model.logistic_regression import make_task

ONE_THREAD = ThreadpoolController()


def made(rng, n, d, k, noise=1.0):
    X, W = rng.normal(size=(n, d)), rng.normal(size=(d, k))
    return X, np.argmax(X @ W + noise * rng.gumbel(size=(n, k)), axis=1)


def steps_of(X, y, C, l1_ratio=1.0, tol=1e-4, max_iter=100, weight=None, centred=True):
    task = make_task(X, y, len(np.unique(y)), weight, Strength(C, l1_ratio), centred, None)
    return list(proximal_newton.proximal_newton(task.problem, task.start, max_iter, tol, task.penalty))


def objective(coef, intercept, X, y, C, l1_ratio=1.0, weight=None):
    Z = X @ coef.T + intercept
    Z = np.column_stack([np.zeros(len(Z)), Z]) if Z.shape[1] == 1 else Z
    weight = np.ones(len(y)) if weight is None else weight
    top = Z.max(axis=1)
    loss = top + np.log(np.exp(Z - top[:, None]).sum(axis=1)) - Z[np.arange(len(y)), y]
    size = l1_ratio * np.abs(coef).sum() + (1 - l1_ratio) / 2 * (coef**2).sum()
    return (weight @ loss + size / C) / weight.sum()


# ---- by hand


def test_one_column_of_signs_on_paper():
    # x = -1 or 1, four rows each, 3 of 4 on their side: slope of the mean loss at w = 0 is -1/4. With l1 = 1/8,
    # 1 / (1 + exp(w)) - 1/4 = ... the mean slope sigmoid(w) - 3/4 = -1/8, so sigmoid(w) = 5/8 and w = log(5/3)
    x = np.repeat([-1.0, 1.0], 4)[:, None]
    y = np.array([0, 0, 0, 1, 1, 1, 1, 0])
    last = steps_of(x, y, C=1.0)[-1]  # l1 = 1 / (C n)
    np.testing.assert_allclose(last.coef, [[np.log(5 / 3)]], rtol=1e-9)  # quadratic convergence: more than tol asks
    np.testing.assert_allclose(last.intercept, [0.0], atol=1e-15)
    assert steps_of(x, y, C=0.49)[-1].coef.tolist() == [[0.0]]  # l1 above 1/4


@pytest.mark.parametrize("k", [2, 4])
def test_the_matrix_in_play_is_the_hessian_of_the_loss(rng, k):
    X, y = made(rng, 60, 5, k)
    p = make_task(X, y, k, rng.uniform(size=60), Strength(1.0, 1.0), True, None).problem
    W = rng.normal(size=p.shape)
    wanted = np.ones((p.k, 5))
    wanted[0, 2] = 0.0  # one is left out
    play = proximal_newton.choose_play(p, np.zeros((p.k, 5)), wanted)
    found = proximal_newton.hessian_in_play(p, W, np.zeros(5), play)
    chosen = play.cls * 6 + play.feature
    np.testing.assert_allclose(found, hessian(p, W)[np.ix_(chosen, chosen)], rtol=0, atol=1e-14)  # entries below 1


# ---- naive twin


@pytest.mark.parametrize(("k", "l1_ratio"), [(2, 1.0), (3, 1.0), (3, 0.5)])
def test_agrees_with_the_naive_twin(rng, k, l1_ratio):
    X, y = made(rng, 12, 2, k)
    C = 0.5
    price = 1 / (C * 12)
    if k == 2:  # two rows of weights, each half as large, stand for one: |w| / 2 twice is |w|; of squares no such law
        w, b, _ = naive.proximal_gradient(X.tolist(), y.tolist(), 2, price, 0.0, 0.5, 2000)
        w, b = np.array(w), np.array(b)
        w, b = w[1:] - w[:1], b[1:] - b[:1]
    else:
        share = (price * l1_ratio, price * (1 - l1_ratio))
        w, b, value = naive.proximal_gradient(X.tolist(), y.tolist(), k, *share, 0.5, 2000)
        assert steps_of(X, y, C, l1_ratio)[-1].loss == pytest.approx(value, rel=1e-9)  # its 2000 steps
    last = steps_of(X, y, C, l1_ratio, tol=1e-9)[-1]
    np.testing.assert_allclose(last.coef, w, atol=1e-5)
    np.testing.assert_allclose(last.intercept, b, atol=1e-5)


# ---- outside reference


@pytest.mark.parametrize("load", [load_breast_cancer, load_digits])
@pytest.mark.filterwarnings("ignore")  # scikit-learn's epochs run out
def test_with_defaults_the_objective_is_below_scikit_learns(load):
    X, y = load(return_X_y=True)
    X = X[:300] / np.maximum(np.abs(X).max(axis=0), 1e-9)
    y = y[:300]
    for C, l1_ratio in ((0.1, 1.0), (1.0, 1.0), (10.0, 0.5)):
        how = {"C": C, "l1_ratio": l1_ratio, "solver": "saga", "random_state": 0}
        ours = LogisticRegression(**how).fit(X, y)
        with ONE_THREAD.limit(limits=1):
            theirs = reference.LogisticRegression(**how).fit(X, y)
        ours, theirs = (objective(m.coef_, m.intercept_, X, y, C, l1_ratio) for m in (ours, theirs))
        assert ours <= theirs * (1 + 1e-8)


def test_coefficients_are_sagas_at_the_end(rng):
    X, y = made(rng, 80, 5, 3)
    how = {"C": 0.3, "l1_ratio": 0.7, "solver": "saga", "random_state": 0, "tol": 1e-10, "max_iter": 10**5}
    ours, theirs = LogisticRegression(**how).fit(X + 3, y), reference.LogisticRegression(**how).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-7)  # its tol / curvature
    assert ((ours.coef_ == 0) == (theirs.coef_ == 0)).all()
    np.testing.assert_allclose(ours.predict_proba(X + 3), theirs.predict_proba(X), atol=1e-7)


# ---- laws


@given(seed=st.integers(0, 10**6), k=st.integers(2, 4), ratio=st.sampled_from([0.1, 0.7, 1.0]), logC=st.integers(-2, 3))
@settings(max_examples=25)
def test_the_objective_falls_to_where_no_slope_is_left(seed, k, ratio, logC):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 30, 6, k)
    X[:, 1] = X[:, 0]  # a column twice
    X[:, 2] = 5.0  # a constant one
    y[:k] = np.arange(k)
    weight = rng.integers(1, 3, size=30).astype(float)
    path = steps_of(X, y, 10.0**logC, ratio, weight=weight)
    values = [s.loss for s in path]
    assert all(b <= a for a, b in pairwise(values))
    last = path[-1]
    assert last.converged
    assert last.gradient_norm <= 1e-4
    found = objective(last.coef, last.intercept, X, y, 10.0**logC, ratio, weight)
    assert last.loss == pytest.approx(found, rel=1e-12)
    exact = steps_of(X, y, 10.0**logC, ratio, tol=1e-9, weight=weight)[-1]
    assert last.loss <= exact.loss * (1 + 1e-8)
    assert (last.coef[:, 2] == 0.0).all()


@given(seed=st.integers(0, 10**6))
@settings(max_examples=8)
def test_units_shifts_rows_twice_and_order_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    X, y = made(rng, 30, 4, 3)
    y[:3] = np.arange(3)
    order = rng.permutation(4)
    plain = steps_of(X, y, 1.0, tol=1e-10)[-1]
    shifted = steps_of(X[:, order] + 7.0, y, 1.0, tol=1e-10)[-1]
    np.testing.assert_allclose(shifted.coef, plain.coef[:, order], atol=1e-6)  # tol / curvature
    twice = steps_of(np.vstack([X, X[:9]]), np.r_[y, y[:9]], 1.0, tol=1e-10)[-1]
    weighted = steps_of(X, y, 1.0, tol=1e-10, weight=np.r_[np.full(9, 2.0), np.ones(21)])[-1]
    np.testing.assert_allclose(twice.coef, weighted.coef, atol=1e-6)


# ---- edges and errors


def test_a_penalty_too_large_for_any_coefficient_ends_at_once(rng):
    X, y = made(rng, 50, 4, 3)
    path = steps_of(X, y, C=1e-8)
    assert path[-1].converged
    assert not path[-1].coef.any()
    shares = np.exp(path[-1].intercept) / np.exp(path[-1].intercept).sum()
    np.testing.assert_allclose(shares, np.bincount(y) / 50, rtol=1e-9)


@pytest.mark.parametrize("exponent", [-150, 0, 150])
def test_scales_far_from_one_and_fewer_rows_than_columns(rng, exponent):
    X, y = made(rng, 30, 60, 2)
    X *= 10.0**exponent
    last = steps_of(X, y, C=10.0 ** (5 - exponent))[-1]
    assert last.converged
    assert np.isfinite(last.coef).all()


def test_more_than_may_be_in_play_come_in_one_after_the_other(rng, monkeypatch):
    X, y = made(rng, 40, 30, 3)
    all_at_once = steps_of(X, y, 5.0)[-1]
    monkeypatch.setattr(proximal_newton, "FIRST_IN_PLAY", 10)
    few = steps_of(X, y, 5.0)
    assert few[-1].converged
    assert few[-1].loss == pytest.approx(all_at_once.loss, rel=1e-8)  # what may be left
    assert np.count_nonzero(few[1].coef) <= 10


def test_it_goes_without_intercept_and_its_steps_are_the_estimators(rng):
    X, y = made(rng, 40, 3, 2)
    model = LogisticRegression(solver="saga", l1_ratio=1.0, fit_intercept=False)
    path = record(model.steps(X, y))
    assert [s.name for s in path[:2]] == ["start", "update"]
    assert path[-1].intercept.tolist() == [0.0]
    assert model.fit(X, y).certify(X, y).gradient <= 1e-4
