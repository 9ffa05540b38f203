"""Nonnegative least squares: by hand, naive twin (all subsets), outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

import tests.naive.linear_model.linear_regression as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.linear_model import LinearRegression
from scratchml.linear_model.nonnegative import fit_passive, lawson_hanson, passive_basis

EPS = np.finfo(np.float64).eps


def last_of(R, z):
    *_, found = lawson_hanson(R, z)
    return found


# ---- by hand


def test_two_columns_at_right_angles_on_paper():
    found = last_of(np.eye(2), np.array([3.0, -2.0]))
    assert found.w.tolist() == [3.0, 0.0]
    assert found.passive.tolist() == [True, False]


def test_a_column_that_entered_first_may_leave_again():
    R = np.array([[1.0, 0.8], [0.0, 0.6]])
    z = np.array([0.75, 1.0])  # the second column fits better alone than with the first, whose weight would be below 0
    path = [(p.tolist(), w.copy()) for p, w in lawson_hanson(R, z)]
    assert path[-1][0] == [False, True]
    np.testing.assert_allclose(path[-1][1], [0.0, 0.8 * 0.75 + 0.6], rtol=4 * EPS)  # a product, a sum, a division


def test_the_passive_fit_leaves_the_others_at_zero():
    R = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 4.0]])
    w = fit_passive(R, np.array([1.0, 4.0, 0.0]), np.array([True, True, False]))
    np.testing.assert_allclose(w, [0.0, 2.0, 0.0], atol=1e-15)  # one rounding of the reflections


def test_dependent_columns_cannot_be_fitted():
    R = np.array([[1.0, 1.0], [0.0, 0.0]])
    assert fit_passive(R, np.ones(2), np.array([True, True])) is None


def test_the_basis_makes_columns_at_right_angles(rng):
    R = np.triu(rng.normal(size=(5, 5)))
    passive = np.array([True, False, True, True, False])
    basis, condition = passive_basis(R, passive)
    Q = R @ basis
    np.testing.assert_allclose(Q.T @ Q, np.eye(3), atol=1e-14)  # a 3 x 3 inverse
    assert (basis[~passive] == 0).all()
    assert condition >= 3  # of Frobenius norms: at least the number of columns


# ---- naive twin


@pytest.mark.parametrize("intercept", [True, False])
def test_agrees_with_trying_every_subset(rng, intercept):
    for _ in range(10):
        X, y = rng.normal(size=(8, 4)), rng.normal(size=8)
        w, b = naive.nonnegative(X, y, intercept)
        found = LinearRegression(positive=True, fit_intercept=intercept).fit(X, y)
        np.testing.assert_allclose(found.coef_, w, rtol=1e-14, atol=1e-16)  # refined: the last digits
        assert found.intercept_ == pytest.approx(b, abs=1e-15)


# ---- outside reference


@pytest.mark.parametrize(("n", "d", "t"), [(50, 5, 1), (200, 20, 3), (30, 60, 1), (5, 5, 2), (1, 3, 1), (60, 1, 1)])
@pytest.mark.parametrize("intercept", [True, False])
def test_fits_as_well_as_scikit_learns(rng, n, d, t, intercept):
    X = rng.normal(size=(n, d)) * np.logspace(-2, 2, d)
    Y = X @ rng.normal(size=(d, t)) + rng.normal(size=(n, t))
    y = Y[:, 0] if t == 1 else Y
    ours = LinearRegression(positive=True, fit_intercept=intercept).fit(X, y)
    theirs = reference.LinearRegression(positive=True, fit_intercept=intercept).fit(X, y)
    assert ours.coef_.shape == theirs.coef_.shape
    assert (ours.coef_ >= 0).all()
    size = np.linalg.norm(y)
    # the residual is unique where the weights are not (n < d)
    assert np.linalg.norm(y - ours.predict(X)) <= np.linalg.norm(y - theirs.predict(X)) + 1e-14 * size
    if n > d:
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10, atol=1e-13)  # theirs has condition 1e4 in it


def test_equals_scipys_nnls_with_weights(rng):
    X, y, weight = rng.normal(size=(40, 6)), rng.normal(size=40), rng.random(40)
    root = np.sqrt(weight)
    expected = nnls(X * root[:, None], y * root)[0]
    found = LinearRegression(positive=True, fit_intercept=False).fit(X, y, weight)
    np.testing.assert_allclose(found.coef_, expected, rtol=1e-12, atol=1e-15)  # theirs is not refined


# ---- laws


@given(st.integers(0, 10**6))
def test_the_conditions_of_karush_kuhn_and_tucker_hold(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 30)), int(rng.integers(1, 12))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    certificate = LinearRegression(positive=True).fit(X, y).certify(X, y)
    assert certificate.gradient <= 1e-13  # rounding, times the condition number of a few columns
    assert certificate.multiplier <= 1e-13
    assert certificate.intercept <= 1e-14


def test_each_exchange_lowers_the_residual(rng):
    X, y = rng.normal(size=(50, 8)), rng.normal(size=50)
    path = [s for s in record(LinearRegression(positive=True).steps(X, y)) if s.name == "exchange"]
    misses = [np.linalg.norm(y - X @ s.w - s.intercept) for s in path]
    assert len(path) > 3
    assert all(b <= a * (1 + 1e-14) for a, b in pairwise(misses))  # room for rounding only


def test_a_nonnegative_truth_is_found_again(rng):
    X = rng.normal(size=(40, 3))
    found = LinearRegression(positive=True).fit(X, X @ [1.0, 0.0, 2.0] + 5)
    np.testing.assert_allclose(found.coef_, [1, 0, 2], atol=1e-14)  # y itself is rounded
    assert found.intercept_ == pytest.approx(5, abs=1e-14)


# ---- edges and errors


def test_where_no_column_helps_all_weights_are_zero(rng):
    X = rng.normal(size=(20, 3))
    found = LinearRegression(positive=True).fit(X, -X.sum(axis=1) * 3)
    assert found.coef_.tolist() == [0.0, 0.0, 0.0] or found.certify(X, -X.sum(axis=1) * 3).multiplier < 1e-14
    assert last_of(np.eye(2), -np.ones(2)).w.tolist() == [0.0, 0.0]


def test_copies_of_a_column_do_not_go_round_in_circles(rng):
    X = rng.normal(size=(30, 3))
    X = np.column_stack([X, X, X + 1e-15 * rng.normal(size=X.shape)])
    y = X[:, 0] + 2 * X[:, 1] - X[:, 2] + 0.1 * rng.normal(size=30)
    found = LinearRegression(positive=True).fit(X, y)
    alone = LinearRegression(positive=True).fit(X[:, :3], y)
    assert np.linalg.norm(y - found.predict(X)) <= np.linalg.norm(y - alone.predict(X[:, :3])) * (1 + 1e-13)  # rounding


def test_singular_values_are_not_there(rng):
    model = LinearRegression(positive=True).fit(rng.normal(size=(9, 2)), rng.normal(size=9))
    assert not hasattr(model, "singular_")
    assert not hasattr(model, "rank_")
    assert model.solver_ == "nonnegative"


def test_too_few_exchanges_are_a_warning():
    with pytest.warns(ConvergenceWarning, match="did not settle within 1 exchanges"):
        *_, found = lawson_hanson(np.eye(2), np.ones(2), max_exchanges=1)
    assert sorted(found.w.tolist()) == [0.0, 1.0]
