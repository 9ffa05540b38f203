"""The kernels of the lasso, and the steps among active columns: by hand, naive twin, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import scratchml.linear_model.active_columns as active_module
import scratchml.linear_model.columns as columns_module
import tests.naive.linear_model.lasso as naive
from scratchml.linear_model.active_columns import ActiveColumns
from scratchml.linear_model.columns import prepare
from scratchml.linear_model.coordinate_passes import (
    duality_gap,
    inner_product,
    pass_by_gram,
    pass_by_residual,
    room_left,
    shrinking,
    sign_of,
    soft_threshold,
)
from scratchml.linear_model.few_signs import solve_by_cholesky

EPS = np.finfo(float).eps
seeds = st.integers(0, 10**6)


def problem(seed, n=12, d=4, l1=2.0, l2=0.0):
    """Return X, y, l1 (d,), l2 (d,), c = X'y and the order of all columns."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.normal(size=n) * 3
    return X, y, np.full(d, l1), np.full(d, l2), X.T @ y, np.arange(d)


# ---- by hand


def test_a_number_is_pulled_to_zero_and_stays_there():
    expected = [2.0, 0.0, -1.0, 0.0, 0.0]
    found = [soft_threshold(v, 1.0, False) for v in (3.0, 0.5, -2.0, 1.0, -1.0)]
    assert found == expected
    assert [soft_threshold(v, 1.0, True) for v in (3.0, -2.0)] == [2.0, 0.0]
    assert [sign_of(v) for v in (3.0, 0.0, -0.0, -2.0)] == [1, 0, 0, -1]


def test_a_pass_on_paper():
    # columns (1, 0) and (1, 1), y = (3, 2), l1 = 1. First: 1 * 3 - 1 = 2. Residual (1, 2): second (3 - 1) / 2 = 1
    X, y = np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([3.0, 2.0])
    l1, l2, order = np.ones(2), np.zeros(2), np.arange(2)
    w, c = np.zeros(2), X.T @ y
    largest, signs, moved = pass_by_gram(X.T @ X, w, c, l1, l2, order, False)
    assert w.tolist() == [2.0, 1.0]
    assert c.tolist() == (X.T @ (y - X @ w)).tolist() == [0.0, 1.0]
    assert (largest, signs, moved) == (4.0, 2, 2)  # 1 * 2^2 and 2 * 1^2
    w, r = np.zeros(2), y.copy()
    assert pass_by_residual(X.T.copy(), np.array([1.0, 2.0]), w, r, l1, l2, order, False) == (4.0, 2, 2)
    assert w.tolist() == [2.0, 1.0]
    assert r.tolist() == [0.0, 1.0]


def test_the_gap_on_paper():
    # one column (1, 1), y = (2, 2), l1 = 1, w = 1: r = (1, 1), c = 2, so s = 1/2; F = 1 + 1 = 2.
    # D(r / 2) = 2 - 1/4 = 7/4, and the docstring's sum: (1/2)^2 * 2 / 2 + (1 - 1/2 * 2) = 1/4
    w, one, zero, order = np.array([1.0]), np.array([1.0]), np.array([0.0]), np.arange(1)
    found = duality_gap(w, np.array([2.0]), one, zero, zero, order, 2.0, False)
    assert found == (2.0, 0.25, 0.5)
    assert shrinking(w, np.array([2.0]), one, zero, zero, order, False) == 0.5


def test_the_gap_of_ridge_on_paper():
    # x = 1, y = 2, l2 = 1, w = 0: F = 2, the best w = 1 has F = 1/2 + 1/2 = 1; sum b^2 / (2 l2) = 4 / 2 bounds 2 - 1
    zero, one = np.array([0.0]), np.array([1.0])
    assert duality_gap(zero, np.array([2.0]), zero, one, zero, np.arange(1), 4.0, False) == (2.0, 2.0, 0.0)
    assert duality_gap(one, np.array([1.0]), zero, one, zero, np.arange(1), 1.0, False)[:2] == (1.0, 0.0)


def test_the_room_of_a_column_on_paper():
    # l1 = 3, s = 1: b = 1 leaves 2, over the length 2 of the column: 1; a constant column never comes in
    room = np.empty(2)
    zero = np.zeros(2)
    room_left(zero, np.array([1.0, 0.0]), np.array([4.0, 0.0]), np.full(2, 3.0), zero, 1.0, False, room)
    assert_allclose(room, [1.0, np.inf], rtol=1e-9)  # a little is kept for rounding


def test_with_the_signs_known_the_lasso_is_solved_at_once():
    X = np.array([[1.0, 0.5], [0.0, 1.0], [1.0, -1.0]])
    y = np.array([4.0, 3.0, 1.0])
    active = active_for(X, y, 0.1, [0.5, 0.5])
    assert active.solve_support() == (True, False)
    expected = np.linalg.solve(X.T @ X, X.T @ y - 0.3)  # n alpha = 0.3, both signs +
    assert_allclose(active.w, expected, rtol=1e-12)  # a little is added to the diagonal


# ---- naive twin


def active_for(X, y, alpha, w, l1_ratio=1.0, gram=True):
    """Return all columns in play, at w."""
    columns = prepare(np.ascontiguousarray(X), y, None, False, False)
    every = np.arange(columns.d)
    columns.gram, columns.features, columns.paired = None, every, gram
    columns.rows = columns.columns(every)
    columns.pairs = columns.rows @ columns.rows.T
    active = ActiveColumns(columns, columns.target(0), columns.penalties(alpha, l1_ratio, False, 0))
    active.start(np.array(w, dtype=float), None, None)
    return active


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5, 0.1])
def test_the_gap_is_that_of_the_twin_which_subtracts(rng, l1_ratio):
    for _ in range(20):
        X, y, w = rng.normal(size=(9, 4)), rng.normal(size=9), rng.normal(size=4) * (rng.random(4) > 0.5)
        l1, l2 = np.full(4, 9 * 0.2 * l1_ratio), np.full(4, 9 * 0.2 * (1 - l1_ratio))
        r = y - X @ w
        found = duality_gap(w, X.T @ r, l1, l2, np.zeros(4), np.arange(4), r @ r, False)[1]
        assert found == pytest.approx(naive.duality_gap(X, y, w, 0.2, l1_ratio), rel=1e-12)  # both about 1 here


@pytest.mark.parametrize("n", range(10))
def test_the_inner_product_in_four_lanes_is_the_inner_product(rng, n):
    u, v = rng.normal(size=n), rng.normal(size=n)
    assert inner_product(u, v) == pytest.approx(float(u @ v), abs=n * EPS * 10)  # another order of adding


@pytest.mark.parametrize("gram", [True, False])
def test_many_passes_end_where_the_twin_ends(rng, gram):
    X, y = rng.normal(size=(15, 4)), rng.normal(size=15)
    expected, _ = naive.elastic_net(X, y, 0.1, 0.7, intercept=False, passes=400)
    active = active_for(X, y, 0.1, np.zeros(4), 0.7, gram)
    for _ in range(400):
        active.sweep(np.arange(4))
    assert (active.residual is None) == gram
    assert_allclose(active.w, expected, rtol=1e-12, atol=1e-14)  # both converged to rounding
    assert_allclose(active.c, X.T @ (y - X @ active.w), atol=1e-12)  # 400 updates of 1e-16


# ---- laws


@given(seeds)
def test_a_pass_never_raises_the_objective_and_keeps_its_books(seed):
    X, y, l1, l2, c, order = problem(seed, l2=seed % 3 * 0.5)
    G, w = X.T @ X, np.zeros(4)

    def F(w):
        return 0.5 * np.sum((y - X @ w) ** 2) + l1 @ np.abs(w) + 0.5 * l2 @ w**2

    before = F(w)
    for _ in range(6):
        pass_by_gram(G, w, c, l1, l2, order, seed % 2 == 1)
        assert F(w) <= before * (1 + 8 * EPS)  # room for rounding only
        before = F(w)
    assert_allclose(c, X.T @ (y - X @ w), atol=1e-12 * np.abs(X.T @ y).max())


@given(seeds)
def test_both_forms_of_a_pass_do_the_same(seed):
    X, y, l1, l2, c, order = problem(seed, n=7, d=5, l2=0.3)
    v, w, r = np.zeros(5), np.zeros(5), y.copy()
    for _ in range(3):
        first = pass_by_gram(X.T @ X, v, c, l1, l2, order, False)
        second = pass_by_residual(X.T.copy(), np.sum(X**2, axis=0), w, r, l1, l2, order, False)
        assert first[1:] == second[1:]
    assert_allclose(v, w, rtol=1e-9, atol=1e-12)  # the same numbers, added in another order


@given(seeds, st.booleans(), st.sampled_from([True, False]))
def test_solving_never_raises_the_objective_whatever_the_signs(seed, gram, equal_columns):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(8, 12)), rng.normal(size=8)
    if equal_columns:
        X[:, 1] = X[:, 0]
    active = active_for(X, y, 0.05, rng.normal(size=12), rng.choice([1.0, 0.5]), gram)
    order = np.arange(12)
    for _ in range(8):
        before = active.gap(order)[0]
        active.solve_support()
        assert active.gap(order)[0] <= before * (1 + 1e-12)  # what is added to the diagonal, and rounding
        active.sweep(order)
    assert_allclose(active.c, X.T @ (y - X @ active.w), atol=1e-9 * np.abs(X.T @ y).max())


@given(seeds)
def test_the_gap_is_never_negative_and_bounds_what_is_left(seed):
    X, y, l1, l2, c, order = problem(seed, n=10, d=3, l1=1.0, l2=seed % 2 * 0.7)
    best = np.zeros(3)
    at_best = c.copy()
    for _ in range(500):
        pass_by_gram(X.T @ X, best, at_best, l1, l2, order, False)
    rng = np.random.default_rng(seed)
    for w in (np.zeros(3), rng.normal(size=3), best, best * (1 + 1e-9)):
        r = y - X @ w
        primal, gap, s = duality_gap(w, X.T @ r, l1, l2, np.zeros(3), order, float(r @ r), False)
        r = y - X @ best
        least = duality_gap(best, X.T @ r, l1, l2, np.zeros(3), order, float(r @ r), False)[0]
        assert 0.0 <= gap
        assert 0.0 < s <= 1.0
        assert primal - least <= gap + 1e-12 * primal  # the last digits of two sums


@given(seeds, st.sampled_from([2, 9, 40]), st.booleans())
def test_few_weights_solved_for_in_one_kernel_go_where_the_library_takes_them(seed, m, ridge):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(60, m)), rng.normal(size=60)
    w = rng.normal(size=m) * rng.choice([0.0, 0.1, 10.0], size=m)  # some signs hold, some do not
    ways = []
    for few in (80, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(active_module, "FEW", few)
            active = active_for(X, y, 0.05, w, 0.5 if ridge else 1.0)
            ways.append((active.solve_support(), active.w, active.c))
    assert ways[0][0] == ways[1][0]
    assert_allclose(ways[0][1], ways[1][1], rtol=1e-9, atol=1e-12)  # two ways to solve one well-posed system
    assert_allclose(ways[0][2], ways[1][2], rtol=1e-9, atol=1e-9)
    assert (np.sign(ways[0][1]) * np.sign(w) >= 0.0).all()


def test_what_is_not_positive_definite_is_left_to_the_library():
    H = np.array([[1.0, 2.0], [2.0, 1.0]])
    assert not solve_by_cholesky(H, np.ones(2))
    H = np.array([[4.0, 2.0], [0.0, 5.0]])  # R = [[2, 1], [0, 2]]
    x = np.array([8.0, 12.0])  # R'R (1, 2)' = (4 + 4, 2 + 10)
    assert solve_by_cholesky(H, x)
    assert_allclose(H, [[2.0, 1.0], [0.0, 2.0]], rtol=1e-15)  # whole numbers
    assert_allclose(x, [1.0, 2.0], rtol=1e-15)


# ---- edges and errors


def test_a_column_without_length_and_without_price_keeps_its_weight():
    w = np.array([0.0, 0.0])
    G = np.diag([0.0, 1.0])
    pass_by_gram(G, w, np.array([0.0, 2.0]), np.zeros(2), np.zeros(2), np.arange(2), False)
    assert w.tolist() == [0.0, 2.0]


def test_nothing_to_solve_where_all_weights_are_zero(rng):
    active = active_for(rng.normal(size=(5, 2)), rng.normal(size=5), 0.1, [0.0, 0.0])
    assert active.solve_cost() == np.inf
    assert active.solve_support() == (False, False)


def test_more_weights_than_rows_are_solved_for_by_the_rows(rng):
    X, y = rng.normal(size=(5, 9)), rng.normal(size=5)
    w = np.abs(rng.normal(size=9)) + 50.0  # so large that no sign changes for long: the whole step is cut short
    active = active_for(X, y, 0.2, w, 0.5, gram=False)
    H = X @ np.diag(1 / active.l2) @ X.T + np.eye(5)
    p = active.c - active.l2 * w - active.l1
    expected = (p - X.T @ np.linalg.solve(H, X @ (p / active.l2))) / active.l2
    step, columns = active.newton_step(np.arange(9), p)
    assert columns.shape == (9, 5)
    assert_allclose(step, expected, rtol=1e-9)  # two ways to write the same 5 x 5 system
    assert_allclose((X.T @ X + np.diag(active.l2)) @ step, p, rtol=1e-9)


def test_products_are_given_up_where_they_would_need_more_room_than_X(monkeypatch, rng):
    monkeypatch.setattr(columns_module, "SMALL", 0)
    columns = prepare(rng.normal(size=(5, 40)), rng.normal(size=5), None, True, False)
    columns.take_in(np.arange(0, 8))
    assert columns.paired
    columns.take_in(np.arange(8, 30))
    assert not columns.paired
    assert columns.rows.size <= 5 * 40
    assert columns.pairs.size == 0
