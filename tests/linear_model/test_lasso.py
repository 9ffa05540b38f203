"""Lasso and ElasticNet: by hand, naive twin, outside reference, laws, steps, edges and errors."""

import tracemalloc
import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import sklearn.linear_model as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

import scratchml.linear_model.columns as columns_module
import tests.naive.linear_model.lasso as naive
from scratchml.core import Listener, listen, record
from scratchml.core.jit import plain_python
from scratchml.linear_model import ElasticNet, Lasso, LinearRegression

EPS = np.finfo(float).eps
seeds = st.integers(0, 10**6)


def objective(model, X, y, weight=None):
    """Return the objective that is minimised, for a fitted model."""
    share = np.ones(len(y)) if weight is None else np.asarray(weight) * len(y) / np.sum(weight)
    miss = np.mean(share * (y - X @ model.coef_ - model.intercept_) ** 2) / 2
    l1, l2 = np.abs(model.coef_).sum(), np.sum(np.square(model.coef_))
    return miss + model.alpha * (model.l1_ratio * l1 + (1 - model.l1_ratio) * l2 / 2)


def alpha_max(X, y):
    """Return the lowest alpha at which the lasso has no weights."""
    return float(np.abs((X - X.mean(axis=0)).T @ (y - y.mean())).max() / len(y))


def correlated(rng, n, d, rho=0.9):
    """Return X whose neighbouring columns have correlation rho, and y made by a few of them with noise."""
    X = rng.normal(size=(n, d))
    for f in range(1, d):
        X[:, f] = rho * X[:, f - 1] + np.sqrt(1 - rho**2) * X[:, f]
    w = np.where(rng.random(d) < 0.1, rng.normal(size=d), 0.0)
    return X, X @ w + rng.normal(size=n)


def check_optimal(model, X, y, weight=None, room=1e-9):
    """Assert the conditions that hold at the best weights, and nowhere else."""
    share = np.ones(len(y)) if weight is None else np.asarray(weight) * len(y) / np.sum(weight)
    r = share * (y - X @ model.coef_ - model.intercept_)
    w, price = model.coef_, model.alpha * model.l1_ratio
    b = X.T @ r / len(y) - model.alpha * (1 - model.l1_ratio) * w
    scale = np.abs(X.T @ (share * y)).max() / len(y) + price
    assert_allclose(b[w != 0], price * np.sign(w[w != 0]), atol=room * scale)
    off = b[w == 0] if model.positive else np.abs(b[w == 0])
    assert (off <= price + room * scale).all()
    if model.fit_intercept:
        assert abs(r.mean()) <= room * np.abs(y).max()


# ---- by hand


def test_one_column_on_paper():
    # centred x = (-1, 0, 1), y = (-2, 0, 2): x'y / 3 = 4/3, x'x / 3 = 2/3; w = (4/3 - 1/3) / (2/3) = 1.5
    X, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])
    found = Lasso(alpha=1 / 3).fit(X, y)
    assert_allclose(found.coef_, [1.5], rtol=1e-15)
    assert found.intercept_ == pytest.approx(3 - 1.5, rel=1e-15)
    net = ElasticNet(alpha=2 / 3, l1_ratio=0.5).fit(X, y)  # (4/3 - 1/3) / (2/3 + 1/3)
    assert_allclose(net.coef_, [1.0], rtol=1e-15)


def test_orthogonal_columns_are_each_pulled_to_zero_by_alpha():
    X, y = np.sqrt(3) * np.eye(3), np.sqrt(3) * np.array([3.0, -2.0, 0.5])  # X'X / n = 1
    found = Lasso(alpha=1.0, fit_intercept=False).fit(X, y)
    assert_allclose(found.coef_, [2.0, -1.0, 0.0], rtol=1e-15)
    assert found.coef_[2] == 0.0  # not nearly: exactly
    assert Lasso(alpha=1.0, fit_intercept=False, positive=True).fit(X, y).coef_.tolist() == [
        pytest.approx(2.0),
        0.0,
        0.0,
    ]


def test_the_conditions_of_the_docstring_hold_at_the_fit(rng):
    X, y = rng.normal(size=(30, 6)), rng.normal(size=30)
    for model in (Lasso(0.05), ElasticNet(0.1, l1_ratio=0.4), Lasso(0.05, positive=True)):
        check_optimal(model.fit(X, y), X, y)


def test_the_steps_of_a_small_fit(rng):
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    path = record(Lasso(0.01).steps(X, y))
    names = [step.name for step in path]
    assert names[:2] == ["check", "pass"]
    assert names[-2:] == ["check", "settled"]
    assert path[0].w.tolist() == [0.0] * 3
    assert path[0].primal == pytest.approx(np.var(y) / 2, rel=1e-14)
    for step in path:
        r = y - y.mean() - (X - X.mean(axis=0)) @ step.w
        assert step.primal == pytest.approx(r @ r / 40 + 0.01 * np.abs(step.w).sum(), rel=1e-13)
        assert step.primal - step.dual == pytest.approx(step.gap, abs=4 * EPS)
    assert [step.iteration for step in path if step.name == "pass"] == list(range(1, names.count("pass") + 1))


# ---- naive twin


@pytest.mark.parametrize("l1_ratio", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("positive", [True, False])
def test_agrees_with_the_naive_twin(rng, l1_ratio, intercept, weighted, positive):
    X, y = rng.normal(size=(12, 3)) + np.arange(3.0), rng.normal(size=12)
    weight = rng.integers(0, 3, size=12) + 0.5 if weighted else None
    w, b = naive.elastic_net(X, y, 0.1, l1_ratio, weight, intercept, positive, passes=600)
    found = ElasticNet(0.1, l1_ratio=l1_ratio, fit_intercept=intercept, positive=positive).fit(X, y, weight)
    assert_allclose(found.coef_, w, atol=1e-7)  # objective right to 1e-10, weights to its root at worst
    assert found.intercept_ == pytest.approx(b, abs=1e-6)
    assert objective(found, X, y, weight) <= naive.objective(X, y, w, b, 0.1, l1_ratio, weight) * (1 + 1e-10)


def test_agrees_with_steps_down_the_gradient(rng):
    X, y = rng.normal(size=(10, 3)), rng.normal(size=10)
    expected = naive.ista(X, y, 0.1, steps=1500)
    assert_allclose(Lasso(0.1, fit_intercept=False).fit(X, y).coef_, expected, atol=1e-9)


# ---- outside reference

DATA = {
    "tall": lambda rng: correlated(rng, 300, 20),
    "tall, more columns than few": lambda rng: correlated(rng, 400, 130),
    "wide": lambda rng: correlated(rng, 40, 160),
    "wide, nothing correlated": lambda rng: correlated(rng, 60, 200, 0.0),
    "far from the origin": lambda rng: (correlated(rng, 50, 130)[0] + 1e7, rng.normal(size=50)),
    "columns twice": lambda rng: ((X := rng.normal(size=(50, 6)))[:, [0, 0, 1, 2, 3, 3, 4, 5]], X.sum(axis=1)),
    "dependent columns": lambda rng: ((X := rng.normal(size=(50, 4))) @ rng.normal(size=(4, 9)), X[:, 0]),
    "constant columns": lambda rng: (
        np.column_stack([np.full(40, 7.3), (X := rng.normal(size=(40, 3))), np.zeros(40)]),
        X.sum(axis=1),
    ),
    "one row": lambda rng: (rng.normal(size=(1, 4)), np.array([3.0])),
    "two rows": lambda rng: (rng.normal(size=(2, 5)), np.array([3.0, -1.0])),
    "one column": lambda rng: (rng.normal(size=(20, 1)), rng.normal(size=20)),
}


@pytest.mark.parametrize("small", [3.0, 50.0])
@pytest.mark.parametrize("how", [{}, {"l1_ratio": 0.5}, {"positive": True}, {"fit_intercept": False}], ids=str)
@pytest.mark.parametrize("name", DATA)
def test_the_objective_is_never_above_scikit_learns(rng, name, how, small):
    X, y = DATA[name](rng)
    alpha = max(alpha_max(X, y), 0.1) / small
    how = {"l1_ratio": 1.0, **how}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it may not converge in that many passes, and only help us by it
        theirs = reference.ElasticNet(alpha, tol=1e-9, max_iter=3000, **how).fit(X, y)
    hopeless = name == "far from the origin" and "fit_intercept" in how  # all columns are the same to 7 digits
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if hopeless else "error")
        ours = ElasticNet(alpha, **how).fit(X, y)  # at the default tolerance, 1e-4
    expected, found = objective(theirs, X, y), objective(ours, X, y)
    assert found <= expected * (1 + 1e-8) + 1e-20
    if hopeless:
        return
    certificate = ours.certify(X, y)
    assert certificate.gap <= 1e-9 * max(found, 1e-20)
    assert certificate.intercept <= 1e-7  # means of 1e7 are known to 1e-9
    if "twice" not in name and "dependent" not in name and expected > 1e-12:
        close = np.sqrt(max(expected / found - 1, 1e-10))  # as far as a flat bottom lets weights differ
        assert_allclose(ours.coef_, theirs.coef_, atol=30 * close * np.abs(theirs.coef_).max() + 1e-12)


@pytest.mark.parametrize("alpha", [5.0, 0.5, 0.02])
def test_real_data_give_scikit_learns_weights(alpha):
    X, y = load_diabetes(return_X_y=True)
    ours, theirs = Lasso(alpha).fit(X, y), reference.Lasso(alpha, tol=1e-12, max_iter=10**5).fit(X, y)
    assert_allclose(ours.coef_, theirs.coef_, atol=1e-4 * np.abs(theirs.coef_).max(initial=0))
    assert ours.intercept_ == pytest.approx(theirs.intercept_, rel=1e-9)
    assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-6)
    assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-9)


def test_attributes_have_scikit_learns_shapes(rng):
    X, Y = rng.normal(size=(30, 4)), rng.normal(size=(30, 3))
    for y in (Y, Y[:, :1], Y[:, 0]):
        for intercept in (True, False):
            ours = Lasso(0.05, fit_intercept=intercept).fit(X, y)
            theirs = reference.Lasso(0.05, fit_intercept=intercept, tol=1e-10).fit(X, y)
            for name in ("coef_", "intercept_", "dual_gap_", "n_iter_"):
                assert np.shape(getattr(ours, name)) == np.shape(getattr(theirs, name)), name
            assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
            assert_allclose(ours.intercept_, theirs.intercept_, atol=1e-5)
            assert ours.predict(X).shape == theirs.predict(X).shape
    assert ours.get_params().keys() == theirs.get_params().keys()
    assert ElasticNet().get_params() == reference.ElasticNet().get_params()
    assert Lasso().get_params() == reference.Lasso().get_params()


def test_sample_weights_as_scikit_learns(rng):
    X, y, weight = rng.normal(size=(40, 130)), rng.normal(size=40), rng.random(40)
    for y_used, wide in ((y, X), (y, X[:, :5])):
        ours = ElasticNet(0.1).fit(wide, y_used, weight)
        theirs = reference.ElasticNet(0.1, tol=1e-12, max_iter=10**4).fit(wide, y_used, weight)
        assert_allclose(ours.coef_, theirs.coef_, atol=1e-6)
        assert ours.intercept_ == pytest.approx(theirs.intercept_, abs=1e-6)
        check_optimal(ours, wide, y_used, weight, room=1e-6)


def test_the_gap_is_scikit_learns_at_the_same_weights(rng):
    X, y = rng.normal(size=(30, 5)), rng.normal(size=30)
    X, y = X - X.mean(axis=0), y - y.mean()
    with pytest.warns(ConvergenceWarning):
        theirs = reference.Lasso(0.1, max_iter=1, tol=1e-14, fit_intercept=False).fit(X, y)
    mine = Lasso(0.1, fit_intercept=False).fit(X, y)
    mine.coef_ = theirs.coef_
    assert mine.certify(X, y).gap == pytest.approx(theirs.dual_gap_, rel=1e-6)  # theirs subtracts


def test_works_inside_scikit_learns_grid_search(rng):
    X = rng.normal(size=(60, 3))
    search = GridSearchCV(Lasso(), {"alpha": [10.0, 0.001]}, cv=3).fit(X, X.sum(axis=1))
    assert search.best_params_ == {"alpha": 0.001}


# ---- laws


@given(seeds, st.sampled_from([1.0, 0.6, 0.1]), st.booleans())
def test_the_best_weights_satisfy_the_conditions_of_the_minimum(seed, l1_ratio, positive):
    rng = np.random.default_rng(seed)
    X, y = correlated(rng, int(rng.integers(2, 30)), int(rng.integers(1, 40)))
    alpha = max(alpha_max(X, y), 1e-3) * float(rng.choice([0.5, 0.1, 0.01]))
    model = ElasticNet(alpha, l1_ratio=l1_ratio, positive=positive).fit(X, y)
    check_optimal(model, X, y, room=3e-5)  # the root of 1e-10
    assert model.certify(X, y).violation <= 3e-5


@given(seeds, st.sampled_from(["cyclic", "random"]))
def test_gaps_are_true_and_the_objective_never_rises(seed, selection):
    rng = np.random.default_rng(seed)
    X, y = correlated(rng, 25, int(rng.choice([5, 60, 150])))
    path = record(Lasso(alpha_max(X, y) / 30, selection=selection, random_state=0).steps(X, y))
    least = path[-1].primal
    for before, after in pairwise(path):
        if before.alpha == after.alpha:
            room = 1e-9 if before.name == "round" else 1e-12  # r'r is kept up to date, but mixtures magnify rounding
            assert after.primal <= before.primal * (1 + room)
        assert after.gap >= 0.0
    for step in path:
        if step.name == "check" and step.alpha == path[-1].alpha:
            assert step.primal - least <= step.gap + 1e-12 * least


@given(seeds)
def test_what_is_left_out_as_safe_has_no_weight_at_the_optimum(seed):
    rng = np.random.default_rng(seed)
    X, y = correlated(rng, 60, 40)
    alpha = alpha_max(X, y) * float(rng.choice([0.6, 0.2, 0.05]))
    columns = columns_module.prepare(X, y, None, True, False)
    path = record(Lasso(alpha).steps(X, y))
    best = Lasso(alpha, tol=1e-14).fit(X, y).coef_
    passes = [step for step in path if step.name == "pass"]
    assert passes
    for step in passes:  # all 40 columns are in play, so what is not among the active ones was left out as safe
        assert set(np.flatnonzero(best)) <= set(step.active.tolist())
    assert columns.gram is not None


@given(seeds)
def test_an_elastic_net_without_squares_is_the_lasso_and_without_absolute_values_is_ridge(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    net, lasso = ElasticNet(0.07, l1_ratio=1.0).fit(X, y), Lasso(0.07).fit(X, y)
    assert net.coef_.tolist() == lasso.coef_.tolist()
    ridge = ElasticNet(0.07, l1_ratio=0.0, tol=1e-14).fit(X, y)
    C = X - X.mean(axis=0)
    expected = np.linalg.solve(C.T @ C + 20 * 0.07 * np.eye(4), C.T @ y)
    assert_allclose(ridge.coef_, expected, rtol=1e-5, atol=1e-6)  # the root of 1e-10


@given(seeds)
def test_weight_two_is_a_row_twice_and_weight_zero_is_none(seed):
    rng = np.random.default_rng(seed)
    X, y, weight = rng.normal(size=(15, 4)), rng.normal(size=15), rng.integers(0, 3, size=15)
    weight[0] = 1
    rows = np.repeat(np.arange(15), weight)
    by_weight = ElasticNet(0.05, l1_ratio=0.8, tol=1e-14).fit(X, y, weight)
    by_rows = ElasticNet(0.05, l1_ratio=0.8, tol=1e-14).fit(X[rows], y[rows])
    assert_allclose(by_weight.coef_, by_rows.coef_, atol=1e-7)
    assert by_weight.intercept_ == pytest.approx(by_rows.intercept_, abs=1e-7)


@given(seeds, st.sampled_from([1.0, 0.5]))
def test_from_alpha_max_on_all_weights_are_zero_and_just_below_not(seed, l1_ratio):
    rng = np.random.default_rng(seed)
    X, y = correlated(rng, 20, int(rng.choice([4, 130])))
    highest = alpha_max(X, y) / l1_ratio
    for factor in (1 + 1e-12, 2.0, 1e300):
        model = ElasticNet(highest * factor, l1_ratio=l1_ratio).fit(X, y)
        assert model.coef_.tolist() == [0.0] * X.shape[1]
        assert model.n_iter_ == 0
        assert model.intercept_ == pytest.approx(y.mean(), abs=1e-14)
    assert np.count_nonzero(ElasticNet(highest * 0.99, l1_ratio=l1_ratio).fit(X, y).coef_) > 0


@given(seeds)
def test_signs_order_and_units_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    X, y = correlated(rng, 30, 6, 0.5)
    alpha = alpha_max(X, y) / 10
    expected = Lasso(alpha, tol=1e-14).fit(X, y).coef_
    flip, order = rng.choice([-1.0, 1.0], size=6), rng.permutation(6)
    assert_allclose(Lasso(alpha, tol=1e-14).fit(X * flip, y).coef_ * flip, expected, atol=1e-7)
    assert_allclose(Lasso(alpha, tol=1e-14).fit(X[:, order], y).coef_, expected[order], atol=1e-7)
    assert_allclose(Lasso(alpha, tol=1e-14).fit(X, -y).coef_, -expected, atol=1e-7)
    assert_allclose(Lasso(alpha * 1e3, tol=1e-14).fit(X, y * 1e3).coef_ / 1e3, expected, atol=1e-7)
    assert_allclose(Lasso(alpha * 1e3, tol=1e-14).fit(X * 1e3, y).coef_ * 1e3, expected, atol=1e-7)
    assert_allclose(Lasso(alpha, tol=1e-14).fit(X + 5.0, y - 3.0).coef_, expected, atol=1e-7)


@given(seeds, st.integers(-500, 500), st.integers(-500, 500))
def test_units_that_are_powers_of_two_change_the_weights_by_just_that(seed, p, q):
    rng = np.random.default_rng(seed)
    X, y = correlated(rng, 20, 5, 0.5)
    alpha = alpha_max(X, y) / 10
    expected = Lasso(alpha).fit(X, y).coef_
    with np.errstate(over="ignore"):
        scaled = np.ldexp(alpha, p + q)
    if 1e-280 < scaled < 1e280:
        found = Lasso(scaled).fit(np.ldexp(X, p), np.ldexp(y, q)).coef_
        assert_allclose(np.ldexp(found, p - q), expected, rtol=1e-6, atol=1e-7)


@settings(max_examples=10)
@given(seeds)
def test_all_ways_to_hold_X_give_the_same_answer(seed):
    rng = np.random.default_rng(seed)
    X, y = correlated(rng, 40, 140, 0.7)
    X, y = X - X.mean(axis=0), y - y.mean()
    alpha = alpha_max(X, y) / 15
    expected = Lasso(alpha).fit(X, y)
    level = objective(expected, X, y)
    for found in (
        Lasso(alpha).fit(np.asfortranarray(X), y),
        Lasso(alpha, precompute=True).fit(X, y),
        Lasso(alpha, precompute=X.T @ X, fit_intercept=False).fit(X, y),
        Lasso(alpha, selection="random", random_state=seed).fit(X, y),
        Lasso(alpha).fit(X.tolist(), y.tolist()),
    ):
        assert objective(found, X, y) == pytest.approx(level, rel=1e-9)  # each within 1e-10 of the least


def test_columns_without_products_give_the_same_answer(monkeypatch, rng):
    X, y = correlated(rng, 40, 140, 0.7)
    for how in ({}, {"l1_ratio": 0.3}, {"l1_ratio": 0.0}):
        how = {"l1_ratio": 1.0, "alpha": alpha_max(X, y) / 15, **how}
        expected = ElasticNet(**how).fit(X, y)
        with monkeypatch.context() as patch:
            patch.setattr(columns_module, "SMALL", 0)
            path = record(ElasticNet(**how).steps(X, y))
            found = ElasticNet(**how).fit(X, y)
        assert "solve" in {step.name for step in path}
        assert objective(found, X, y) == pytest.approx(objective(expected, X, y), rel=1e-9)


@pytest.mark.parametrize("centred", [True, False])
def test_one_product_of_all_columns_is_that_of_centred_rows(monkeypatch, rng, centred):
    X, y = rng.normal(size=(900, 120)) + rng.uniform(-0.9, 0.9, 120), rng.normal(size=900)
    X[:, 3] = 0.0
    at_once, careful = (columns_module.prepare(X, y, None, centred, False) for _ in range(2))
    monkeypatch.setattr(careful, "may_stand", lambda: False)
    assert at_once.may_stand()
    at_once.take_all()
    careful.take_all()
    assert at_once.gram.tobytes() != careful.gram.tobytes()  # by rounding: two ways were gone
    assert_allclose(at_once.gram, careful.gram, rtol=0, atol=30 * EPS * 900)  # sqrt(900) roundings of sums near 900
    assert_allclose(at_once.features, careful.features, rtol=0, atol=0)


def test_means_above_the_spread_are_taken_off_before_products_are_made(rng):
    X = rng.normal(size=(900, 120)) + 3.0
    assert not columns_module.prepare(X, X[:, 0], None, True, False).may_stand()


def test_all_columns_come_in_at_once_where_each_explains_what_others_do_not(rng):
    w = rng.uniform(1.0, 2.0, 420)
    for mixed in (False, True):
        X = rng.normal(size=(2000, 420))
        X += 3.0 * X[:, :1] if mixed else 0.0
        y = X @ w
        columns = columns_module.prepare(X, y, None, True, False)
        penalties = columns.penalties(alpha_max(X, y) / 6, 1.0, False, 0)
        assert columns.foresees_all(columns.target(0), penalties) != mixed


def test_likeness_on_paper():
    # columns 1 and 2 equal, 3 at right angles: correlations with eigenvalues 2, 0, 1, of variance 2/3
    X = np.array([[1.0, 2.0, 1.0], [1.0, 2.0, -1.0], [-1.0, -2.0, 1.0], [-1.0, -2.0, -1.0]])
    assert columns_module.prepare(X, X[:, 0], None, True, True).likeness() == pytest.approx(2 / 3, rel=1e-12)  # bits


def test_compiled_and_plain_agree_to_the_last_bit_where_few_columns_come_into_play(rng):
    X, y = correlated(rng, 20, 110)
    model = Lasso(alpha_max(X, y) / 5)
    expected = model.fit(X, y).coef_
    with plain_python():
        found = model.fit(X, y).coef_
    assert found.tobytes() == expected.tobytes()


# ---- steps


def test_a_small_alpha_is_reached_by_way_of_larger_ones(rng):
    X, y = correlated(rng, 40, 200)
    path = record(Lasso(alpha_max(X, y) / 100, tol=1e-9).steps(X, y))  # so low that no rounds are taken
    alphas = [step.alpha for step in path if step.name == "settled"]
    assert len(alphas) > 2
    assert all(b < a for a, b in pairwise(alphas))
    assert alphas[-1] == alpha_max(X, y) / 100


def test_a_small_alpha_is_reached_at_once_where_columns_are_hardly_alike(rng):
    for mixed in (False, True):
        X = rng.normal(size=(500, 120))
        X += 3.0 * X[:, :1] if mixed else 0.0
        y = X @ rng.normal(size=120)
        path = record(Lasso(alpha_max(X, y) / 1000, tol=1e-9).steps(X, y))
        assert (len([step for step in path if step.name == "settled"]) > 1) == mixed


def test_a_listener_may_stop_the_fit_early(rng):
    X, y = correlated(rng, 40, 8)

    class Stop(Listener):
        def see(self, step):
            return step.name == "pass"

    with listen(Stop()), pytest.warns(ConvergenceWarning, match="the duality gap is"):
        model = Lasso(0.01).fit(X, y)
    assert model.n_iter_ == 1
    assert np.isfinite(model.predict(X)).all()


def test_a_warm_start_begins_where_the_last_fit_ended(rng):
    X, y = correlated(rng, 40, 130)
    model = Lasso(0.1, warm_start=True)
    first = model.fit(X, y).n_iter_
    expected = model.coef_.copy()
    assert first > 0
    assert model.fit(X, y).n_iter_ == 0
    assert model.coef_.tolist() == expected.tolist()
    model.set_params(alpha=0.09).fit(X, y)
    cold = Lasso(0.09).fit(X, y)
    assert objective(model, X, y) == pytest.approx(objective(cold, X, y), rel=1e-9)
    with pytest.raises(ValueError, match="warm_start=False"):
        model.fit(X[:, :5], y)


# ---- edges and errors


def test_without_a_price_it_is_least_squares_and_says_so(rng):
    X, y = rng.normal(size=(20, 3)), rng.normal(size=20)
    with pytest.warns(UserWarning, match="LinearRegression"):
        found = Lasso(alpha=0.0).fit(X, y)
    expected = LinearRegression().fit(X, y)
    assert found.coef_.tolist() == expected.coef_.tolist()
    assert found.intercept_ == pytest.approx(expected.intercept_, abs=1e-15)
    assert found.dual_gap_ < 1e-20
    assert found.certify(X, y).violation < 1e-14
    with pytest.warns(UserWarning, match="LinearRegression"):
        several = ElasticNet(alpha=0, positive=True).fit(X, np.column_stack([y, X[:, 0]]))
    assert several.coef_.shape == (2, 3)
    assert (several.coef_ >= 0).all()


def test_too_few_passes_are_told_in_words(rng):
    X, y = correlated(rng, 50, 20, 0.99)
    with pytest.warns(ConvergenceWarning, match=r"1 passes: the duality gap is .*the tolerance is .*max_iter=1"):
        model = Lasso(1e-3, max_iter=1, tol=1e-9).fit(X, y)
    assert model.n_iter_ == 1
    assert model.dual_gap_ == pytest.approx(model.certify(X, y).gap, rel=1e-6)
    with pytest.warns(ConvergenceWarning, match="for target 1"):
        Lasso(1e-3, max_iter=1, tol=1e-9).fit(X, np.column_stack([np.zeros(50), y]))


def test_nothing_is_to_be_explained_of_a_constant(rng):
    X = rng.normal(size=(20, 3))
    for value in (0.0, 3.3):
        model = Lasso(1e-3).fit(X, np.full(20, value))
        assert model.coef_.tolist() == [0.0] * 3
        assert model.intercept_ == pytest.approx(value, rel=1e-15)


def test_scales_from_tiny_to_huge(rng):
    X, y = correlated(rng, 30, 4, 0.3)
    alpha = alpha_max(X, y) / 10
    expected = Lasso(alpha).fit(X, y).coef_
    for p, q in ((1e-150, 1.0), (1e150, 1.0), (1.0, 1e-150), (1.0, 1e150), (1e-150, 1e150), (1e100, 1e-120)):
        found = Lasso(alpha * p * q).fit(X * p, y * q).coef_
        assert_allclose(found / q * p, expected, rtol=1e-6, atol=1e-8)
    scales = np.array([1e-150, 1.0, 1e150, 1.0])
    mixed = Lasso(alpha).fit(X * scales, y)
    assert mixed.coef_[0] == 0.0  # so small a column would need too dear a weight
    C = X[:, 2] - X[:, 2].mean()
    assert mixed.coef_[2] * 1e150 == pytest.approx(C @ (y - X[:, [1, 3]] @ mixed.coef_[[1, 3]]) / (C @ C), rel=1e-5)


def test_no_copy_of_X_is_made(rng):
    X = rng.normal(size=(2000, 400))
    y = X[:, :5].sum(axis=1) + rng.normal(size=2000)
    alpha = alpha_max(X, y) / 5
    for held in (X, np.asfortranarray(X)):
        Lasso(alpha).fit(held, y)  # compiled by now
        tracemalloc.start()
        Lasso(alpha).fit(held, y)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 0.6 * X.nbytes  # the columns in play, and blocks at work


def test_products_given_by_the_caller_are_checked(rng):
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    with pytest.raises(ValueError, match="did not pass validation"):
        Lasso(precompute=np.eye(3), fit_intercept=False).fit(X, y)
    with pytest.raises(ValueError, match="shape"):
        Lasso(precompute=np.eye(2), fit_intercept=False).fit(X, y)
    with pytest.warns(UserWarning, match="recomputing Gram matrix"):
        found = Lasso(0.1, precompute=X.T @ X).fit(X + 1, y)
    assert_allclose(found.coef_, Lasso(0.1).fit(X, y).coef_, atol=1e-9)
    given_, before = X.T @ X, X.T @ X
    Lasso(0.1, precompute=given_, fit_intercept=False).fit(X, y)
    assert given_.tolist() == before.tolist()
    weight = rng.random(30)
    root = np.sqrt(weight * 30 / weight.sum())[:, None]
    weighted = Lasso(0.1, precompute=(X * root).T @ (X * root), fit_intercept=False).fit(X, y, weight)
    assert_allclose(weighted.coef_, Lasso(0.1, fit_intercept=False).fit(X, y, weight).coef_, atol=1e-9)


@pytest.mark.parametrize(
    ("how", "error", "match"),
    [
        ({"alpha": -1.0}, ValueError, "alpha=-1.0"),
        ({"alpha": np.inf}, ValueError, "alpha=inf"),
        ({"alpha": "much"}, TypeError, "alpha='much'"),
        ({"l1_ratio": 1.5}, ValueError, "l1_ratio=1.5"),
        ({"tol": -1.0}, ValueError, "tol=-1.0"),
        ({"max_iter": 0}, ValueError, "max_iter=0"),
        ({"selection": "best"}, ValueError, "selection='best'"),
        ({"precompute": "auto"}, TypeError, "precompute='auto'"),
    ],
)
def test_wrong_parameters_are_named(how, error, match):
    with pytest.raises(error, match=match):
        ElasticNet(**how).fit([[0.0], [1.0]], [0.0, 1.0])


def test_a_weight_too_large_for_float64_is_an_error():
    with pytest.raises(ValueError, match="rescale X or y"):
        Lasso(1e-300).fit([[0.0], [1e-200]], [0.0, 1e150])


def test_column_names_are_remembered(rng):
    frame = pd.DataFrame(rng.normal(size=(10, 2)), columns=["a", "b"])
    model = Lasso(0.1).fit(frame, np.arange(10.0))
    assert model.feature_names_in_.tolist() == ["a", "b"]
    assert model.n_features_in_ == 2
