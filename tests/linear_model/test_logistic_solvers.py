"""Four ways downhill for logistic regression: by hand, naive twin, outside reference, laws, edges and errors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

import tests.naive.linear_model.logistic_regression as naive
from scratchml.core import record
from scratchml.linear_model import LogisticRegression, logistic_coordinates, logistic_solvers
from scratchml.linear_model.logistic_coordinates import choose_coordinates, shared_curvatures
from scratchml.linear_model.logistic_problem import curvatures, hessian, loss_and_gradient, prior_start
from scratchml.linear_model.logistic_problem import make_problem as make_logistic
from scratchml.linear_model.logistic_solvers import (
    Rounded,
    descend,
    left_to_fall,
    newton_cholesky,
    quasi_newton,
    stochastic,
)
from scratchml.optim import Penalty
from tests.linear_model.test_logistic_problem import made, problem

WAYS = {"lbfgs": quasi_newton, "newton-cholesky": newton_cholesky, "gd": descend}


def correlated(rng, n, d, k, scales=0.0):
    """Return X of correlated columns, of sizes over some powers of ten, and class numbers that go with it."""
    X = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) * np.logspace(-scales, scales, d)
    Z = (X / X.std(axis=0)) @ rng.normal(size=(d, k)) / np.sqrt(d) + rng.gumbel(size=(n, k))
    return X, Z.argmax(axis=1)


# ---- by hand


def test_newtons_first_step_on_paper():
    # at w = 0 the slopes p - y are 1/2 and -1/2, the curvatures 1/4: the Hessian is 1/4 + l2
    X, codes = np.array([[-1.0], [1.0], [-1.0], [1.0]]), np.array([0, 1, 1, 1])
    weight = np.array([3.0, 3.0, 1.0, 1.0])  # gradient: (3 (1/2) (-1) + 3 (-1/2) 1 + (-1/2) (-1) + (-1/2) 1) / 8
    p = problem(X, codes, 2, l2=0.5, weight=weight, centred=False)
    path = record(newton_cholesky(p, np.zeros((1, 1)), 1, 1e-9))
    assert path[0].gradient_norm == pytest.approx(3 / 8, rel=1e-15)
    np.testing.assert_allclose(path[1].coef, [[(3 / 8) / (1 / 4 + 1 / 2)]], rtol=1e-15)


def test_what_is_left_of_a_geometric_fall_is_known():
    losses = [1.0 + 0.5**t for t in range(7)]
    assert left_to_fall(losses[:3]) == pytest.approx(losses[2] - 1.0, rel=1e-12)
    assert left_to_fall(losses) == pytest.approx(losses[6] - 1.0, rel=1e-12)
    assert left_to_fall(losses[:2]) == np.inf  # too few
    assert left_to_fall([3.0, 2.5, 2.6]) == np.inf  # no fall
    assert left_to_fall([1.0] * 7) == 0.0


# ---- naive twin


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("way", ["lbfgs", "newton-cholesky"])
def test_ends_where_the_naive_twins_newton_ends(rng, k, way):
    X, codes, _ = made(rng, 30, 2, k)
    weight = rng.random(30)
    p = problem(X, codes, k, l2=1.0 / (2.0 * weight.sum()), weight=weight)
    *_, last = WAYS[way](p, prior_start(p), 100, 1e-9)
    W = np.array(naive.newton(X.tolist(), codes.tolist(), k, 2.0, weight.tolist()))
    assert last.converged
    np.testing.assert_allclose(last.coef, W[:, :-1], atol=1e-7)  # the gradient is within 1e-9, curvatures above 1e-2
    shift = last.intercept[0] - W[0, -1]  # of all intercepts at once, which changes nothing; 0 for two classes
    np.testing.assert_allclose(last.intercept - (shift if k > 2 else 0.0), W[:, -1], atol=1e-7)


def test_gradient_descent_is_the_naive_twins_where_the_step_is_the_same(rng):
    X, codes, _ = made(rng, 20, 2, 2)
    p = problem(X, codes, 2, l2=1 / 20)
    steps = record(descend(p, np.zeros((1, 3)), 1, 1e-9))
    size = (steps[1].coef / -loss_and_gradient(p, np.zeros((1, 3)))[1][:, :2]).mean()
    W = naive.gradient_descent(X.tolist(), codes.tolist(), 2, size, 1)[-1]
    np.testing.assert_allclose(np.column_stack([steps[1].coef, steps[1].intercept]), W, rtol=1e-12)


# ---- outside reference


@pytest.mark.parametrize("k", [2, 4])
def test_agrees_with_scipys_lbfgs(rng, k):
    X, codes = correlated(rng, 80, 4, k)
    p = problem(X, codes, k, l2=0.01)
    expected = minimize(
        lambda w: loss_and_gradient(p, w), np.zeros(p.shape).ravel(), jac=True, options={"gtol": 1e-10, "maxiter": 5000}
    )
    for way in ("lbfgs", "newton-cholesky"):
        *_, last = WAYS[way](p, prior_start(p), 100, 1e-8)
        assert last.loss == pytest.approx(expected.fun, rel=1e-12)
        np.testing.assert_allclose(last.coef, expected.x.reshape(p.shape)[:, :4], atol=1e-5)  # SciPy's stop


# ---- laws


@given(seed=st.integers(0, 10**6), l2=st.sampled_from([0.01, 0.3, 5.0]))
def test_two_rows_of_weights_for_two_classes_are_one_row_at_half_the_penalty(seed, l2):
    # the best two rows are -w / 2 and w / 2, and l2 / 2 (|w / 2|^2 + |w / 2|^2) = (l2 / 2) / 2 |w|^2
    X, codes = correlated(np.random.default_rng(seed), 40, 3, 2)
    codes[:2] = 0, 1
    one = make_logistic(X, np.where(codes > 0, 1.0, -1.0), None, 1, l2 / 2, True, 1)
    two = make_logistic(X, codes, None, 2, l2, True, 1)
    *_, single = quasi_newton(one, np.zeros((1, 4)), 100, 1e-10)
    *_, double = quasi_newton(two, np.zeros((2, 4)), 100, 1e-10)
    np.testing.assert_allclose(double.coef[1] - double.coef[0], single.coef[0], atol=1e-8)  # tol / curvature
    np.testing.assert_allclose(double.intercept[1] - double.intercept[0], single.intercept[0], atol=1e-8)
    assert double.loss == pytest.approx(single.loss, rel=1e-12)


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("centred", [True, False])
def test_the_loss_is_round_in_the_coordinates_chosen(rng, k, centred):
    X, _ = correlated(rng, 198, 5, k, scales=3.0)
    codes = np.arange(198) % k  # classes of equal size: at the start all rows are curved alike
    p = problem(X + X.std(axis=0), codes, k, l2=0.02, centred=centred)
    W = prior_start(p)
    at = choose_coordinates(p, W)
    basis = np.array([at.to_W(e.reshape(p.shape)).ravel() for e in np.eye(W.size)])
    curved = np.linalg.eigvalsh(basis @ hessian(p, W.ravel()) @ basis.T)
    # classes share a border: of their k logits one says nothing, and there only the penalty is curved
    assert curved[-1] == pytest.approx(1.0, abs=1e-5)
    several = curved[p.shape[1] :] if k > 2 else curved
    assert several[0] == pytest.approx(1.0, abs=1e-5)
    G = rng.normal(size=p.shape)
    np.testing.assert_allclose(at.to_slope(G).ravel(), basis @ G.ravel(), rtol=1e-9, atol=1e-12)


def test_few_numbers_get_coordinates_in_which_every_class_is_round(rng):
    X, codes = correlated(rng, 200, 3, 3, scales=2.0)
    p = problem(X, codes, 3, l2=0.02)
    W = rng.normal(size=p.shape) / np.append(X.std(axis=0), 1.0)  # anywhere, classes curved unlike
    at = choose_coordinates(p, W)
    assert at.joint
    basis = np.array([at.to_W(e.reshape(p.shape)).ravel() for e in np.eye(W.size)])
    curved = np.linalg.eigvalsh(basis @ hessian(p, W.ravel()) @ basis.T)
    # a vector that all classes share is curved by the penalty alone, and pinned where that is next to nothing
    np.testing.assert_allclose(curved[p.shape[1] :], 1.0, rtol=1e-6)  # ridges of 1e-10 of the curvature
    assert -1e-15 <= curved[0] <= 1.0 + 1e-6  # 0 but for rounding


@pytest.mark.parametrize("rare", [0.2, 1e-3])
def test_at_the_start_the_classes_fall_apart_and_the_loss_is_as_round(rng, rare):
    X, _ = correlated(rng, 300, 3, 3, scales=2.0)
    codes = rng.choice(4, size=300, p=[0.7 - 2 * rare, 0.3, rare, rare])
    codes[:4] = range(4)
    weight = rng.random(300) + 0.5
    p = problem(X, codes, 4, l2=0.02, weight=weight)
    W = prior_start(p)
    at = choose_coordinates(p, W)
    basis = np.array([at.to_W(e.reshape(p.shape)).ravel() for e in np.eye(W.size)])
    curved = np.linalg.eigvalsh(basis @ hessian(p, W.ravel()) @ basis.T)
    np.testing.assert_allclose(curved[p.shape[1] :], 1.0, rtol=1e-6)  # ridges of 1e-10 of the curvature
    assert -1e-15 <= curved[0] <= 1.0 + 1e-6  # of what all classes share: 0 but for rounding


@given(st.integers(0, 10**6), st.sampled_from(["lbfgs", "newton-cholesky", "gd"]))
def test_the_loss_never_rises(seed, way):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 4))
    X, codes = correlated(rng, 30, 3, k)
    p = problem(X, codes, k, l2=float(rng.choice([0.0, 1e-3, 1.0])))
    losses = [s.loss for s in WAYS[way](p, prior_start(p), 30, 1e-6)]
    assert all(b <= a * (1 + 1e-13) for a, b in pairwise(losses))  # room for rounding only


@given(st.integers(0, 10**6))
def test_the_estimate_of_what_is_left_to_fall_is_no_dream(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 4))
    X, codes = correlated(rng, 60, 3, k, scales=1.0)
    p = problem(X, codes, k, l2=0.01)
    *_, best = quasi_newton(p, prior_start(p), 200, 1e-11)
    *_, last = quasi_newton(p, prior_start(p), 200, 1e-4)
    assert last.loss - best.loss <= 1e-8 * best.loss  # asked for is 1e-9 of the loss, by the estimate


def test_units_of_columns_hardly_change_the_number_of_steps(rng):
    X, codes = correlated(rng, 400, 6, 2)
    steps = []
    for scale in (1.0, np.logspace(-4, 4, 6), 1e100):
        p = problem(X * scale, codes, 2)
        *_, last = quasi_newton(p, prior_start(p), 100, 1e-300)
        steps.append((last.iteration, last.loss))
    assert max(i for i, _ in steps) <= min(i for i, _ in steps) + 5  # they end by rounding, at about the same step
    np.testing.assert_allclose([loss for _, loss in steps], steps[0][1], rtol=1e-13)


def test_a_sample_of_rows_serves_as_well(rng, monkeypatch):
    X, codes = correlated(rng, 3000, 5, 2)
    X[:, 0] = np.arange(3000) == 7  # no row of the sample has it
    p = problem(X, codes, 2, l2=1e-3)
    *_, full = quasi_newton(p, prior_start(p), 100, 1e-6)
    monkeypatch.setattr(logistic_coordinates, "SAMPLE_ROWS", 100)
    assert np.isfinite(choose_coordinates(p, prior_start(p)).inverse).all()
    *_, part = quasi_newton(p, prior_start(p), 100, 1e-6)
    assert part.loss == pytest.approx(full.loss, rel=1e-9)
    assert part.iteration <= 2 * full.iteration + 3  # one more round of coordinates


@pytest.mark.parametrize("k", [3, 10])
def test_shared_curvatures_are_the_mean_of_each_rows(rng, k):
    Z = rng.normal(size=(50, k))
    p = problem(np.ones((1, 1)), np.zeros(1, dtype=np.int64), k)
    expected = curvatures(p, Z).trace() / (k - 1)
    share = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shared_curvatures(p, Z), expected, rtol=1e-14)  # the order of k terms
    np.testing.assert_allclose(expected, (1.0 - (share**2).sum(axis=1)) / (k - 1), rtol=1e-12)  # cancels
    sure = np.full((1, k), -40.0)
    sure[0, 0] = 0.0  # one class nearly certain: 2 (k - 1) e^-40 are left, which 1 - 1 would not show
    assert shared_curvatures(p, sure)[0] == pytest.approx(2.0 * np.exp(-40.0), rel=1e-13, abs=0)  # few roundings


def test_many_columns_get_a_diagonal_and_still_the_best_fit(rng, monkeypatch):
    X, codes = correlated(rng, 40, 8, 3)
    p = problem(X, codes, 3, l2=0.01)
    *_, full = quasi_newton(p, prior_start(p), 500, 1e-6)
    monkeypatch.setattr(logistic_coordinates, "AFFORDABLE", 0.0)
    monkeypatch.setattr(logistic_coordinates, "SAMPLE_ROWS", 10**6)
    X = np.ascontiguousarray(np.tile(X, (1, 40)))
    wide = problem(X, codes, 3, l2=0.4)  # each column 40 times, each with a 40th of the weight
    assert choose_coordinates(wide, prior_start(wide)).inverse.ndim == 1
    *_, last = quasi_newton(wide, prior_start(wide), 500, 1e-6)
    assert last.converged
    assert last.loss == pytest.approx(full.loss, rel=1e-8)


def test_the_first_evaluation_is_not_repeated(rng):
    X, codes, _ = made(rng, 20, 2, 2)
    p = problem(X, codes, 2, l2=0.1)
    W = prior_start(p)
    function = Rounded(p, W, -123.0, loss_and_gradient(p, W)[1])
    assert function(np.zeros(3))[0] == -123.0  # what it was told
    assert function(np.zeros(3))[0] == loss_and_gradient(p, W)[0]


@pytest.mark.parametrize("k", [2, 10])
def test_columns_that_are_sums_of_others_cost_no_more_steps(rng, k):
    # more rows than choose the coordinates: lengths taken from other rows than R would bend its flat directions
    X = rng.normal(size=(12_000, 12)) * np.logspace(-1, 1, 12)
    y = (X @ rng.normal(size=(12, k)) / np.logspace(-1, 1, 12).mean() + rng.gumbel(size=(12_000, k))).argmax(axis=1)
    X_more = np.column_stack([X, X @ rng.normal(size=(12, 6))])
    taken = [LogisticRegression(max_iter=1000).fit(columns, y).n_iter_.max() for columns in (X, X_more)]
    assert taken[1] <= taken[0] + 15  # hundreds before


# ---- edges and errors


@pytest.mark.parametrize("way", WAYS)
def test_at_the_best_point_no_step_is_taken(way):
    p = problem([[-1.0], [1.0], [-1.0], [1.0]], np.array([0, 0, 1, 1]), 2, l2=1.0)
    path = record(WAYS[way](p, prior_start(p), 50, 1e-9))
    assert [s.name for s in path][:1] == ["start"]
    assert path[-1].converged
    assert path[-1].iteration == 0 or abs(path[-1].coef).max() == 0.0


@pytest.mark.parametrize("way", ["lbfgs", "newton-cholesky"])
def test_separable_classes_without_penalty_are_told_of(rng, way):
    X = rng.normal(size=(30, 2))
    p = problem(X, (X[:, 0] > 0).astype(int), 2)
    *_, last = WAYS[way](p, prior_start(p), 100, 1e-4)
    assert last.name == "separable"
    assert last.converged  # the gradient is within tol
    *_, early = WAYS[way](p, prior_start(p), 1, 1e-9)
    assert not early.converged


def test_too_few_steps_are_no_convergence(rng):
    X, codes = correlated(rng, 60, 4, 2)
    p = problem(X, codes, 2, l2=1e-4)
    for way in WAYS.values():
        path = record(way(p, prior_start(p), 2, 1e-12))
        assert [s.iteration for s in path] == [0, 1, 2]
        assert not path[-1].converged


def test_coordinates_are_chosen_anew_and_the_fit_goes_on(rng, monkeypatch):
    X, codes = correlated(rng, 100, 4, 3)
    p = problem(X, codes, 3, l2=1e-3)
    *_, once = quasi_newton(p, prior_start(p), 300, 1e-7)
    monkeypatch.setattr(logistic_coordinates, "REFRESH", 3)
    path = record(quasi_newton(p, prior_start(p), 300, 1e-7))
    assert [s.iteration for s in path] == list(range(len(path)))
    assert path[-1].converged
    assert path[-1].loss == pytest.approx(once.loss, rel=1e-9)


def test_saga_starts_anew_with_shorter_steps_where_it_diverges(rng, monkeypatch):
    X, codes = correlated(rng, 50, 3, 2)
    p = problem(X, codes, 2, l2=0.1, keep_units=True)
    real, sizes = logistic_solvers.saga_linear, []

    def diverging(*arguments, **how):
        sizes.append(how["step_size"])
        for step in real(*arguments, **how):
            yield step._replace(name="diverged") if len(sizes) == 1 and step.iteration == 2 else step

    monkeypatch.setattr(logistic_solvers, "saga_linear", diverging)
    *_, last = stochastic(p, prior_start(p), 5000, 1e-5, Penalty(l2=0.1), 0)
    assert last.converged
    assert sizes[1] == sizes[0] / 8


def test_saga_agrees_with_lbfgs_and_refuses_squares_that_overflow(rng):
    X, codes = correlated(rng, 50, 3, 3)
    p = problem(X, codes, 3, l2=0.1, keep_units=True)
    *_, expected = quasi_newton(p, prior_start(p), 100, 1e-8)
    *_, last = stochastic(p, prior_start(p), 5000, 1e-7, Penalty(l2=0.1), 0)
    assert last.converged
    assert last.loss == pytest.approx(expected.loss, rel=1e-9)
    huge = problem(X * 1e200, codes, 3, keep_units=True)
    with pytest.raises(ValueError, match="squares of X overflow"):
        next(stochastic(huge, prior_start(huge), 5, 1e-4, Penalty(), 0))
