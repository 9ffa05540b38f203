"""Solvers "gd" and "sgd": by hand, naive twin, outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes

import tests.naive.linear_model.gradient_fit as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.linear_model import LinearRegression
from scratchml.linear_model.gradient_fit import find_units
from scratchml.linear_model.problem import find_moments, make_problem
from scratchml.linear_model.stochastic_fit import largest_eigenvalue, largest_row

EPS = np.finfo(np.float64).eps
seeds = st.integers(0, 10**6)


def apart(model, expected, X):
    """Return how far predictions are apart, beside the spread of what is expected."""
    found, wanted = model.predict(X), expected.predict(X)
    return np.linalg.norm(found - wanted) / np.linalg.norm(wanted - wanted.mean(axis=0))


# ---- by hand


def test_one_column_needs_one_step_of_size_one():
    # with one column of length one the bowl is v^2 / 2 up to a shift: the gradient leads straight to the bottom
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 1.0, 4.0])
    model = LinearRegression(solver="gd", eta0=1.0).fit(X, y)
    np.testing.assert_allclose(model.coef_, [1.5], rtol=4 * EPS)  # a few roundings
    assert model.intercept_ == pytest.approx(0.5, abs=4 * EPS)
    assert model.n_iter_ == 1


def test_the_bounds_of_the_docstring_are_bounds(rng):
    X, y, weight = rng.normal(size=(50, 4)) * [1, 10, 100, 1], rng.normal(size=50), rng.random(50)
    p = make_problem(X, y, weight, True, 1)
    found = find_moments(p, True)
    u, s = find_units(p, found), np.sqrt(found.total)
    u = u._replace(inverse=u.inverse * s)
    U = (X - np.average(X, axis=0, weights=weight)) * u.inverse
    C = (U * weight[:, None]).T @ U / weight.sum()
    np.testing.assert_allclose(C.diagonal(), np.ones(4), rtol=1e-13)  # sums in another order
    top = np.linalg.eigvalsh(C)[-1]
    assert top <= largest_eigenvalue(p, found, u) <= 1.3 * top
    relative_weight = weight * 50 / weight.sum()
    expected = (relative_weight * (U * U).sum(axis=1)).max()
    assert largest_row(p, found, u, relative_weight) == pytest.approx(expected, rel=1e-13)


# ---- naive twin


def test_gradient_descent_agrees_with_the_naive_twin(rng):
    X, y = rng.normal(size=(20, 3)) * [1.0, 50.0, 0.1] + 5, rng.normal(size=20)
    steps = record(LinearRegression(solver="gd", eta0=0.4, max_iter=7, tol=0.1).steps(X, y))
    for t, s in enumerate(step for step in steps if step.name == "descend"):
        np.testing.assert_allclose(s.w, naive.gradient_descent(X, y, 0.4, t), rtol=1e-11, atol=1e-14)  # means of 5


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_stochastic_gradients_agree_with_the_naive_twin(rng, batch_size):
    X, y = rng.normal(size=(30, 3)) * [1.0, 50.0, 0.1] + 5, rng.normal(size=30)
    draws = np.random.RandomState(3)
    orders = [draws.permutation(30) for _ in range(4)]
    model = LinearRegression(solver="sgd", eta0=0.05, batch_size=batch_size, max_iter=4, random_state=3)
    with pytest.warns(ConvergenceWarning, match="did not converge within 4"):
        model.fit(X, y)
    expected = naive.stochastic_gradient(X, y, 0.05, orders, min(batch_size, 3))  # a tenth of the rows
    np.testing.assert_allclose(model.coef_, expected, rtol=1e-11)  # rounding of 120 updates, means of 5


# ---- outside reference


def test_real_data_are_fitted_as_by_scikit_learn():
    X, y = load_diabetes(return_X_y=True)
    theirs = reference.LinearRegression().fit(X, y)
    assert apart(LinearRegression(solver="gd", max_iter=5000, tol=1e-6).fit(X, y), theirs, X) <= 1e-4  # a long valley
    model = LinearRegression(solver="sgd", random_state=0).fit(X, y)
    assert apart(model, theirs, X) <= 0.1  # the noise of a dozen epochs over 442 rows
    assert model.score(X, y) >= theirs.score(X, y) - 0.01  # the square of that


# ---- laws


@settings(max_examples=15)
@given(seeds)
def test_descending_reaches_what_solving_gives(seed):
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(40, 3)) * np.exp(4 * rng.normal(size=3)), rng.normal(size=(40, 2))
    weight = rng.random(40) + 0.1
    model = LinearRegression(solver="gd").fit(X, Y, weight)
    assert apart(model, LinearRegression().fit(X, Y, weight), X) <= 1e-6  # tol 1e-8, times a condition number < 100
    assert model.certify(X, Y, weight).gradient <= 1e-7  # the same number as `tol`, but for |y| about the mean


@settings(max_examples=15)
@given(seeds)
def test_each_step_downhill_lowers_the_sum_of_squares(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 4)), rng.normal(size=30)
    steps = record(LinearRegression(solver="gd").steps(X, y))
    path = [np.sum((y - X @ s.w - s.intercept) ** 2) for s in steps if s.name == "descend"]
    assert all(b <= a * (1 + 1e-14) for a, b in pairwise(path))  # room for rounding only


@pytest.mark.parametrize("solver", ["gd", "sgd"])
def test_units_of_measurement_do_not_matter(rng, solver):
    X, y = rng.normal(size=(60, 3)), rng.normal(size=60)
    units = np.array([2.0**-400, 1.0, 2.0**400])
    expected = LinearRegression(solver=solver, random_state=0).fit(X, y)
    found = LinearRegression(solver=solver, random_state=0).fit(X * units, y)
    np.testing.assert_allclose(found.coef_ * units, expected.coef_, rtol=1e-9)  # lengths are no powers of two


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(rng):
    X, y = rng.normal(size=(80, 3)), rng.normal(size=80)
    a, b, c = (LinearRegression(solver="sgd", random_state=s).fit(X, y).coef_.tolist() for s in (0, 0, 1))
    assert a == b != c


# ---- edges and errors


@pytest.mark.parametrize("solver", ["gd", "sgd"])
def test_constant_columns_get_no_weight(solver):
    X = np.column_stack([np.full(9, 3.0), np.arange(9.0)])
    model = LinearRegression(solver=solver, random_state=0).fit(X, 2 * np.arange(9.0) + 1)
    assert model.coef_[0] == 0.0
    assert model.coef_[1] == pytest.approx(2.0, abs=0.02)  # sgd averages over the way there, too
    assert LinearRegression(solver=solver).fit(np.ones((4, 2)), np.arange(4.0)).intercept_ == 1.5


def test_steps_too_long_are_a_clear_error(rng):
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    for solver in ("gd", "sgd"):
        with pytest.raises(ValueError, match=r"diverged .* eta0=1e"):
            LinearRegression(solver=solver, eta0=1e6).fit(X, y)


def test_too_few_iterations_are_a_warning(rng):
    X = rng.normal(size=(30, 3))
    with pytest.warns(ConvergenceWarning, match="did not converge within 1 "):
        model = LinearRegression(solver="gd", max_iter=1, tol=1e-12).fit(X, X.sum(axis=1))
    assert model.n_iter_ == 1
    assert not hasattr(model, "rank_")
