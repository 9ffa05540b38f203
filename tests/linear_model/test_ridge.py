"""Ridge: by hand, naive twin (exact fractions), outside reference, laws, steps, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes

import tests.naive.linear_model.ridge as naive
from scratchml.core import ConvergenceWarning, record
from scratchml.linear_model import LinearRegression, Ridge
from scratchml.linear_model.problem import Moments, find_moments, make_problem, penalty_roots
from scratchml.linear_model.ridge_factors import dual_weights, primal_weights, ridge_factor, solve_by_triangle

EPS = np.finfo(np.float64).eps
SOLVERS = ("auto", "cholesky", "qr", "svd")
SHAPES = [(15, 3), (4, 9), (6, 6), (1, 3), (2, 5), (8, 1)]
seeds = st.integers(0, 10**6)


def relative(found, expected):
    return np.linalg.norm(found - expected) / max(np.linalg.norm(expected), 1e-300)


# ---- by hand


@pytest.mark.parametrize("solver", [*SOLVERS, "sparse_cg"])
def test_a_line_through_three_points_on_paper(solver):
    # points (0, 1), (1, 1), (2, 4): X'X = 2, X'y = 3 about the means 1 and 2; alpha 1: w = 3 / (2 + 1), b = 2 - 1
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 1.0, 4.0])
    found = Ridge(1.0, solver=solver).fit(X, y)
    np.testing.assert_allclose(found.coef_, [1.0], rtol=4 * EPS)  # a few roundings
    assert found.intercept_ == pytest.approx(1.0, rel=4 * EPS)
    np.testing.assert_allclose(found.predict([[4.0]]), [5.0], rtol=4 * EPS)


@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_the_equations_of_the_docstring_hold(rng, n, d):
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    found = Ridge(0.7).fit(X, y)
    r = y - X @ found.coef_ - found.intercept_
    assert abs(r.sum()) <= 100 * EPS  # at most 15 roundings of numbers near 1
    np.testing.assert_allclose(X.T @ r, 0.7 * found.coef_, atol=200 * EPS)


def test_each_direction_is_shrunk_as_the_docstring_says(rng):
    X, y = rng.normal(size=(12, 4)), rng.normal(size=12)
    U, S, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    expected = Vt.T @ (S / (S**2 + 3.0) * (U.T @ (y - y.mean())))
    np.testing.assert_allclose(Ridge(3.0).fit(X, y).coef_, expected, rtol=1e-13)  # condition number about 3


def test_the_factor_makes_columns_with_the_rows_below_orthonormal(rng):
    X = rng.normal(size=(20, 4)) * [1.0, 1e3, 1e-3, 1.0]
    p = make_problem(X, rng.normal(size=20), None, True, 1)
    p = p._replace(ridge=penalty_roots(p, 0.5))
    whole = np.concatenate([X - X.mean(axis=0), np.sqrt(0.5) * np.eye(4)])
    for solver in SOLVERS:
        Q = whole @ ridge_factor(p, find_moments(p, False), solver).basis
        np.testing.assert_allclose(Q.T @ Q, np.eye(4), atol=1e-12)  # the units' ratio 1e6 is scaled away, but for svd's


def test_the_dual_weights_on_paper():
    # one row x = (3, 4) without intercept: u = y / (25 + alpha), w = x u
    p = make_problem(np.array([[3.0, 4.0]]), np.array([30.0]), None, False, 1)
    p = p._replace(ridge=penalty_roots(p, 5.0))
    w, _ = dual_weights(p, find_moments(p, True), 1e-10)
    np.testing.assert_allclose(w[:, 0], [3.0, 4.0], rtol=4 * EPS)  # sqrt(5)^2 is not quite 5


def test_a_triangle_is_gone_down_and_up_on_paper():
    # L = [[2, 0], [1, 3]], L L' = [[4, 2], [2, 10]], which times (1, 2) is (8, 22)
    L, y = np.array([[2.0, 0.0], [1.0, 3.0]]), np.array([[8.0], [22.0]])
    for targets in (1, 20):  # one by one, or by the inverse
        found = solve_by_triangle(L, None, np.tile(y, (1, targets)))
        np.testing.assert_allclose(found, np.tile([[1.0], [2.0]], (1, targets)), rtol=4 * EPS)
    assert y.tolist() == [[8.0], [22.0]]


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("centred", [True, False])
def test_the_diagonal_alone_is_that_of_all_products(rng, weighted, centred):
    X, Y, weight = rng.normal(size=(30, 4)) + 5, rng.normal(size=(30, 2)) - 3, rng.random(30)
    p = make_problem(X, Y, weight if weighted else None, centred, 1)
    full, alone = find_moments(p, False), find_moments(p, True)
    np.testing.assert_allclose(alone.gram, full.gram.diagonal(), rtol=1e-13)  # sums of 30 in another order
    for name in Moments._fields:
        if name not in ("gram", "rest_x", "rest_y", "row_gram"):  # the last is asked for elsewhere
            np.testing.assert_allclose(getattr(alone, name), getattr(full, name), rtol=1e-12, atol=1e-13)


# ---- naive twin


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("n", "d"), SHAPES)
def test_agrees_with_the_naive_twin(rng, n, d, solver, intercept):
    X, Y = rng.normal(size=(n, d)) + 1, rng.normal(size=(n, 2))
    weight = rng.integers(0, 3, size=n) * 0.5
    weight[0] = 1.0
    alphas = [0.25, 8.0]
    found = Ridge(alphas, solver=solver, fit_intercept=intercept).fit(X, Y, weight)
    for k in range(2):
        w, b = naive.ridge(X, Y[:, k], alphas[k], weight, intercept)
        np.testing.assert_allclose(found.coef_[k], w, rtol=1e-12, atol=1e-14)  # not refined; condition about 10
        if intercept:
            assert found.intercept_[k] == pytest.approx(b, abs=1e-14)


def hilbert(n, d):
    return 1.0 / (np.arange(n)[:, None] + np.arange(d) + 1.0)


HARD = {
    "mean 1e8": lambda rng: (rng.normal(size=(20, 4)) + 1e8, 1.0),
    "scales from 1e-150 to 1e150": lambda rng: (rng.normal(size=(20, 5)) * np.logspace(-150, 150, 5), 1.0),
    "the same, alpha tiny": lambda rng: (rng.normal(size=(20, 5)) * np.logspace(-150, 150, 5), 1e-250),
    "Hilbert, alpha 1e-8": lambda rng: (hilbert(12, 8), 1e-8),
    "Hilbert, alpha 1e-14": lambda rng: (hilbert(12, 8), 1e-14),
    "Hilbert, fewer rows, alpha 1e-8": lambda rng: (hilbert(6, 9), 1e-8),
    "Hilbert, alpha 1e-25": lambda rng: (hilbert(12, 8), 1e-25),
    "powers": lambda rng: (np.arange(20.0)[:, None] ** np.arange(1, 6), 1e-3),
}


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("name", HARD)
def test_hard_data_are_fitted_to_the_last_digits(rng, name, intercept):
    X, alpha = HARD[name](rng)
    y = np.sin(np.arange(float(len(X))))
    w, _ = map(np.array, naive.ridge(X, y, alpha, intercept=intercept))
    found = Ridge(alpha, fit_intercept=intercept).fit(X, y)
    length = np.abs(X).max(axis=0)
    assert relative(found.coef_ * length, w * length) <= 5e-12  # refined, or eps times the condition is at most 2e-11


DEPENDENT = {
    "a column twice": lambda X: X[:, [0, 1, 1, 2]],
    "a constant column": lambda X: np.column_stack([X, np.full(len(X), 7.0)]),
    "a column of zeros": lambda X: np.column_stack([np.zeros(len(X)), X]),
    "a sum of two": lambda X: np.column_stack([X, X[:, 0] - 2 * X[:, 2]]),
    "fewer rows than columns": lambda X: X[:2],
    "one row": lambda X: X[:1],
    "one row many times": lambda X: X[[4] * 6],
    "all constant": lambda X: np.ones((5, 3)),
}


@pytest.mark.parametrize("alpha", [0.0, 1e-300, 1e-20, 1e-10, 1.0, 1e10, 1e300])
@pytest.mark.parametrize("name", DEPENDENT)
def test_dependent_columns_agree_with_the_naive_twin_for_every_alpha(rng, name, alpha):
    X = DEPENDENT[name](rng.integers(-8, 9, size=(20, 3)) / 4.0)  # short numbers: dependence is exact
    y = rng.normal(size=len(X))
    for intercept in (True, False):
        w, _ = naive.ridge(X, y, alpha, intercept=intercept)
        found = Ridge(alpha, fit_intercept=intercept).fit(X, y)
        top = np.abs(w).max()
        np.testing.assert_allclose(found.coef_, w, rtol=1e-9, atol=1e-12 * top)  # a dual not refined, at alpha 1e-10


# ---- outside reference


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(("n", "d"), [(50, 5), (3000, 7), (40_000, 3), (120, 119), (30, 100), (2, 1)])
def test_equals_scikit_learns(rng, n, d, intercept):
    X = rng.normal(size=(n, d)) + rng.normal(size=d)
    Y, weight = X @ rng.normal(size=(d, 2)) + rng.normal(size=(n, 2)), rng.random(n)
    for y in (Y, Y[:, 0], Y[:, :1]):
        ours = Ridge(0.3, fit_intercept=intercept).fit(X, y, weight)
        theirs = reference.Ridge(0.3, fit_intercept=intercept).fit(X, y, weight)
        assert ours.coef_.shape == theirs.coef_.shape
        assert np.shape(ours.intercept_) == np.shape(theirs.intercept_)
        assert relative(ours.coef_, theirs.coef_) <= 1e-11  # theirs are not refined; condition up to 1e3
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-9, atol=1e-10)


def test_real_data_are_fitted_as_by_scikit_learn():
    X, y = load_diabetes(return_X_y=True)
    for alpha in (1e-4, 1.0, 1e4):
        ours, theirs = Ridge(alpha).fit(X, y), reference.Ridge(alpha).fit(X, y)
        np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-10)  # theirs is not refined
        assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-12)


@pytest.mark.parametrize("name", ["sparse_cg", "cg"])
def test_conjugate_gradients_reach_the_same_weights(rng, name):
    X, Y = rng.normal(size=(60, 8)) * np.logspace(-3, 3, 8), rng.normal(size=(60, 2))
    expected = Ridge(0.5).fit(X, Y)
    found = Ridge(0.5, solver=name, tol=1e-12).fit(X, Y)
    assert found.solver_ == "sparse_cg"
    assert found.n_iter_.shape == (2,)
    assert (found.n_iter_ <= 8 + 4).all()  # d iterations in exact arithmetic, a few more by rounding
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-8)  # tol, times a small condition number


@pytest.mark.parametrize(("n", "d"), [(50, 5), (30, 60), (5, 5)])
def test_nonnegative_weights_are_no_worse_than_scikit_learns(rng, n, d):
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    ours = Ridge(2.0, positive=True).fit(X, y)
    theirs = reference.Ridge(2.0, positive=True, tol=1e-10).fit(X, y)

    def objective(model):
        return np.sum((y - model.predict(X)) ** 2) + 2.0 * np.sum(model.coef_**2)

    assert (ours.coef_ >= 0).all()
    assert objective(ours) <= objective(theirs) * (1 + 1e-14)  # rounding of the sum
    certificate = ours.certify(X, y)
    assert certificate.gradient <= 1e-14  # rounding, condition number about 2
    assert certificate.multiplier <= 1e-14


def test_many_columns_are_solved_without_an_inverse_and_agree(rng):
    X, y = rng.normal(size=(400, 300)), rng.normal(size=400)
    X[:, 7], X[:, 8] = 3.0, X[:, 9]  # a constant, and one twice
    p = make_problem(X, y, None, True, 1)
    p = p._replace(ridge=penalty_roots(p, 1.0))
    found = find_moments(p, False)
    w, error = primal_weights(p, found, 1e-10)
    basis = ridge_factor(p, found, "svd").basis
    assert relative(w, basis @ (basis.T @ found.moment)) <= error <= 1e-10
    assert relative(Ridge(1.0).fit(X, y).coef_, reference.Ridge(1.0, solver="svd").fit(X, y).coef_) <= 1e-11
    refined = Ridge(1e-9).fit(X, y)  # too near to singular to go without an inverse
    assert refined.coef_[8] == pytest.approx(refined.coef_[9], rel=1e-10)  # as the penalty wants it
    assert refined.certify(X, y).gradient <= 1e-10
    assert primal_weights(p._replace(ridge=penalty_roots(p, 1e-9)), found, 1e-10) is None


# ---- laws


@given(seeds, st.sampled_from([1e-6, 0.1, 1.0, 50.0]))
def test_residual_and_weights_balance_in_every_column(seed, alpha):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 30)), int(rng.integers(1, 12))
    X, y = rng.normal(size=(n, d)) * np.exp(3 * rng.normal(size=d)), rng.normal(size=n)
    certificate = Ridge(alpha).fit(X, y).certify(X, y)
    assert certificate.gradient <= 1e-11  # the bound below which weights are not refined is 1e-10, for a worst case
    assert certificate.intercept <= 1e-13


@given(seeds)
def test_without_a_penalty_it_is_least_squares(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 20)), int(rng.integers(1, 12))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    np.testing.assert_array_equal(Ridge(0.0).fit(X, y).predict(X), LinearRegression().fit(X, y).predict(X))


def test_a_vanishing_penalty_tends_to_the_shortest_least_squares(rng):
    X, y = rng.normal(size=(6, 12)), rng.normal(size=6)
    expected = LinearRegression().fit(X, y).coef_
    gaps = [relative(Ridge(alpha).fit(X, y).coef_, expected) for alpha in (1e-1, 1e-4, 1e-7, 1e-30, 1e-300)]
    assert gaps[0] > 100 * gaps[1] > 100 * gaps[2]  # the gap is in proportion to alpha
    assert max(gaps[3:]) <= 1e-13  # rounding


@given(seeds)
def test_a_whole_weight_counts_like_repeated_rows(seed):
    rng = np.random.default_rng(seed)
    X, y, weight = rng.normal(size=(15, 3)), rng.normal(size=15), rng.integers(0, 4, size=15)
    weight[:5] += 1
    weighted, repeated = Ridge().fit(X, y, weight), Ridge().fit(X.repeat(weight, 0), y.repeat(weight))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-11, atol=1e-14)  # small ones have cancelled
    assert weighted.intercept_ == pytest.approx(repeated.intercept_, abs=1e-14)


@given(seeds, st.sampled_from([1e-100, 1e-3, -2.0, 1e5, 1e100]))
def test_the_weights_scale_with_y(seed, factor):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=12)
    expected, found = Ridge().fit(X, y), Ridge().fit(X, factor * y)
    np.testing.assert_allclose(found.coef_ / factor, expected.coef_, rtol=1e-11, atol=1e-14)  # cancellation


@given(seeds)
def test_the_weights_turn_with_x(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 20)), int(rng.integers(1, 8))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    expected, found = Ridge().fit(X, y), Ridge().fit(X @ turn, y)
    np.testing.assert_allclose(turn @ found.coef_, expected.coef_, atol=1e-13)  # rounding of the turned X
    np.testing.assert_allclose(found.predict(X @ turn), expected.predict(X), atol=1e-13)


@given(seeds)
def test_a_larger_penalty_shortens_the_weights_and_raises_the_residual(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 20)), int(rng.integers(1, 8))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    models = [Ridge(alpha).fit(X, y) for alpha in (0.01, 0.1, 1.0, 10.0, 1e3)]
    lengths = [np.linalg.norm(m.coef_) for m in models]
    misses = [np.linalg.norm(y - m.predict(X)) for m in models]
    assert all(b <= a * (1 + 1e-13) for a, b in pairwise(lengths))  # room for rounding only
    assert all(b >= a * (1 - 1e-13) for a, b in pairwise(misses))


@given(seeds)
def test_the_penalty_is_what_rows_below_would_add(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 12)), int(rng.integers(1, 8))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    below = np.concatenate([X, np.sqrt(2.5) * np.eye(d)]), np.concatenate([y, np.zeros(d)])
    expected = LinearRegression(fit_intercept=False).fit(*below)
    found = Ridge(2.5, fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-11, atol=1e-14)  # sqrt is rounded


def test_an_alpha_for_each_target_is_a_fit_for_each(rng):
    X, Y, alphas = rng.normal(size=(30, 4)), rng.normal(size=(30, 4)), [1.0, 0.0, 7.0, 1.0]
    together = Ridge(alphas).fit(X, Y)
    for k, alpha in enumerate(alphas):
        alone = Ridge(alpha).fit(X, Y[:, k])
        np.testing.assert_allclose(together.coef_[k], alone.coef_, rtol=1e-13)  # products of other widths
        assert together.intercept_[k] == pytest.approx(alone.intercept_, rel=1e-12)


@pytest.mark.parametrize("how", [{}, {"solver": "qr"}, {"solver": "svd"}, {"solver": "sparse_cg"}, {"positive": True}])
def test_threads_do_not_change_a_bit(rng, how, monkeypatch):
    X, y = rng.normal(size=(70_000, 6)), rng.normal(size=70_000)
    found = []
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("SCRATCHML_NUM_THREADS", threads)
        found.append(Ridge(**how).fit(X, y).coef_.tobytes())
    assert found[0] == found[1] == found[2]


# ---- steps


def test_the_steps_come_in_the_order_of_the_textbook(rng):
    X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 2))
    assert [s.name for s in record(Ridge().steps(X, Y))] == ["centre", "gram", "factor", "solve"]
    assert [s.name for s in record(Ridge([1.0, 2.0]).steps(X, Y))][2:] == ["factor", "solve"] * 2
    assert [s.name for s in record(Ridge(solver="qr").steps(X, Y))][2:] == ["factor", "solve"]
    names = [s.name for s in record(Ridge(solver="sparse_cg", tol=1e-10).steps(X, Y[:, 0]))]
    assert set(names[2:-1]) == {"iterate"}


def test_ill_conditioned_equations_are_refined(rng):
    X = np.arange(25.0)[:, None] ** np.arange(1, 6)
    names = [s.name for s in record(Ridge(1e-3).steps(X, np.sin(np.arange(25.0))))]
    assert names[-1] == "refine"


def test_conjugate_gradients_get_nearer_with_each_iteration(rng):
    X, y = rng.normal(size=(40, 6)), rng.normal(size=40)

    def objective(s):
        return np.sum((y - X @ s.w - s.intercept) ** 2) + np.sum(s.w**2)

    path = [objective(s) for s in record(Ridge(solver="cg", tol=1e-10).steps(X, y)) if s.name == "iterate"]
    assert all(b <= a * (1 + 1e-14) for a, b in pairwise(path))  # room for rounding only


# ---- edges and errors


def test_a_huge_penalty_leaves_the_mean(rng):
    X, y = rng.normal(size=(10, 3)), rng.normal(size=10)
    found = Ridge(1e300).fit(X, y)
    assert np.abs(found.coef_).max() < 1e-290
    np.testing.assert_allclose(found.predict(X), np.full(10, y.mean()), rtol=1e-13)  # the mean is rounded


def test_few_iterations_are_a_warning(rng):
    X, y = rng.normal(size=(40, 9)), rng.normal(size=40)
    with pytest.warns(ConvergenceWarning, match="did not converge within 2 iterations"):
        found = Ridge(solver="sparse_cg", max_iter=2, tol=1e-10).fit(X, y)
    assert found.n_iter_.tolist() == [2]


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ({"alpha": -1.0}, ValueError, "alpha=-1.0"),
        ({"alpha": [1.0, 2.0, 3.0]}, ValueError, "alpha has 3 values for 2 targets"),
        ({"alpha": [1.0, -2.0]}, ValueError, "alpha=-2.0 is negative"),
        ({"alpha": np.inf}, ValueError, "alpha"),
        ({"alpha": "big"}, TypeError, "alpha"),
        ({"solver": "lu"}, ValueError, "solver"),
        ({"solver": "svd", "positive": True}, ValueError, "does not support positive"),
        ({"max_iter": 0}, ValueError, "max_iter"),
    ],
)
def test_wrong_parameters_are_named(rng, how, kind, words):
    with pytest.raises(kind, match=words):
        Ridge(**how).fit(rng.normal(size=(5, 2)), rng.normal(size=(5, 2)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_is_an_error_before_the_first_step(rng, bad):
    X = rng.normal(size=(9, 3))
    X[4, 2] = bad
    for weight in (None, np.where(np.arange(9) == 4, 0.0, 1.0)):  # even in a row that does not count
        with pytest.raises(ValueError, match="row 4, column 2"):
            Ridge().steps(X, np.ones(9), weight)


def test_a_weight_beyond_float64_is_an_error():
    with pytest.raises(ValueError, match="too large for float64"):
        Ridge(0.0).fit([[0.0], [1e-300]], [0.0, 1e100])
