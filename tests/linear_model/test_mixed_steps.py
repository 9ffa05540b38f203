"""Mixed steps of a lasso with many weights: by hand, naive twin, outside reference, laws, edges."""

from itertools import pairwise

import numpy as np
import pytest
import sklearn.linear_model as reference
from numpy.testing import assert_allclose, assert_array_equal

import tests.naive.linear_model.lasso as naive
from scratchml.core import listen, record
from scratchml.linear_model import ElasticNet, Lasso
from scratchml.linear_model.columns import prepare
from scratchml.linear_model.mixed_steps import SHORTER, best_of_each, may_be_mixed, mixed_steps, shortest_mixture
from tests.linear_model.test_lasso import alpha_max, correlated, objective


def unlike(rng, n=3000, d=220):
    """Return X of independent columns, and y to which all of them add."""
    X = rng.normal(size=(n, d)) + rng.normal(size=d)
    return X, X @ rng.normal(size=d) + rng.normal(size=n)


def looks_at(X, y, alpha, l1_ratio=1.0, positive=False):
    """Return (columns, target, penalties, all looks from w = 0)."""
    columns = prepare(X, y, None, True, False)
    target, penalties = columns.target(0), columns.penalties(alpha, l1_ratio, positive, 0)
    zeros = np.zeros(X.shape[1])
    return columns, target, penalties, list(mixed_steps(columns, target, penalties, zeros, target.moment))


def names_of(model, X, y):
    return [step.name for step in record(model.steps(X, y))]


# ---- by hand


def test_steps_that_cancel_are_mixed_so():
    assert_allclose(shortest_mixture(np.array([[1.0, 0.0], [-3.0, 0.0]])), [0.75, 0.25], rtol=1e-9)  # ridge 1e-12
    assert_allclose(shortest_mixture(np.array([[1.0, 0.0], [0.0, 2.0]])), [0.8, 0.2], rtol=1e-9)  # likewise


def test_columns_at_right_angles_need_one_step():
    X = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    y = X @ np.array([3.0, -0.5])
    w, c, square, r = looks_at(X, y, 1.0)[3][0]
    assert_allclose(w, [2.0, 0.0], rtol=1e-15)  # x'y = 12 and -2, prices of 4, squares of 4
    assert_allclose(c, [4.0, -2.0], rtol=1e-15)
    assert_allclose(r, y - X @ w, rtol=1e-15)
    assert square == pytest.approx(5.0, rel=1e-15)


# ---- naive twin


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_looks_lead_where_many_passes_do(rng, l1_ratio, positive):
    X = rng.normal(size=(200, 4))
    X -= X.mean(axis=0)
    y = X @ [1.0, 0.5, 0.01, 0.2] + rng.normal(size=200)
    y -= y.mean()
    expected, _ = naive.elastic_net(X, y, 0.02, l1_ratio, intercept=False, positive=positive, passes=500)
    columns, _, penalties, looks = looks_at(X, y, 0.02, l1_ratio, positive)
    w, c, _, _ = looks[-1]
    assert_allclose(w, expected, atol=1e-4)  # twelve steps, each at least halved
    assert_allclose(c, X.T @ (y - X @ w), atol=1e-12)  # rounding of sums of 200 numbers
    at_the_best = best_of_each(columns, penalties, expected, X.T @ (y - X @ expected))
    assert_allclose(at_the_best, expected, atol=1e-7)  # 500 passes end within rounding of the root of a gap


# ---- outside reference


@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_a_fit_is_as_good_as_the_reference_at_the_same_tol(rng, l1_ratio, positive):
    X, y = unlike(rng)
    alpha = alpha_max(X, y) / 100 / l1_ratio
    ours = ElasticNet(alpha, l1_ratio=l1_ratio, positive=positive)
    assert "mix" in names_of(ours, X, y) or positive  # half of all weights would be below 0
    ours.fit(X, y)
    best = reference.ElasticNet(alpha, l1_ratio=l1_ratio, positive=positive, tol=1e-9, max_iter=100_000).fit(X, y)
    allowed = 1e-4 * np.var(y)  # tol |y|^2 / n
    assert ours.dual_gap_ <= allowed
    assert ours.certify(X, y).gap == pytest.approx(ours.dual_gap_, rel=1e-6, abs=1e-13 * allowed / 1e-4)
    assert objective(ours, X, y) <= objective(best, X, y) + ours.dual_gap_ * (1 + 1e-6) + 1e-12


# ---- laws


def test_steps_become_shorter_by_half_at_least(rng):
    columns, _, penalties, looks = looks_at(*unlike(rng), 0.01)
    lengths = [
        float(np.linalg.norm(np.sqrt(columns.a) * (best_of_each(columns, penalties, w, c) - w))) for w, c, _, _ in looks
    ]
    assert len(lengths) > 5
    assert all(b <= SHORTER * a for a, b in pairwise(lengths))


def test_no_products_are_worked_out_where_looks_suffice(rng):
    X, y = unlike(rng)
    assert set(names_of(Lasso(alpha_max(X, y) / 100), X, y)) == {"mix", "check", "settled"}


@pytest.mark.parametrize("share", [1.0, 0.05])  # where columns explain little, only the second step shows it
def test_columns_that_are_alike_are_left_to_rounds(rng, share):
    X, _ = correlated(rng, 3000, 220, 0.9)
    y = share * (X @ rng.normal(size=220)) + rng.normal(size=3000) * (2.0 - share)
    columns = prepare(X, y, None, True, False)
    assert may_be_mixed(columns, columns.target(0)) == (share < 1.0)
    names = names_of(Lasso(alpha_max(X, y) / 100), X, y)
    assert "mix" not in names
    assert "round" in names


def test_looking_on_changes_nothing(rng):
    X, y = unlike(rng)
    model, seen = Lasso(alpha_max(X, y) / 100), []
    expected = model.fit(X, y).coef_
    with listen(seen.append):
        found = model.fit(X, y).coef_
    assert_array_equal(found, expected)
    assert "mix" in {step.name for step in seen}


def test_the_order_of_X_in_memory_changes_rounding_only(rng):
    X, y = unlike(rng)
    model = Lasso(alpha_max(X, y) / 100)
    expected = model.fit(X, y).coef_
    assert_allclose(model.fit(np.asfortranarray(X), y).coef_, expected, atol=1e-10)  # of weights of about 1


# ---- edges


def test_constant_and_equal_columns_are_borne(rng):
    X, y = unlike(rng)
    X[:, 3], X[:, 7], X[:, 9] = 2.0, X[:, 8], 0.0
    model = Lasso(alpha_max(X, y) / 300).fit(X, y)
    assert model.coef_[3] == model.coef_[9] == 0.0
    assert model.dual_gap_ <= 1e-4 * np.var(y)


def test_few_weights_are_polished_as_ever(rng):
    X = rng.normal(size=(1900, 210))
    y = X[:, :10] @ rng.normal(size=10) + rng.normal(size=1900)
    model = Lasso(alpha_max(X, y) / 5)
    assert "mix" in names_of(model, X, y)
    assert model.fit(X, y).dual_gap_ <= 1e-9 * objective(model, X, y)  # equations go on to 1e-10


def test_a_warm_start_is_gone_on_from(rng):
    X, y = unlike(rng)
    model = Lasso(alpha_max(X, y) / 100, warm_start=True).fit(X, y)
    model.set_params(alpha=model.alpha * 0.9).fit(X, y)
    assert model.dual_gap_ <= 1e-4 * np.var(y)
    assert model.fit(X, y).n_iter_ == 0  # the end of the last fit is good enough


def test_weighted_rows_and_several_targets_have_products(rng):
    X, y = unlike(rng)
    for weight, Y in ((None, y), (rng.uniform(0.5, 1.5, size=3000), y), (None, np.column_stack([y, -y]))):
        columns = prepare(X, Y, weight, True, False)
        assert may_be_mixed(columns, columns.target(0)) == (weight is None and Y.ndim == 1)


def test_numbers_out_of_range_end_it(rng):
    X, y = unlike(rng, 500, 220)
    columns = prepare(X, y, None, True, False)
    target, penalties = columns.target(0), columns.penalties(0.01, 1.0, False, 0)
    assert not list(mixed_steps(columns, target, penalties, np.zeros(220), np.full(220, np.nan)))
