"""The shortest weights from the side of the rows: by hand, exact fractions, outside reference, laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.linear_model.linear_regression as naive
from scratchml.core import record
from scratchml.linear_model import LinearRegression, Ridge
from scratchml.linear_model.few_rows import reflect, reflect_back, row_factor, row_products, rows_of, sum_of_rows
from scratchml.linear_model.problem import find_moments, make_problem, penalty_roots

EPS = np.finfo(np.float64).eps
SOLVERS = ("auto", "svd")


def problem(X, y, weight=None, centred=True, alpha=0.0):
    p = make_problem(X, y, weight, centred, None)
    return (p._replace(ridge=penalty_roots(p, alpha)) if alpha else p), find_moments(p, True)


# ---- by hand


@pytest.mark.parametrize("solver", SOLVERS)
def test_one_equation_on_paper(solver):
    # 3 w1 + 4 w2 = 25: of all w on that line (3, 4) is nearest to 0; X X' = 25, so u = 1 and w = X'u
    found = LinearRegression(fit_intercept=False, solver=solver).fit([[3.0, 4.0]], [25.0])
    np.testing.assert_allclose(found.coef_, [3.0, 4.0], rtol=4 * EPS)  # a few roundings
    np.testing.assert_allclose(found.singular_, [5.0], rtol=4 * EPS)
    assert found.rank_ == 1


def test_the_equations_of_the_docstring_hold(rng):
    X, y, alpha = rng.normal(size=(6, 15)), rng.normal(size=6), 0.3
    A = X - X.mean(axis=0)
    for solver in SOLVERS:
        factor = row_factor(*problem(X, y, alpha=alpha), solver)
        U, T = factor.directions, factor.triangle
        np.testing.assert_allclose(U.T @ U, np.eye(5), atol=20 * EPS)  # sums of 6 numbers below 1
        np.testing.assert_allclose(T.T @ T, U.T @ A @ A.T @ U + alpha * np.eye(5), rtol=0, atol=1e-13)  # entries to 40
        u = np.linalg.solve(U.T @ A @ A.T @ U + alpha * np.eye(5), U.T @ (y - y.mean()))
        w = Ridge(alpha, solver=solver).fit(X, y).coef_
        np.testing.assert_allclose(w, A.T @ U @ u, rtol=1e-12, atol=1e-14)  # condition number below 100


def test_a_reflection_turns_its_vector_into_the_first_axis(rng):
    v = rng.normal(size=5)
    np.testing.assert_allclose(reflect(v, v[:, None]), np.zeros((4, 1)), atol=8 * EPS)
    back = reflect_back(v, np.eye(4))  # at right angles to v, and to one another
    np.testing.assert_allclose(np.column_stack([back, v]).T @ back, np.eye(5)[:, :4], atol=8 * EPS)


# ---- naive twin


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("shape", ["plain", "a row twice", "a row is a sum of others", "weights", "far from 0"])
def test_agrees_with_exact_fractions(rng, shape, intercept, solver):
    X, y, weight = rng.integers(-9, 9, size=(5, 8)).astype(float), rng.normal(size=5), None
    if shape == "a row twice":
        X[4] = X[0]
    elif shape == "a row is a sum of others":
        X[4] = X[0] + X[1] - X[2]
    elif shape == "weights":
        weight = np.array([2.0, 0.0, 1.0, 0.5, 3.0])
    elif shape == "far from 0":
        X += 1e6
    w, b = naive.linear_regression(X.tolist(), y.tolist(), weight, intercept)
    found = LinearRegression(fit_intercept=intercept, solver=solver).fit(X, y, weight)
    far = 1e6 if shape == "far from 0" and not intercept else 1.0  # its condition number, about
    np.testing.assert_allclose(found.coef_, w, rtol=0, atol=1e-13 * far)  # weights below 1
    np.testing.assert_allclose(found.intercept_, b, rtol=1e-12, atol=1e-12)


# ---- outside reference


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("condition", [1e0, 1e3, 1e6, 1e9])
def test_agrees_with_numpys_lstsq_whatever_the_condition(rng, condition, solver):
    U, _ = np.linalg.qr(rng.normal(size=(40, 40)))
    V, _ = np.linalg.qr(rng.normal(size=(700, 40)))
    size = np.geomspace(1.0, 1.0 / condition, 40)
    X, w = U * size @ V.T, V @ (rng.normal(size=40))
    found = LinearRegression(fit_intercept=False, solver=solver).fit(X, X @ w)
    assert found.rank_ == 40
    # forming X rounds it by eps, which moves the answer by eps times the condition number
    assert np.linalg.norm(found.coef_ - w) <= 40 * EPS * condition * np.linalg.norm(w)
    expected = np.linalg.lstsq(X, X @ w)[0]
    assert np.linalg.norm(found.coef_ - w) <= 3 * np.linalg.norm(expected - w) + 100 * EPS * np.linalg.norm(w)
    np.testing.assert_allclose(found.singular_, size, rtol=max(1e-12, 4 * EPS * condition), atol=1e-6 / condition)


# ---- laws


@given(seed=st.integers(0, 10**6), n=st.integers(2, 9), lost=st.integers(0, 3), centred=st.booleans())
def test_weights_fit_as_well_as_can_be_and_lie_in_the_span_of_rows(seed, n, lost, centred):
    rng = np.random.default_rng(seed)
    rank = max(1, n - lost)
    X, y = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, 14)), rng.normal(size=n)
    A = X - X.mean(axis=0) if centred else X
    found = LinearRegression(fit_intercept=centred).fit(X, y)
    assert found.rank_ == min(rank, n - centred)
    best = np.linalg.pinv(A, rcond=1e-10)
    scale = np.linalg.norm(best) * np.linalg.norm(y)
    miss = y - X @ found.coef_ - found.intercept_
    condition = np.linalg.norm(A) * np.linalg.norm(best)
    assert np.abs(A.T @ miss).max() <= 50 * EPS * condition * np.linalg.norm(A) * np.linalg.norm(y)
    outside = found.coef_ - best @ (A @ found.coef_)
    assert np.linalg.norm(outside) <= 100 * EPS * condition * scale


@given(seed=st.integers(0, 10**6), exponent=st.integers(-450, 450))
def test_units_of_X_do_not_matter(seed, exponent):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(5, 9)), rng.normal(size=5)
    plain = LinearRegression().fit(X, y).coef_
    scaled = LinearRegression().fit(np.ldexp(X, exponent), y).coef_
    np.testing.assert_allclose(np.ldexp(scaled, exponent), plain, rtol=1e-11, atol=1e-12)  # powers of two round nothing


def test_blocks_of_columns_make_what_all_columns_make(rng):
    X, u = rng.normal(size=(90, 1500)), rng.normal(size=(90, 2))  # several blocks of 364
    weight = rng.uniform(size=90)
    p, found = problem(X, rng.normal(size=90), weight)
    A = np.sqrt(p.weight)[:, None] * (X - np.average(X, axis=0, weights=weight))
    np.testing.assert_allclose(row_products(rows_of(p, found)), A @ A.T, rtol=0, atol=1e-12)  # sums of 1500
    np.testing.assert_allclose(sum_of_rows(rows_of(p, found), u), A.T @ u, rtol=0, atol=1e-13)  # sums of 90


# ---- edges and errors


def test_columns_of_very_different_units_are_left_to_the_factorisation_with_a_basis(rng):
    X, y = rng.normal(size=(4, 7)) * 10.0 ** np.arange(0, -49, -7), rng.normal(size=4)
    assert row_factor(*problem(X, y), "auto") is None
    path = record(LinearRegression().steps(X, y))
    assert path[-1].factor.rank == 3
    np.testing.assert_allclose(X @ path[-1].w + path[-1].intercept, y, rtol=0, atol=1e-12)  # numbers near 1


def test_more_rows_than_columns_constant_columns_and_qr_are_not_for_it(rng):
    X, y = rng.normal(size=(9, 4)), rng.normal(size=9)
    assert row_factor(*problem(X, y), "auto") is None
    assert row_factor(*problem(np.ones((3, 4)), y[:3]), "auto") is None
    assert row_factor(*problem(X[:3], y[:3]), "qr") is None


def test_a_penalty_too_small_for_products_is_met_by_singular_values(rng):
    X, y = rng.normal(size=(4, 9)), rng.normal(size=4)
    X[3] = X[0] * (1 + 1e-6)
    factor = row_factor(*problem(X, y, alpha=1e-30), "auto")
    assert factor.solver == "svd"
    w = Ridge(1e-30).fit(X, y).coef_
    np.testing.assert_allclose(w, LinearRegression().fit(X, y).coef_, rtol=1e-8)  # eps times the condition number, 1e6
