"""Quicker ways to the same numbers, each beside the plainer one: rows or columns, products or singular values."""

import numpy as np
import pytest

from scratchml.linear_model import LinearRegression, Ridge, lasso_folds
from scratchml.linear_model.columns import prepare, quick_moments
from scratchml.linear_model.dense_rounds import look_at_all
from scratchml.linear_model.few_rows import row_factor, solve_by_rows
from scratchml.linear_model.folds import Fold
from scratchml.linear_model.linear_regression import Step
from scratchml.linear_model.problem import find_moments, make_problem, penalty_roots
from scratchml.linear_model.ridge_factors import dual_weights, ridge_factor


def largest_gap(a, b):
    return np.abs(a - b).max() / np.abs(b).max()


# ---- fewer rows than columns


@pytest.mark.parametrize("targets", [1, 3])
@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("kind", ["plain", "weights", "a row twice", "far from 0", "several blocks"])
def test_the_side_of_the_rows_gives_the_fit_of_the_side_of_the_columns(rng, monkeypatch, kind, centred, targets):
    X = rng.normal(size=(20, 1500 if kind == "several blocks" else 60)) + (1e3 if kind == "far from 0" else 0.0)
    Y = rng.normal(size=(20, targets)) + X[:, :1]
    weight = rng.uniform(size=20) if kind == "weights" else None
    if kind == "a row twice":
        X[7], Y[7] = X[3], Y[3]
    model = LinearRegression(fit_intercept=centred).fit(X, Y, weight)
    found = {name: getattr(model, name) for name in ("coef_", "intercept_", "rank_", "singular_")}
    monkeypatch.setattr("scratchml.linear_model.linear_regression.row_factor", lambda *args: None)
    expected = LinearRegression(fit_intercept=centred, solver="svd").fit(X, Y, weight)
    assert found["rank_"] == expected.rank_ == 20 - (kind == "a row twice") - centred
    far = 1e3 if kind == "far from 0" else 1.0
    assert largest_gap(found["coef_"], expected.coef_) <= 1e-12 * far  # a condition below 1e3, and rounding
    np.testing.assert_allclose(found["intercept_"], expected.intercept_, rtol=0, atol=1e-11 * far**2)
    assert largest_gap(found["singular_"], expected.singular_) <= 1e-13 * far  # of products, as `LinearRegression` says


@pytest.mark.parametrize("alpha", [1e-2, 1.0, 1e3])
@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_dual_weights_row_factors_and_column_factors_agree_for_ridge(rng, weighted, centred, alpha):
    X, Y = rng.normal(size=(25, 70)) + 0.3, rng.normal(size=(25, 2))
    p = make_problem(X, Y, rng.uniform(0.1, 1.0, size=25) if weighted else None, centred, None)
    p = p._replace(ridge=penalty_roots(p, alpha))
    found = find_moments(p, False)
    w, error = dual_weights(p, found, 1e-10)
    assert error <= 1e-10
    basis = ridge_factor(p, found, "svd").basis
    start = Step("gram", 25, found.mean_x, found.mean_y)
    for solver in ("auto", "svd"):
        *_, by_rows = solve_by_rows(p, found, start, row_factor(p, found, solver))
        for by_columns in (basis @ (basis.T @ found.moment), w):
            assert largest_gap(by_rows.w, by_columns) <= 1e-11  # a condition below 1e5


@pytest.mark.parametrize(("n", "d"), [(30, 80), (300, 260)])  # the dual system, and the primal one
def test_ridge_without_a_factor_is_ridge_with_one(rng, monkeypatch, n, d):
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    found = Ridge(0.5).fit(X, y).coef_
    calls = []
    monkeypatch.setattr("scratchml.linear_model.ridge.quick_weights", lambda *args: calls.append(1))
    assert largest_gap(found, Ridge(0.5).fit(X, y).coef_) <= 1e-11  # a condition below 1e4
    assert calls


# ---- moments for the lasso


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_quick_moments_are_the_moments_but_for_last_digits(rng, weighted, centred, order):
    X = np.array(rng.normal(size=(3000, 7)) + rng.uniform(-5.0, 5.0, size=7), order=order)
    X, y = X[np.argsort(X[:, 0])] if order == "C" else X, rng.normal(size=3000) + 9.0  # sorted: the first rows mislead
    p = make_problem(X, y, rng.uniform(size=3000) if weighted else None, centred, None)
    found, expected = quick_moments(p), find_moments(p, True)
    assert found.total == pytest.approx(expected.total, rel=1e-14)
    for name in ("mean_x", "mean_y", "gram", "moment"):
        a, b = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12 * expected.total)  # rounding of 3000 sums


def test_a_look_at_all_columns_sees_what_a_look_at_those_in_play_does(rng):
    X, y = rng.normal(size=(90, 150)) + 1.0, rng.normal(size=90)
    X[:, 4] = 2.0
    columns, w = prepare(X, y, None, True, False), np.where(rng.random(150) < 0.5, rng.normal(size=150), 0.0)
    w[4] = 0.0
    target = columns.target(0)
    c, square, r = look_at_all(columns, w, target)
    A, b = X - X.mean(axis=0), y - y.mean()
    columns.take_in(np.flatnonzero(w))
    for found in ((c, square), columns.look(w, target)[:2]):
        np.testing.assert_allclose(found[0], A.T @ (b - A @ w), rtol=0, atol=1e-11)  # sums of 90 of about 10
        assert found[1] == pytest.approx(((b - A @ w) ** 2).sum(), rel=1e-12)
    assert c[4] == 0.0
    np.testing.assert_allclose(r - r.mean(), b - A @ w, rtol=0, atol=1e-12)


@pytest.mark.parametrize("precompute", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
def test_rows_left_out_of_a_fold_are_as_good_as_rows_of_no_weight(rng, monkeypatch, weighted, precompute):
    X, y = rng.normal(size=(60, 12)) + 0.5, rng.normal(size=60)
    weight = rng.uniform(size=60) if weighted else None
    fold = Fold(np.flatnonzero(np.arange(60) % 4), np.arange(0, 60, 4))
    alphas = np.array([0.3, 0.1, 0.02])
    rules = lasso_folds.Rules(1e-12, 10_000, None)
    found = []
    for room in (2**19, 0):
        monkeypatch.setattr(lasso_folds, "SMALL_ENOUGH", room)
        task = lasso_folds.Task(fold, None, alphas, 0.7, rules)
        score, path = lasso_folds.score_path(task, X, y, weight, (True, precompute, False))
        found.append((score, path.coefs))
    np.testing.assert_allclose(found[1][1], found[0][1], rtol=0, atol=1e-6)  # the root of the gap's tolerance
    np.testing.assert_allclose(found[1][0], found[0][0], rtol=1e-6)  # as exact as the weights
