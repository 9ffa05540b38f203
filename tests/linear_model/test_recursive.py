"""LinearRegression.partial_fit: by hand, naive twin (exact fractions), outside reference, laws, edges and errors."""

import numpy as np
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes

import tests.naive.linear_model.linear_regression as exact
import tests.naive.linear_model.recursive as naive
from scratchml.linear_model import LinearRegression
from scratchml.linear_model.problem import make_problem
from scratchml.linear_model.recursive import take_in, woodbury

EPS = np.finfo(np.float64).eps
seeds = st.integers(0, 10**6)


def stream(X, y, sizes, weight=None, **how):
    """Return a model that was given the rows in portions of these sizes, over and over."""
    model, start = LinearRegression(**how), 0
    while start < len(X):
        for size in sizes:
            rows = slice(start, start + size)
            if start < len(X):
                model.partial_fit(X[rows], y[rows], None if weight is None else weight[rows])
            start += size
    return model


# ---- by hand


def test_one_row_more_on_paper():
    # P = 1/2 for X'X = 2; a row z = 1 with target 5 while w = 1: gain 1/2 / (1 + 1/2) = 1/3
    P, w = woodbury(np.array([[0.5]]), np.array([[1.0]]), np.array([[1.0]]), np.array([[5.0]]))
    assert P[0, 0] == pytest.approx(1 / 3, rel=2 * EPS)  # X'X = 3
    assert w[0, 0] == pytest.approx(1 + 4 / 3, rel=2 * EPS)  # (2 + 5) / 3


def test_a_line_point_by_point():
    model = LinearRegression()
    model.partial_fit([[0.0]], [1.0])
    assert (model.coef_.tolist(), model.intercept_, model.rank_) == ([0.0], 1.0, 0)  # one point: a constant
    model.partial_fit([[1.0]], [1.0])
    assert model.rank_ == 1
    model.partial_fit([[2.0]], [4.0])
    np.testing.assert_allclose(model.coef_, [1.5], rtol=4 * EPS)
    assert model.intercept_ == pytest.approx(0.5, abs=4 * EPS)


def test_the_inverse_is_that_of_the_gram_matrix(rng):
    X, y = rng.normal(size=(40, 3)) * [1.0, 50.0, 0.1] + 5, rng.normal(size=40)
    *_, last = take_in(make_problem(X, y, None, True, 1), None)
    C = (X - X.mean(axis=0)) / last.length
    assert last.name == "woodbury"
    np.testing.assert_allclose(last.inverse @ (C.T @ C), np.eye(3), atol=1e-13)  # 13 updates of a few roundings


# ---- naive twin


def test_agrees_with_the_naive_twin_row_by_row(rng):
    X, y = rng.normal(size=(12, 3)) + 1, rng.normal(size=12)
    model = LinearRegression().partial_fit(X[:5], y[:5])
    P, w = naive.start(X[:5], y[:5])
    for i in range(5, 12):
        P, w = naive.add_row(P, w, X[i], y[i])
        model.partial_fit(X[i : i + 1], y[i : i + 1])
        np.testing.assert_allclose(model.coef_, [float(v) for v in w[1:]], rtol=1e-13, atol=1e-15)  # condition < 10
        assert model.intercept_ == pytest.approx(float(w[0]), abs=1e-14)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("sizes", [(1,), (2, 5), (30,)])
def test_after_all_chunks_it_is_the_exact_batch_fit(rng, sizes, weighted, intercept):
    X, Y = rng.normal(size=(30, 4)) * [1.0, 100.0, 0.01, 1.0] + [0.0, 1.0, 1.0, 5.0], rng.normal(size=(30, 2))
    weight = rng.integers(1, 4, size=30) * 0.5 if weighted else None
    found = stream(X, Y, sizes, weight, fit_intercept=intercept)
    for k in range(2):
        w, b = exact.linear_regression(X, Y[:, k], weight, intercept)
        size = np.abs(X).max(axis=0)
        np.testing.assert_allclose(found.coef_[k] * size, w * size, atol=1e-11)  # condition up to 1e3
        assert np.broadcast_to(found.intercept_, 2)[k] == pytest.approx(b, abs=1e-12)


DEPENDENT = {
    "a column twice": lambda X: X[:, [0, 1, 1, 2]],
    "a constant column": lambda X: np.column_stack([X, np.full(len(X), 7.0)]),
    "a column of zeros": lambda X: np.column_stack([np.zeros(len(X)), X]),
    "fewer rows than columns": lambda X: X[:2],
    "one row many times": lambda X: X[[4] * 6],
    "a column that varies in the last row only": lambda X: np.column_stack([X, np.arange(len(X)) == len(X) - 1]),
    "nearly equal columns": lambda X: np.column_stack([X, X[:, 0] + 1e-6 * np.arange(len(X)) % 3]),
}


@pytest.mark.parametrize("name", DEPENDENT)
@pytest.mark.parametrize("sizes", [(1,), (7, 2)])
def test_dependent_columns_give_the_shortest_weights_as_the_batch_does(rng, name, sizes):
    X = DEPENDENT[name](rng.integers(-8, 9, size=(20, 3)) / 4.0)
    y = rng.normal(size=len(X))
    found, batch = stream(X, y, sizes), LinearRegression().fit(X, y)
    w, _ = exact.linear_regression(X, y)
    assert found.rank_ == batch.rank_
    np.testing.assert_allclose(found.coef_, w, rtol=1e-8, atol=1e-12)  # nearly equal: condition 1e6, nothing refined


# ---- outside reference


def test_real_data_in_batches_equal_scikit_learns_batch_fit():
    X, y = load_diabetes(return_X_y=True)
    found, theirs = stream(X, y, (50,)), reference.LinearRegression().fit(X, y)
    np.testing.assert_allclose(found.coef_, theirs.coef_, rtol=1e-10)  # theirs is not refined
    assert found.solver_ == "recursive"


# ---- laws


@settings(max_examples=15)
@given(seeds)
def test_the_portions_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(1, 40)), int(rng.integers(1, 8))
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    batch = LinearRegression().fit(X, y)
    found = stream(X, y, tuple(rng.integers(1, 9, size=3)))
    assert found.rank_ == batch.rank_
    np.testing.assert_allclose(found.predict(X), batch.predict(X), atol=1e-10)  # a condition number of 1e3 is trusted


@settings(max_examples=15)
@given(seeds)
def test_rows_after_a_fit_count_like_rows_in_it(seed):
    rng = np.random.default_rng(seed)
    X, y, weight = rng.normal(size=(40, 3)) + 10, rng.normal(size=40), rng.random(40)
    found = LinearRegression().fit(X[:30], y[:30], weight[:30]).partial_fit(X[30:], y[30:], weight[30:])
    np.testing.assert_allclose(found.coef_, LinearRegression().fit(X, y, weight).coef_, rtol=1e-10, atol=1e-12)


def test_rounding_does_not_pile_up(rng):
    X, y = rng.normal(size=(1000, 3)) + 1e4, rng.normal(size=1000)
    found, batch = stream(X, y, (1,)), LinearRegression().fit(X, y)
    np.testing.assert_allclose(found.coef_, batch.coef_, atol=1e-13)  # the means are 1e4: 12 digits are left of X


# ---- edges and errors


def test_rows_beside_which_all_earlier_ones_are_nothing(rng):
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    weight = np.r_[np.full(10, 1e-300), np.ones(20)]
    found = LinearRegression().partial_fit(X[:10], y[:10], weight[:10]).partial_fit(X[10:], y[10:], weight[10:])
    np.testing.assert_allclose(found.coef_, LinearRegression().fit(X, y, weight).coef_, rtol=1e-11)  # of X'X alone
    few = LinearRegression().partial_fit(X[:10], y[:10], weight[:10])
    with pytest.raises(ValueError, match=r"times larger than all rows before.*common scale"):
        few.partial_fit(X[10:12], y[10:12])


def test_fit_forgets_the_portions(rng):
    X, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    model = LinearRegression().partial_fit(X + 5, y * 3).fit(X, y)
    assert model.coef_.tobytes() == LinearRegression().fit(X, y).coef_.tobytes()
    assert model.solver_ == "cholesky"


@pytest.mark.parametrize("of_y", [1e-150, 1.0, 1e150])
@pytest.mark.parametrize("scale", [1e-150, 1e-90, 1e100, 1e150])
def test_the_first_rows_set_the_units_of_a_stream(rng, scale, of_y):
    X, y = rng.normal(size=(60, 4)), rng.normal(size=60)
    columns = np.array([scale, 1.0, scale, 1.0])
    model = LinearRegression()
    for i in range(0, 60, 10):
        model.partial_fit(X[i : i + 10] * columns, y[i : i + 10] * of_y)
    expected = LinearRegression().fit(X, y)
    np.testing.assert_allclose(model.coef_ / of_y * columns, expected.coef_, rtol=1e-12)  # a few roundings each
    assert model.intercept_ == pytest.approx(expected.intercept_ * of_y, rel=1e-12)
    again = model.fit(X, y).partial_fit(X, y)  # a fit forgets the units
    np.testing.assert_allclose(again.coef_, expected.coef_, rtol=1e-12)


def test_rows_without_weight_change_nothing(rng):
    X, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    model = LinearRegression().partial_fit(X, y)
    before = model.coef_.copy()
    model.partial_fit(X[:3] + 9, y[:3], [0.0, 1e-300, 0.0])
    np.testing.assert_allclose(model.coef_, before, rtol=1e-14)  # one more correction


def test_a_portion_that_does_not_fit_is_an_error(rng):
    X, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    model = LinearRegression().partial_fit(X, y)
    with pytest.raises(ValueError, match="3 features"):
        model.partial_fit(rng.normal(size=(4, 3)), y[:4])
    with pytest.raises(ValueError, match="2 targets, but had 1"):
        model.partial_fit(X, np.column_stack([y, y]))
    with pytest.raises(ValueError, match="too large or too small"):
        model.partial_fit(X * 1e170, y)
    with pytest.raises(ValueError, match="positive"):
        LinearRegression(positive=True).partial_fit(X, y)
    with pytest.raises(ValueError, match="X'X was not kept"):
        LinearRegression(solver="svd").fit(X, y).partial_fit(X, y)
