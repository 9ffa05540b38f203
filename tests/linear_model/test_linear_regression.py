"""LinearRegression: by hand, naive twin (exact fractions), outside reference, laws, steps, edges and errors."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes
from sklearn.model_selection import GridSearchCV

import tests.naive.linear_model.linear_regression as naive
from scratchml.core import Listener, listen, record
from scratchml.linear_model import LinearRegression, problem
from tests.naive.linear_model import longley

EPS = np.finfo(np.float64).eps
SOLVERS = ("auto", "cholesky", "qr", "svd")


def error(found, expected, X):
    """Return the distance of two weight vectors beside the length of the second; weights count by column lengths."""
    length = np.linalg.norm(X, axis=0)
    scale = np.linalg.norm(length * expected)
    return np.linalg.norm(length * (found - expected)) / (scale if scale > 0 else 1.0)


# ---- by hand


def test_a_line_through_three_points_on_paper():
    # points (0, 1), (1, 1), (2, 4): means 1 and 2; X'X = 2, X'y = 3, so w = 1.5 and b = 2 - 1.5
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 1.0, 4.0])
    found = LinearRegression().fit(X, y)
    assert found.coef_.tolist() == [1.5]
    assert found.intercept_ == 0.5
    assert found.predict([[4.0]]).tolist() == [6.5]


def test_the_equations_of_the_docstring_hold(rng):
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    found = LinearRegression().fit(X, y)
    r = y - X @ found.coef_ - found.intercept_
    assert abs(r.sum()) <= 40 * EPS  # 20 roundings of numbers near 1
    assert np.abs(X.T @ r).max() <= 100 * EPS


def test_the_steps_on_paper():
    X, y = np.array([[0.0, 1.0], [2.0, 0.0], [1.0, 5.0], [1.0, 2.0]]), np.array([1.0, 2.0, 3.0, 6.0])
    path = {s.name: s for s in record(LinearRegression().steps(X, y))}
    assert list(path) == ["centre", "gram", "factor", "solve", "refine"]
    assert path["centre"].mean_x.tolist() == [1.0, 2.0]
    assert path["centre"].mean_y.tolist() == [3.0]
    C = X - [1.0, 2.0]
    assert path["gram"].gram.tolist() == (C.T @ C).tolist() == [[2.0, -1.0], [-1.0, 14.0]]
    Q = C @ path["factor"].factor.basis
    np.testing.assert_allclose(Q.T @ Q, np.eye(2), atol=4 * EPS)  # a 2 x 2 triangle and its inverse
    w = np.linalg.solve([[2.0, -1.0], [-1.0, 14.0]], C.T @ (y - 3.0))
    np.testing.assert_allclose(path["solve"].w, w, rtol=8 * EPS)
    np.testing.assert_allclose(path["refine"].intercept, 3.0 - w @ [1.0, 2.0], rtol=8 * EPS)


# ---- naive twin

HARD = {
    "plain": lambda rng: (rng.normal(size=(30, 4)), rng.normal(size=30)),
    "mean 1e8": lambda rng: (rng.normal(size=(30, 4)) + 1e8, rng.normal(size=30)),
    "mean 1e8, spread 1e-3": lambda rng: (rng.normal(size=(30, 4)) * 1e-3 + 1e8, rng.normal(size=30) + 1e8),
    "scales from 1e-150 to 1e150": lambda rng: (
        rng.normal(size=(30, 5)) * np.logspace(-150, 150, 5),
        rng.normal(size=30),
    ),
    "scales from 1e-300 to 1e300": lambda rng: (
        rng.normal(size=(30, 5)) * np.logspace(-290, 300, 5),
        rng.normal(size=30),
    ),
    "tiny y": lambda rng: (rng.normal(size=(30, 3)), 1e-200 * rng.normal(size=30)),
    "nearly equal columns, 1e-4": lambda rng: near(rng, 1e-4),
    "nearly equal columns, 1e-7": lambda rng: near(rng, 1e-7),
    "nearly equal columns, 1e-11": lambda rng: near(rng, 1e-11),
    "nearly equal columns about 1e4": lambda rng: (near(rng, 1e-3)[0] + 1e4, near(rng, 1e-3)[1]),
    "Hilbert 12 x 8, exact": lambda rng: (hilbert(12, 8), hilbert(12, 8) @ np.ones(8)),
    "Hilbert 12 x 10, noise": lambda rng: (hilbert(12, 10), hilbert(12, 10) @ np.ones(10) + rng.normal(size=12)),
    "Vandermonde, degree 8": lambda rng: (np.vander(np.linspace(0, 1, 20), 9)[:, :-1], np.sin(np.arange(20.0))),
    "Vandermonde, degree 12": lambda rng: (np.vander(np.linspace(0, 1, 20), 13)[:, :-1], np.sin(np.arange(20.0))),
    "powers": lambda rng: (np.arange(25.0)[:, None] ** np.arange(1, 6), rng.normal(size=25)),
    "one row far out": lambda rng: (np.vstack([rng.normal(size=(25, 3)), [1e8, -1e8, 1e8]]), rng.normal(size=26)),
    "small signal": lambda rng: ((X := rng.normal(size=(30, 3))), X.sum(axis=1) * 1e-9 + rng.normal(size=30)),
    "Longley": lambda rng: (longley.X, longley.Y),
}


def near(rng, distance):
    X = rng.normal(size=(30, 4))
    X[:, 3] = X[:, 2] + distance * rng.normal(size=30)
    return X, rng.normal(size=30)


def hilbert(n, d):
    return 1.0 / (np.arange(n)[:, None] + np.arange(d) + 1.0)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("name", HARD)
def test_hard_data_are_fitted_to_the_last_digits_and_no_worse_than_by_scikit_learn(rng, name, intercept):
    X, y = HARD[name](rng)
    w, b = map(np.array, naive.linear_regression(X, y, intercept=intercept))
    found = LinearRegression(fit_intercept=intercept).fit(X, y)
    length = np.abs(X).max(axis=0)  # so that squares stay in range
    ours = error(found.coef_ * length, w * length, X / length)
    assert ours <= 4 * EPS  # a few roundings, whatever the condition number: refinement took the rest away
    assert found.intercept_ == pytest.approx(b, rel=1e-13, abs=8 * EPS * np.abs(w * length).sum())  # cancels
    for tol in (1e-6, 0.0):  # scikit-learn's default, and keeping every direction
        with np.errstate(all="ignore"):
            try:
                theirs = reference.LinearRegression(fit_intercept=intercept, tol=tol).fit(X, y)
            except ValueError:  # its centring overflows at 1e300
                continue
        their_error = error(theirs.coef_ * length, w * length, X / length)
        assert ours <= their_error + 4 * EPS or not np.isfinite(their_error)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [True, False])
def test_agrees_with_the_naive_twin(rng, solver, weighted, intercept):
    X, Y = rng.normal(size=(15, 3)) + 1, rng.normal(size=(15, 2))
    weight = rng.integers(0, 3, size=15) * 0.5 if weighted else None
    found = LinearRegression(solver=solver, fit_intercept=intercept).fit(X, Y, weight)
    assert found.solver_ == ("cholesky" if solver == "auto" else solver)
    for k in range(2):
        w, b = naive.linear_regression(X, Y[:, k], weight, intercept)
        np.testing.assert_allclose(found.coef_[k], w, rtol=1e-14, atol=1e-15)  # refined: the last digits
        if intercept:
            assert found.intercept_[k] == pytest.approx(b, abs=1e-15 * 8)


DEPENDENT = {
    "a column twice": lambda X: X[:, [0, 1, 1, 2]],
    "a constant column": lambda X: np.column_stack([X, np.full(len(X), 7.0)]),
    "a column of zeros": lambda X: np.column_stack([np.zeros(len(X)), X]),
    "a sum of two": lambda X: np.column_stack([X, X[:, 0] - 2 * X[:, 2]]),
    "two groups that add up to one": lambda X: np.column_stack([X, X[:, 0] > 0, X[:, 0] <= 0]),
    "a column twice, in other units": lambda X: np.column_stack([X, 1024 * X[:, 0]]),
    "fewer rows than columns": lambda X: X[:2],
    "as many rows as columns": lambda X: X[:3],
    "one row": lambda X: X[:1],
    "one row many times": lambda X: X[[4] * 6],
    "all constant": lambda X: np.ones((5, 3)),
}


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("name", DEPENDENT)
def test_of_many_best_fits_the_shortest_is_taken_as_by_naive_twin_and_scikit_learn(rng, name, intercept):
    X = DEPENDENT[name](rng.integers(-8, 9, size=(20, 3)) / 4.0)  # short numbers: dependence is exact
    y = rng.normal(size=len(X))
    w, b = naive.linear_regression(X, y, intercept=intercept)
    ours = LinearRegression(fit_intercept=intercept).fit(X, y)
    theirs = reference.LinearRegression(fit_intercept=intercept).fit(X, y)
    np.testing.assert_allclose(ours.coef_, w, rtol=1e-13, atol=1e-15)  # a basis is known to 1e-16 times 10 columns
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-12, atol=1e-13)
    assert ours.intercept_ == pytest.approx(b, abs=1e-13)
    assert ours.rank_ == theirs.rank_
    np.testing.assert_allclose(ours.singular_, theirs.singular_, rtol=1e-12, atol=1e-13 * (1 + np.abs(X).max()))


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("power", [1, 2, 3, 6])
def test_of_many_best_fits_the_shortest_is_taken_where_units_lie_far_apart(rng, intercept, power):
    X = rng.normal(size=(12, 3)) * [10.0**-power, 1.0, 10.0**power]
    X = np.column_stack([X, X[:, 1] * 0.5, X[:, 2] * 0.25])  # halves and quarters are exact
    y = rng.normal(size=12)
    w, _ = naive.linear_regression(X, y, intercept=intercept)
    ours = LinearRegression(fit_intercept=intercept).fit(X, y)
    theirs = reference.LinearRegression(fit_intercept=intercept, tol=1e-14).fit(X, y)
    assert ours.rank_ == theirs.rank_ == 3
    found, expected = np.linalg.norm(ours.coef_ - w), np.linalg.norm(theirs.coef_ - w)
    bound = 10 ** (2 * power) * EPS * np.linalg.norm(w)  # rounding of the basis, times the ratio of the units
    assert found <= 10 * bound
    assert found <= 10 * expected + bound  # both are off by chance


@pytest.mark.parametrize("weighted", [False, True])
def test_the_gradient_is_the_same_with_rows_centred_before_or_after(weighted, monkeypatch, rng):
    X, Y, w = rng.normal(size=(5000, 7)) + 0.3, rng.normal(size=(5000, 2)), rng.normal(size=(7, 2))
    p = problem.make_problem(X, Y, rng.uniform(0.5, 2.0, size=5000) if weighted else None, True, None)
    found = problem.find_moments(p, False)
    assert problem.is_near_zero(found)
    after = problem.find_gradient(p, found, w)
    monkeypatch.setattr(problem, "is_near_zero", lambda found: False)
    before = problem.find_gradient(p, found, w)
    np.testing.assert_allclose(after, before, rtol=0, atol=1e-13 * np.abs(before).max())  # rounding of sums of 5000


@pytest.mark.parametrize("order", ["sorted", "shuffled"])
def test_moments_of_far_columns_keep_their_digits_in_any_order_of_rows(order, rng):
    x = rng.permutation(np.arange(100_000.0)) if order == "shuffled" else np.arange(100_000.0)
    X = np.column_stack([x, x % 7.0]) + 1e9  # whole numbers: exact in float64, and their products in Python's integers
    found = problem.find_moments(problem.make_problem(X, x, None, True, None), False)
    n, rest = len(x), x % 7.0
    for (i, j), (a, b) in {(0, 0): (x, x), (0, 1): (x, rest), (1, 1): (rest, rest)}.items():
        expected = int((a.astype(object) * b.astype(object)).sum()) - int(a.sum()) * int(b.sum()) / n
        assert found.gram[i, j] == pytest.approx(expected, rel=1e-13, abs=1e-13 * n**2)  # rounding in 16 digits


def both_strategies(X, Y, centred=True):
    """Return the moments of all rows as one patch: as they stand where they may, and centred first."""
    p, A = problem.make_problem(X, Y, None, centred, None), np.empty((1638, X.shape[1] + Y.shape[1] + 1))
    return [problem.patch_moments(p, slice(0, len(X)), 1638, False, lambda: A, copying) for copying in (False, True)]


@pytest.mark.parametrize("centred", [True, False])
def test_rows_as_they_stand_have_the_moments_of_rows_centred_first(centred, rng):
    X, Y = rng.normal(size=(5000, 20)) + rng.uniform(-0.5, 0.5, size=20), rng.normal(size=(5000, 2)) + 1e3
    found, expected = both_strategies(X, Y, centred)
    assert not centred or not np.array_equal(found.gram, expected.gram)  # or else there was one strategy only
    for name in ("mean_x", "mean_y", "gram", "moment"):
        b, a = getattr(found, name), getattr(expected, name)
        np.testing.assert_allclose(b, a, rtol=0, atol=1e-14 * max(np.abs(a).max(), 5000.0))  # rounding of 5000 sums


def test_rows_whose_first_ones_mislead_are_centred_after_all(rng):
    X, Y = 1e9 + rng.normal(size=(5000, 20)), rng.normal(size=(5000, 1))
    X[:64:2] *= -1.0  # the first rows seem to have a mean near 0
    assert problem.may_stand(X)
    found, expected = both_strategies(X, Y)
    np.testing.assert_array_equal(found.gram, expected.gram)


def test_a_column_that_first_rows_do_not_show_is_looked_at_in_all(rng):
    X, Y = rng.normal(size=(3000, 20)), rng.normal(size=(3000, 1))
    X[:, 3] = np.where(np.arange(3000) % 500 == 499, 20.0, -0.1)  # constant in the first rows; mean -0.06, spread 0.9
    assert problem.may_stand(X)
    found, expected = both_strategies(X, Y)
    np.testing.assert_allclose(found.gram, expected.gram, rtol=1e-11, atol=1e-9)  # sums of 3000 in another order
    X[:, 3] -= 50.0
    assert not problem.may_stand(X)
    X[:, 3] = np.nan
    assert not problem.may_stand(X)
    X[:, :6] = -0.1  # too many of them to look
    X[499::500, :6] = 20.0
    assert not problem.may_stand(X)


def test_products_of_all_pairs_have_the_bits_of_numpys(rng):
    a, b = rng.normal(size=30) * 10.0 ** rng.integers(-200, 100, size=30), rng.normal(size=7)
    np.testing.assert_array_equal(problem.outer(a, b), np.outer(a, b))


def test_a_fit_has_no_copy_as_long_as_y(rng):
    X, y = rng.normal(size=(100_000, 20)), rng.normal(size=100_000)
    LinearRegression(n_jobs=1).fit(X, y)  # what is loaded or compiled once
    tracemalloc.start()
    LinearRegression(n_jobs=1).fit(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < y.nbytes


# ---- outside reference


def test_longleys_certified_coefficients():
    found = LinearRegression().fit(longley.X, longley.Y)
    np.testing.assert_allclose(found.coef_, longley.COEFFICIENTS, rtol=5e-15)  # given to 15 digits
    assert found.intercept_ == pytest.approx(longley.INTERCEPT, rel=5e-15)
    r = longley.Y - found.predict(longley.X)
    assert np.sqrt(r @ r / 9) == pytest.approx(longley.RESIDUAL_DEVIATION, rel=1e-12)  # r has 6 digits less than y


@pytest.mark.parametrize(("coefficients", "digits"), [([1.0] * 6, 1e-15), ([1, 0.1, 0.01, 1e-3, 1e-4, 1e-5], 1e-15)])
def test_wamplers_certified_polynomials(coefficients, digits):
    # NIST Statistical Reference Datasets, Wampler1 and Wampler2: x = 0 ... 20, certified to be exactly these
    x = np.arange(21.0)
    X = x[:, None] ** np.arange(1, 6)
    y = np.round(coefficients[0] + X @ coefficients[1:], 5)
    found = LinearRegression().fit(X, y)
    np.testing.assert_allclose(found.coef_, coefficients[1:], rtol=1e-13)  # y in decimals is itself rounded
    assert found.intercept_ == pytest.approx(coefficients[0], rel=1e-12)


SHAPES = [(50, 5), (3000, 7), (40_000, 3), (2500, 60), (400, 399), (30, 100), (2, 1)]


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_equals_scikit_learns(rng, n, d, intercept):
    X = rng.normal(size=(n, d)) + rng.normal(size=d)
    y = X @ rng.normal(size=d) + rng.normal(size=n)
    ours = LinearRegression(fit_intercept=intercept).fit(X, y)
    theirs = reference.LinearRegression(fit_intercept=intercept).fit(X, y)
    size = np.abs(theirs.coef_).max()
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-11 * size)  # condition up to 1e4 at 400 x 399
    assert ours.intercept_ == pytest.approx(theirs.intercept_, abs=1e-10 * (1 + size))
    assert ours.rank_ == theirs.rank_
    np.testing.assert_allclose(ours.singular_, theirs.singular_, rtol=1e-9, atol=1e-12)  # from the squared matrix
    expected, found = np.linalg.norm(y - theirs.predict(X)), np.linalg.norm(y - ours.predict(X))
    assert found <= expected * (1 + 1e-13) + 1e-13 * np.linalg.norm(y)  # rounding of n predictions
    np.testing.assert_allclose(ours.predict(X[:5]), theirs.predict(X[:5]), rtol=1e-9, atol=1e-9)


def test_several_targets_and_weights_equal_scikit_learns(rng):
    X, Y, weight = rng.normal(size=(80, 4)), rng.normal(size=(80, 3)), rng.random(80)
    ours = LinearRegression().fit(X, Y, weight)
    theirs = reference.LinearRegression().fit(X, Y, weight)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-12, atol=1e-14)  # theirs is not refined
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(ours.singular_, theirs.singular_, rtol=1e-13)  # another factorisation
    assert ours.predict(X).shape == (80, 3)
    assert ours.score(X, Y, weight) == pytest.approx(theirs.score(X, Y, weight), rel=1e-12)


def test_real_data_are_fitted_as_by_scikit_learn():
    X, y = load_diabetes(return_X_y=True)
    ours, theirs = LinearRegression().fit(X, y), reference.LinearRegression().fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-11)  # theirs is not refined
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-14)


def test_works_inside_scikit_learns_grid_search(rng):
    X = rng.normal(size=(40, 3))
    search = GridSearchCV(LinearRegression(), {"fit_intercept": [True, False]}, cv=3).fit(X, X.sum(axis=1) + 10)
    assert search.best_params_ == {"fit_intercept": True}


# ---- laws


@given(seed=st.integers(0, 10**6), n=st.sampled_from([4, 30]))
def test_rows_and_columns_may_come_in_any_order(seed, n):
    rng = np.random.default_rng(seed)
    X, y, rows, columns = rng.normal(size=(n, 6)), rng.normal(size=n), rng.permutation(n), rng.permutation(6)
    plain, mixed = LinearRegression().fit(X, y), LinearRegression().fit(X[rows][:, columns], y[rows])
    np.testing.assert_allclose(mixed.coef_, plain.coef_[columns], rtol=0, atol=1e-11)  # condition number to 1e4


seeds = st.integers(0, 10**6)


@given(seeds)
def test_the_certificate_is_as_small_as_rounding_allows(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 40)), int(rng.integers(1, 12))
    X, y = rng.normal(size=(n, d)) * np.exp(5 * rng.normal(size=d)), rng.normal(size=n)
    model = LinearRegression().fit(X, y)
    certificate = model.certify(X, y)
    # w itself is rounded: each weight may leave EPS of its column in the residual
    room = 8 * EPS * (1 + np.abs(model.coef_) @ np.linalg.norm(X, axis=0) / max(np.linalg.norm(y - y.mean()), EPS))
    assert certificate.gradient <= room
    assert certificate.intercept <= room
    assert certificate.residual_norm == pytest.approx(np.linalg.norm(y - model.predict(X)), abs=1e-9)


@given(seeds, st.integers(-40, 40), st.integers(-40, 40))
def test_units_that_are_powers_of_two_change_the_weights_by_just_that(seed, p, q):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=12)
    expected = LinearRegression().fit(X, y)
    found = LinearRegression().fit(np.ldexp(X, p), np.ldexp(y, q))
    np.testing.assert_allclose(np.ldexp(found.coef_, p - q), expected.coef_, rtol=4 * EPS)  # lengths are no powers
    assert np.ldexp(found.intercept_, -q) == pytest.approx(expected.intercept_, rel=1e-14, abs=1e-15)


@given(seeds)
def test_a_plane_is_found_again(seed):
    rng = np.random.default_rng(seed)
    X, w = rng.integers(-9, 10, size=(15, 3)).astype(float), rng.integers(-9, 10, size=3)
    y = X @ w + 4
    found = LinearRegression().fit(X, y)
    if found.rank_ == 3:
        np.testing.assert_allclose(found.coef_, w, atol=1e-13)  # whole numbers: nothing in y is rounded
    np.testing.assert_allclose(found.predict(X), y, atol=1e-12)


@given(seeds)
def test_shifting_y_shifts_the_intercept_alone(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    expected, found = LinearRegression().fit(X, y), LinearRegression().fit(X, y + 100)
    np.testing.assert_allclose(found.coef_, expected.coef_, atol=1e-13)  # y + 100 is rounded to 1e-14
    assert found.intercept_ - 100 == pytest.approx(expected.intercept_, abs=1e-13)


@given(seeds)
def test_a_whole_weight_counts_like_repeated_rows(seed):
    rng = np.random.default_rng(seed)
    X, y, weight = rng.normal(size=(15, 3)), rng.normal(size=15), rng.integers(0, 4, size=15)
    weight[:5] += 1
    weighted, repeated = (
        LinearRegression().fit(X, y, weight),
        LinearRegression().fit(X.repeat(weight, 0), y.repeat(weight)),
    )
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-12, atol=1e-14)  # small ones have cancelled
    assert weighted.intercept_ == pytest.approx(repeated.intercept_, abs=1e-14)


@pytest.mark.parametrize("solver", SOLVERS)
def test_no_other_weights_fit_better(rng, solver):
    X, y = rng.normal(size=(60, 4)), rng.normal(size=60)
    found = LinearRegression(solver=solver).fit(X, y)
    best = np.sum((y - found.predict(X)) ** 2)
    for _ in range(50):
        other = found.coef_ + 1e-3 * rng.normal(size=4)
        assert np.sum((y - X @ other - found.intercept_) ** 2) > best


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("how", [{}, {"solver": "qr"}, {"solver": "svd"}, {"positive": True}])
def test_threads_do_not_change_a_bit(rng, threads, how):
    X, y = rng.normal(size=(70_000, 6)), rng.normal(size=70_000)
    expected = LinearRegression(n_jobs=1, **how).fit(X, y)
    found = LinearRegression(n_jobs=threads, **how).fit(X, y)
    assert expected.coef_.tobytes() == found.coef_.tobytes()
    assert expected.intercept_ == found.intercept_
    assert expected.predict(X).tobytes() == found.predict(X).tobytes()


# ---- steps


@pytest.mark.parametrize(
    ("make", "solver"),
    [
        (lambda rng: (rng.normal(size=(30, 3)), rng.normal(size=30)), "cholesky"),
        (lambda rng: near(rng, 1e-9), "qr"),
        (lambda rng: (np.ones((30, 1)) * rng.normal(size=(30, 1)) * [1, 2, 3], rng.normal(size=30)), "svd"),
    ],
)
def test_the_factorisation_is_the_first_that_is_safe(rng, make, solver):
    X, y = make(rng)
    path = record(LinearRegression().steps(X, y))
    assert [s.name for s in path[:4]] == ["centre", "gram", "factor", "solve"]
    assert {s.name for s in path[4:]} == {"refine"}
    assert path[-1].factor.solver == LinearRegression().fit(X, y).solver_ == solver


def test_refinement_comes_closer_step_by_step(rng):
    X, y = near(rng, 1e-9)
    w, _ = naive.linear_regression(X, y)
    path = [s for s in record(LinearRegression().steps(X, y)) if s.name in ("solve", "refine")]
    errors = [error(s.w, np.array(w), X) for s in path]
    assert len(errors) >= 3
    assert all(b < a / 10 for a, b in pairwise(errors) if a > 1e-14)
    assert errors[-1] <= 4 * EPS  # the last digits


def test_cholesky_on_demand_has_half_the_digits_and_refinement_brings_them_back(rng):
    X, y = near(rng, 1e-6)
    w, _ = naive.linear_regression(X, y)
    path = {
        s.name: error(s.w, np.array(w), X)
        for s in record(LinearRegression(solver="cholesky").steps(X, y))
        if s.w is not None
    }
    assert path["solve"] > 1e-6  # the condition number squared, 1e12, times 1e-16
    assert path["refine"] <= 4 * EPS


def test_a_fit_stopped_too_early_is_a_clear_error(rng):
    class StopAtOnce(Listener):
        def see(self, step):
            return True

    with listen(StopAtOnce()), pytest.raises(RuntimeError, match="stopped before"):
        LinearRegression().fit(rng.normal(size=(9, 2)), rng.normal(size=9))


# ---- edges and errors


def test_shapes_are_scikit_learns(rng):
    X = rng.normal(size=(10, 3))
    for y in (rng.normal(size=10), rng.normal(size=(10, 1)), rng.normal(size=(10, 2))):
        for intercept in (True, False):
            ours = LinearRegression(fit_intercept=intercept).fit(X, y)
            theirs = reference.LinearRegression(fit_intercept=intercept).fit(X, y)
            assert ours.coef_.shape == theirs.coef_.shape
            assert np.shape(ours.intercept_) == np.shape(theirs.intercept_)
            assert ours.predict(X).shape == theirs.predict(X).shape


def test_a_second_fit_forgets_the_first(rng):
    X, y = rng.normal(size=(10, 3)), rng.normal(size=10)
    model = LinearRegression().fit(X, y)
    assert len(model.singular_) == 3
    model.fit(X[:, :2], y)
    assert len(model.singular_) == len(model.coef_) == 2
    model.set_params(positive=True).fit(X, y)
    assert not hasattr(model, "singular_")


def test_tol_leaves_out_directions(rng):
    X, y = near(rng, 1e-4)
    assert LinearRegression().fit(X, y).rank_ == 4
    cut = LinearRegression(tol=1e-3).fit(X, y)
    assert cut.rank_ == 3
    assert np.abs(cut.coef_).max() < 1  # without tol, the two nearly equal columns pull apart with weights near 1e3


def test_data_frames_lists_and_float32_are_welcome(rng):
    X, y = rng.normal(size=(10, 2)).astype(np.float32), rng.normal(size=10).astype(np.float32)
    expected = LinearRegression().fit(X.astype(np.float64), y.astype(np.float64)).coef_
    assert LinearRegression().fit(X, y).coef_.tolist() == expected.tolist()
    assert LinearRegression().fit(X.tolist(), y.tolist()).coef_.tolist() == expected.tolist()
    model = LinearRegression().fit(pd.DataFrame(X, columns=["a", "b"]), pd.Series(y))
    assert model.feature_names_in_.tolist() == ["a", "b"]
    assert model.coef_.tolist() == expected.tolist()


@pytest.mark.parametrize("solver", ["cholesky", "qr"])
def test_a_solver_that_cannot_serve_says_so(rng, solver):
    X = rng.normal(size=(10, 2))
    with pytest.raises(ValueError, match=rf"solver='{solver}' needs columns.*use solver='svd'"):
        LinearRegression(solver=solver).fit(np.column_stack([X, X]), rng.normal(size=10))


def test_a_weight_beyond_the_range_of_floats_is_a_clear_error(rng):
    X, y = rng.normal(size=(10, 1)), rng.normal(size=10)
    with pytest.raises(ValueError, match="too large for float64"):
        LinearRegression().fit(X * 1e-200, y * 1e200)


def test_a_prediction_beyond_the_range_of_floats_is_a_clear_error():
    model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1e300])
    with pytest.raises(ValueError, match="prediction is too large"):
        model.predict([[1e300]])


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"fit_intercept": 1}, TypeError),
        ({"positive": "no"}, TypeError),
        ({"tol": -1.0}, ValueError),
        ({"tol": "small"}, TypeError),
        ({"n_jobs": 0}, ValueError),
        ({"solver": "lu"}, ValueError),
        ({"copy_X": None}, TypeError),
    ],
)
def test_wrong_parameters_are_named(how, kind):
    with pytest.raises(kind, match=next(iter(how))):
        LinearRegression(**how).steps([[1.0], [2.0]], [1.0, 2.0])


@pytest.mark.parametrize(
    ("weight", "message"), [([1.0, -1.0, 1.0], "Negative"), ([0.0] * 3, "all weights"), ([1.0], "expected")]
)
def test_wrong_weights_are_named(weight, message):
    with pytest.raises(ValueError, match=message):
        LinearRegression().fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0], weight)


def test_weights_of_any_size_are_shares(rng):
    X, y, weight = rng.normal(size=(20, 3)), rng.normal(size=20), rng.random(20)
    expected = LinearRegression().fit(X, y, weight)
    for power in (-900, 900):
        found = LinearRegression().fit(X, y, np.ldexp(weight, power))
        assert found.coef_.tobytes() == expected.coef_.tobytes()
        np.testing.assert_allclose(
            np.ldexp(found.singular_, -power // 2), expected.singular_, rtol=4 * EPS
        )  # one scaling


def test_certify_finds_what_is_wrong_with_other_weights(rng):
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    model = LinearRegression().fit(X, y)
    assert model.certify(X, y).gradient < 1e-15
    model.coef_ = model.coef_ + np.array([1e-3, 0, 0])
    C = X - X.mean(axis=0)
    expected = np.max(np.abs(C.T @ C[:, 0]) / np.linalg.norm(C, axis=0)) * 1e-3 / np.linalg.norm(y - y.mean())
    assert model.certify(X, y).gradient == pytest.approx(expected, rel=1e-9)
    model.intercept_ += 1.0
    shift = abs(np.mean(y - X @ model.coef_ - model.intercept_)) * np.sqrt(30) / np.linalg.norm(y - y.mean())
    assert model.certify(X, y).intercept == pytest.approx(shift, rel=1e-12)
