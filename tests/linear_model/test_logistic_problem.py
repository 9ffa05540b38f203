"""The loss of logistic regression over all rows: by hand, naive twin, outside reference, laws, edges and errors."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logsumexp

import tests.naive.linear_model.logistic_regression as naive
from scratchml.linear_model import logistic_problem
from scratchml.linear_model.logistic_problem import (
    add_columns,
    class_totals,
    curvatures,
    from_units,
    gradient_in_units,
    hessian,
    in_units,
    look_at_columns,
    loss_and_gradient,
    make_problem,
    prior_start,
    separates,
    with_penalty,
)
from scratchml.optim import check_gradient, check_hessian


def problem(X, codes, k, l2=0.0, weight=None, centred=True, n_jobs=None, **how):
    """Return the problem of class numbers `codes`, of k classes."""
    target = np.where(codes > 0, 1.0, -1.0) if k == 2 else np.asarray(codes, dtype=np.int64)
    return make_problem(np.asarray(X, dtype=float), target, weight, 1 if k == 2 else k, l2, centred, n_jobs, **how)


def made(rng, n, d, k):
    """Return X, class numbers and some W."""
    codes = rng.integers(k, size=n)
    codes[:k] = np.arange(k)
    return rng.normal(size=(n, d)), codes, rng.normal(size=(1 if k == 2 else k, d + 1))


# ---- by hand


def test_two_rows_on_paper():
    # rows 0 and 1 of classes 0 and 1; w = log 3, b = 0: logits 0 and log 3, so p = 1/2 and 3/4
    p = problem([[0.0], [1.0]], np.array([0, 1]), 2, l2=2.0)
    loss, G = loss_and_gradient(p, np.array([[math.log(3.0), 0.0]]))
    assert loss == pytest.approx((math.log(2.0) + math.log(4.0 / 3.0)) / 2 + math.log(3.0) ** 2, rel=1e-15)
    # slopes p - y are 1/2 and -1/4
    np.testing.assert_allclose(G, [[-1 / 8 + 2 * math.log(3.0), 1 / 8]], rtol=1e-15)
    H = hessian(p, np.array([math.log(3.0), 0.0]))  # curvatures 1/4 and 3/16
    np.testing.assert_allclose(H, [[3 / 32 + 2, 3 / 32], [3 / 32, 7 / 32]], rtol=1e-15)


def test_three_classes_on_paper():
    p = problem([[2.0], [2.0], [2.0]], np.array([0, 1, 2]), 3)
    W = np.array([[0.0, math.log(2.0)], [0.0, 0.0], [0.0, 0.0]])  # shares 1/2, 1/4, 1/4
    loss, G = loss_and_gradient(p, W)
    assert loss == pytest.approx((math.log(2.0) + 2 * math.log(4.0)) / 3, rel=1e-15)
    miss = np.array([1 / 2 - 1 / 3, 1 / 4 - 1 / 3, 1 / 4 - 1 / 3])
    np.testing.assert_allclose(G, np.column_stack([2 * miss, miss]), rtol=1e-14, atol=1e-16)  # differences of shares


def test_columns_are_looked_at_once_for_mean_variance_and_size():
    total, square, peak = np.zeros((3, 2))
    add_columns(np.array([[1.0, -5.0], [3.0, -5.0]]), np.array([1.0, -5.0]), total, square, peak)
    assert total.tolist() == [2.0, 0.0]
    assert square.tolist() == [4.0, 0.0]
    assert peak.tolist() == [3.0, 5.0]
    found = look_at_columns(np.array([[1.0, -5.0], [3.0, -5.0]]), 1)
    assert found.mean.tolist() == [2.0, -5.0]
    assert found.variance.tolist() == [1.0, 0.0]


def test_the_start_is_the_log_odds_of_the_classes():
    p = problem(np.zeros((4, 1)), np.array([0, 1, 1, 1]), 2)
    np.testing.assert_allclose(prior_start(p), [[0.0, math.log(3.0)]], rtol=1e-15)
    weighted = problem(np.zeros((3, 1)), np.array([0, 1, 2]), 3, weight=np.array([1.0, 2.0, 4.0]))
    np.testing.assert_allclose(prior_start(weighted)[:, 1], [-math.log(2.0), 0.0, math.log(2.0)], atol=1e-15)
    assert not prior_start(problem(np.zeros((4, 2)), np.array([0, 1, 1, 1]), 2, centred=False)).any()


# ---- naive twin


@pytest.mark.parametrize("k", [2, 3, 5])
@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_the_naive_twin(rng, k, weighted):
    X, codes, W = made(rng, 25, 3, k)
    weight = rng.random(25) if weighted else None
    total = 25.0 if weight is None else weight.sum()
    p = problem(X, codes, k, l2=1.0 / (0.7 * total), weight=weight)
    loss, G = loss_and_gradient(p, W)
    assert loss == pytest.approx(naive.objective(W, X, codes, 0.7, weight), rel=1e-14)
    np.testing.assert_allclose(G, naive.gradient(W, X, codes, 0.7, weight), rtol=1e-12, atol=1e-15)  # cancels
    np.testing.assert_allclose(hessian(p, W.ravel()), naive.hessian(W, X, 0.7, weight), rtol=1e-12, atol=1e-15)


# ---- outside reference


def test_agrees_with_scipys_logsumexp(rng):
    X, codes, W = made(rng, 300, 4, 6)
    Z = 30 * (X @ W[:, :4].T + W[:, 4])
    expected = (logsumexp(Z, axis=1) - Z[np.arange(300), codes]).mean()
    assert loss_and_gradient(problem(X, codes, 6), 30 * W)[0] == pytest.approx(expected, rel=1e-14)


# ---- laws


def test_curvatures_keep_their_digits_where_a_class_is_nearly_certain():
    p = problem(np.ones((1, 1)), np.zeros(1, dtype=np.int64), 3)
    q = curvatures(p, np.array([[50.0, 0.0, 1.0]]))[:, :, 0]
    shares = np.exp([0.0, -50.0, -49.0])
    others = [shares[1] + shares[2], 1.0, 1.0]  # 1 - p, added up
    np.testing.assert_allclose(q.diagonal(), shares * others, rtol=1e-14)
    np.testing.assert_allclose(q.sum(axis=0), 0.0, atol=1e-37)  # a shift of all logits changes nothing
    assert (q == q.T).all()


@pytest.mark.parametrize("k", [2, 3])
def test_rows_without_weights_count_one_each(k):
    X, codes = np.zeros((5, 1)), np.array([0, 1, 1, 0, 1])  # of three classes one is not seen
    plain, weighted = problem(X, codes, k), problem(X, codes, k, weight=np.ones(5))
    assert class_totals(plain).tolist() == [2, 3, 0][:k]
    assert (class_totals(weighted) == class_totals(plain)).all()
    assert (prior_start(weighted) == prior_start(plain)).all()


@given(st.integers(0, 10**6))
def test_gradient_and_hessian_are_those_of_the_loss(seed):
    rng = np.random.default_rng(seed)
    k, d = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    X, codes, W = made(rng, 12, d, k)
    centred = bool(rng.integers(2))
    p = problem(X, codes, k, l2=rng.random(), weight=rng.random(12), centred=centred)
    start = W[:, : p.shape[1]].ravel()
    assert check_gradient(lambda w: loss_and_gradient(p, w), start) < 1e-8  # the formula of differences has O(h^4)
    assert check_hessian(lambda w: loss_and_gradient(p, w), lambda w: hessian(p, w), start) < 1e-8


@given(st.integers(0, 10**6))
def test_two_classes_are_the_same_problem_as_one_row_of_logits(seed):
    rng = np.random.default_rng(seed)
    X, codes, W = made(rng, 15, 2, 2)
    both = make_problem(X, codes.astype(np.int64), None, 2, 0.0, True, 1)
    loss, G = loss_and_gradient(problem(X, codes, 2), W)
    twice, G_both = loss_and_gradient(both, np.vstack([np.zeros(3), W[0]]))
    assert twice == pytest.approx(loss, rel=1e-14)
    np.testing.assert_allclose(G_both[1], G[0], rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(G_both[0], -G[0], rtol=1e-12, atol=1e-16)


@given(st.integers(0, 10**6), st.booleans())
def test_units_come_back_and_give_the_same_loss(seed, far):
    rng = np.random.default_rng(seed)
    X, codes, _ = made(rng, 10, 3, 2)
    X = X * [1e-120, 1.0, 1e120] + ([0.0, 1e7, 0.0] if far else [0.0, 0.0, 0.0])
    p = problem(X, codes, 2)
    assert p.shift.any()
    assert p.centre.any() == far
    coef, intercept = rng.normal(size=(1, 3)) * [1e120, 1.0, 1e-120], rng.normal(size=1)
    W = from_units(p, coef, intercept)
    back, b = in_units(p, W)
    np.testing.assert_allclose(back, coef, rtol=1e-15)
    np.testing.assert_allclose(b, intercept, atol=1e-8 if far else 1e-15)  # 1e7 cancels
    z = X @ coef[0] + intercept
    expected = np.logaddexp(0.0, -np.where(codes > 0, 1.0, -1.0) * z).mean()
    loss, G = loss_and_gradient(p, W)
    assert loss == pytest.approx(expected, rel=1e-8)  # z of 1e7 has lost 8 digits
    slope = expit(z) - (codes > 0)
    size = np.abs(X).max(axis=0)
    np.testing.assert_allclose(gradient_in_units(p, G)[0, :3] / size, (slope @ X / 10) / size, atol=1e-8)


@pytest.mark.parametrize("k", [2, 4])
def test_threads_do_not_change_a_bit(rng, k, monkeypatch):
    monkeypatch.setattr(logistic_problem, "PORTION_NUMBERS", 64)
    monkeypatch.setattr(logistic_problem, "BLOCK_NUMBERS", 16)
    X, codes, W = made(rng, 200, 3, k)
    (loss, G), (same, H) = (loss_and_gradient(problem(X, codes, k, n_jobs=jobs), W) for jobs in (1, 5))
    assert loss == same
    assert G.tobytes() == H.tobytes()
    monkeypatch.undo()
    whole = loss_and_gradient(problem(X, codes, k), W)
    assert loss == pytest.approx(whole[0], rel=1e-14)  # summed in another order
    np.testing.assert_allclose(G, whole[1], rtol=1e-12, atol=1e-16)


# ---- edges and errors


def test_an_ordinary_X_is_not_copied(rng):
    X, codes, _ = made(rng, 20, 3, 2)
    assert problem(X, codes, 2).X is X
    assert problem(X + 100.0, codes, 2).X.mean() > 99  # not centred either


def test_columns_out_of_range_are_scaled_by_powers_of_two(rng):
    X, codes, _ = made(rng, 20, 2, 2)
    p = problem(X * [1e150, 1e-200], codes, 2, l2=1.0)
    assert (np.abs(p.X).max(axis=0) <= 1.0).all()
    assert (np.abs(p.X).max(axis=0) >= 0.5).all()
    assert np.isfinite(p.l2).all()
    kept = problem(X * [1e150, 1e-200], codes, 2, l2=1.0, keep_units=True)
    assert not kept.shift.any()
    assert kept.l2.tolist() == [1.0, 1.0]


def test_columns_far_from_zero_are_centred_and_others_are_for_saga_only(rng):
    X, codes, _ = made(rng, 50, 2, 2)
    far = problem(X + 1e9, codes, 2)
    np.testing.assert_allclose(far.X.mean(axis=0), 0.0, atol=1e-6)  # 1e9 has steps of 1e-7
    assert not problem(X + 1e9, codes, 2, centred=False).centre.any()
    assert problem(X + 1.0, codes, 2, keep_units=True).centre.all()


@pytest.mark.parametrize("scale", [1.0, 1e150])
def test_X_is_copied_once_at_most_and_never_changed(rng, scale):
    X, codes, _ = made(rng, 20_000, 5, 2)
    X = (X + 1e9) * scale
    before = X.copy()
    tracemalloc.start()
    p = problem(X, codes, 2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert p.centre.any()
    assert X.nbytes < peak < 1.6 * X.nbytes  # the copy, and labels of a fifth of its size, twice
    assert (X == before).all()


def test_logits_out_of_range_give_no_nan():
    p = problem([[1.0], [-1.0]], np.array([1, 0]), 2)
    loss, G = loss_and_gradient(p, np.array([[1e300, 0.0]]))
    assert loss == 0.0
    assert not G.any()
    loss, G = loss_and_gradient(p, np.array([[-1e300, 0.0]]))
    assert loss == pytest.approx(1e300, rel=1e-15)
    assert G.tolist() == [[-1.0, 0.0]]


def test_a_class_without_rows_has_a_finite_start():
    assert np.isfinite(prior_start(problem(np.zeros((3, 1)), np.array([0, 0, 0]), 2))).all()
    assert np.isfinite(prior_start(problem(np.zeros((3, 1)), np.array([0, 2, 2]), 3))).all()


def test_separation_is_seen_and_a_row_on_the_border_does_not_hide_it():
    X, codes = np.array([[-1.0], [0.0], [2.0]]), np.array([0, 1, 1])
    along = np.array([[1.0, 0.0]])
    assert separates(problem(X, codes, 2), along)
    assert not separates(problem(X, codes, 2), -along)
    assert not separates(problem(X, codes, 2), 0 * along)
    overlapping = problem(np.array([[-1.0], [1.0], [0.5]]), np.array([0, 0, 1]), 2)
    assert not separates(overlapping, along)
    ignored = problem(X, np.array([1, 1, 1]), 2, weight=np.array([0.0, 1.0, 1.0]))
    assert separates(ignored, along)  # a row of weight 0 is no obstacle
    three = problem(X, np.array([0, 1, 2]), 3)
    assert separates(three, np.array([[-1.0, 0.0], [0.0, 0.2], [1.0, 0.0]]))
    assert not separates(three, np.array([[1.0, 0.0], [0.0, 0.2], [1.0, 0.0]]))


def test_another_penalty_is_in_the_users_units(rng):
    X, codes, _ = made(rng, 20, 2, 2)
    p = with_penalty(problem(X * [1.0, 1e120], codes, 2), 3.0)
    assert p.l2[0] == 3.0
    coef = np.array([[1.0, 2e-120]])
    pull = loss_and_gradient(p, from_units(p, coef, np.zeros(1)))[0]
    bare = loss_and_gradient(with_penalty(p, 0.0), from_units(p, coef, np.zeros(1)))[0]
    assert pull - bare == pytest.approx(1.5, rel=1e-14)  # 3 / 2 (1 + 4e-240)
