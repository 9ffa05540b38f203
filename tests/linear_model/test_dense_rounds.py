"""Rounds of passes of a lasso with many weights: by hand, naive twin, laws, edges."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.linear_model as reference
from numpy.testing import assert_allclose, assert_array_equal

import tests.naive.linear_model.lasso as naive
from scratchml.core import listen, record
from scratchml.core.jit import plain_python
from scratchml.linear_model import ElasticNet, Lasso
from scratchml.linear_model.columns import prepare
from scratchml.linear_model.coordinate_passes import duality_gap, pass_by_gram
from scratchml.linear_model.dense_rounds import find_shares, mix, rounded_products, rounds_by_gram
from tests.linear_model.test_lasso import alpha_max, correlated, objective


def dense(rng, n=60, d=50, rho=0.9):
    """Return X of columns that are alike, and y to which all of them add."""
    X, _ = correlated(rng, n, d, rho)
    return X, X @ rng.normal(size=d) + rng.normal(size=n)


def rounds(X, y, l1, l2, goal, most, positive=False):
    """Return (how many, F, gap, w, c) of rounds from 0, by products of X as it is."""
    m = X.shape[1]
    w, c, zeros = np.zeros(m), X.T @ y, np.zeros(m)
    l1, l2 = np.full(m, l1), np.full(m, l2)
    found = rounds_by_gram(X.T @ X, X.T @ y, float(y @ y), w, c, l1, l2, zeros, np.arange(m), goal, most, positive)
    return *found, w, c


# ---- by hand


def test_the_end_of_a_geometric_series_is_guessed():
    W = np.array([[1 - 0.5**k, 2 - 0.5**k] for k in range(4)])  # towards (1, 2)
    z, guess = np.empty(3), np.empty(2)
    assert find_shares(W, z)
    mix(W, z, guess)
    assert z.sum() == pytest.approx(1.0, rel=1e-14)
    assert_allclose(guess, [1.0, 2.0], atol=1e-10)  # U'U has rank one: right to the root of its ridge, 1e-12


def test_weights_that_stand_still_have_no_end_to_guess():
    assert not find_shares(np.ones((4, 2)), np.empty(3))  # U'U = 0


# ---- naive twin


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_rounds_end_where_many_passes_do(rng, l1_ratio, positive):
    X, y = rng.normal(size=(15, 4)), rng.normal(size=15)
    expected, _ = naive.elastic_net(X, y, 0.05, l1_ratio, intercept=False, positive=positive, passes=500)
    _, _, _, w, c = rounds(X, y, 15 * 0.05 * l1_ratio, 15 * 0.05 * (1 - l1_ratio), 1e-13, 100, positive)
    assert_allclose(w, expected, atol=1e-7)  # a gap of 1e-13 bounds weights to its root
    assert_allclose(c, X.T @ (y - X @ w), atol=1e-12)  # rounding of some hundred changes


def test_the_gap_is_that_of_the_naive_twin(rng):
    X, y = rng.normal(size=(12, 5)), rng.normal(size=12)
    _, F, gap, w, _ = rounds(X, y, 12 * 0.02, 12 * 0.02, 0.0, 1)
    assert gap == pytest.approx(naive.duality_gap(X, y, w, 0.04, 0.5), rel=1e-6, abs=1e-13)
    assert pytest.approx(12 * naive.objective(X, y, w, 0.0, 0.04, 0.5), rel=1e-12) == F


# ---- outside reference


@pytest.mark.parametrize(("n", "d"), [(60, 50), (50, 120), (400, 300)])  # products as they are, and rounded
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_a_dense_fit_is_as_good_as_the_reference_at_the_same_tol(rng, n, d, l1_ratio):
    X, y = dense(rng, n, d)
    alpha = alpha_max(X, y) / 100 / l1_ratio
    ours = ElasticNet(alpha, l1_ratio=l1_ratio).fit(X, y)
    best = reference.ElasticNet(alpha, l1_ratio=l1_ratio, tol=1e-9, max_iter=100_000).fit(X, y)
    allowed = 1e-4 * np.var(y)  # tol |y|^2 / n
    assert ours.dual_gap_ <= allowed
    assert ours.certify(X, y).gap == pytest.approx(ours.dual_gap_, rel=1e-6, abs=1e-13 * allowed / 1e-4)
    assert objective(ours, X, y) <= objective(best, X, y) + ours.dual_gap_ * (1 + 1e-6) + 1e-12


# ---- laws


def test_rounds_never_raise_the_objective(rng):
    X, y = dense(rng)
    levels = [rounds(X, y, 0.3, 0.0, 0.0, most)[1] for most in range(1, 12)]
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(levels))  # room for rounding only


def test_rounds_need_fewer_passes_than_passes_alone(rng):
    X, y = dense(rng, 80, 60, 0.95)
    how_many = rounds(X, y, 0.3, 0.0, 1e-6 * float(y @ y), 500)[0]
    w, c, each = np.zeros(60), X.T @ y, np.arange(60)
    l1, zeros, passes, gap = np.full(60, 0.3), np.zeros(60), 0, np.inf
    while gap > 1e-6 * float(y @ y):
        pass_by_gram(X.T @ X, w, c, l1, zeros, each, False)
        r = y - X @ w
        gap, passes = duality_gap(w, c, l1, zeros, zeros, each, float(r @ r), False)[1], passes + 1
    assert 6 * how_many < passes  # a round is six passes


def test_looking_on_changes_nothing(rng):
    X, y = dense(rng, 300, 150)
    model = Lasso(alpha_max(X, y) / 200)
    expected, seen = model.fit(X, y).coef_, []
    with listen(seen.append):
        found = model.fit(X, y).coef_
    assert_array_equal(found, expected)
    assert_array_equal(record(model.steps(X, y))[-1].w, expected)
    assert {"round", "check", "settled"} <= {step.name for step in seen}


def test_rounded_products_are_right_to_six_digits(rng):
    X = rng.normal(size=(500, 40)) + rng.normal(size=40)
    columns = prepare(X, X[:, 0], None, True, False)
    A = X - X.mean(axis=0)
    assert_allclose(rounded_products(columns), A.T @ A, atol=500 * 1e-6)  # sums of 500 squares of about 1, in 24 bits


def test_compiled_and_plain_rounds_agree(rng):
    X, y = rng.normal(size=(12, 6)), rng.normal(size=12)
    expected = rounds(X, y, 0.2, 0.1, 1e-9, 3)
    with plain_python():
        found = rounds(X, y, 0.2, 0.1, 1e-9, 3)
    assert found[0] == expected[0]
    assert_allclose(found[3], expected[3], rtol=1e-9, atol=1e-12)  # sums differ in their last bits, mixtures magnify it


# ---- edges


def test_constant_and_equal_columns_are_borne(rng):
    X, y = dense(rng, 200, 170)
    X[:, 3], X[:, 7], X[:, 9] = 2.0, X[:, 8], 0.0
    model = Lasso(alpha_max(X, y) / 300).fit(X, y)
    assert model.coef_[3] == model.coef_[9] == 0.0
    assert model.dual_gap_ <= 1e-4 * np.var(y)


def test_a_column_out_of_float32s_range_is_multiplied_exactly(rng):
    X, y = dense(rng, 200, 170)
    X[:, 0] *= 1e25
    model = Lasso(alpha_max(X[:, 1:], y) / 300).fit(X, y)
    assert model.dual_gap_ <= 1e-4 * np.var(y)


def test_a_warm_start_is_gone_on_from(rng):
    X, y = dense(rng, 200, 170)
    model = Lasso(alpha_max(X, y) / 100, warm_start=True).fit(X, y)
    model.set_params(alpha=model.alpha * 0.9).fit(X, y)
    assert model.dual_gap_ <= 1e-4 * np.var(y)
    assert model.fit(X, y).n_iter_ == 0  # the end of the last fit is good enough


def test_several_targets_are_each_as_good_as_alone(rng):
    X, y = dense(rng, 200, 170)
    Y = np.column_stack([y, X[:, 0] - y])
    model = Lasso(alpha_max(X, y) / 100).fit(X, Y)
    assert (model.dual_gap_ <= 1e-4 * Y.var(axis=0)).all()
