"""L-BFGS: by hand, naive twin (the dense matrix), outside reference, laws, edges and errors."""

import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize as scipy_minimize

import tests.naive.optim.lbfgs as naive
from scratchml.core import record
from scratchml.optim import gradient_descent, lbfgs, minimize, strong_wolfe
from scratchml.optim.lbfgs import Memory
from tests.optim.surfaces import logistic, random_bowl, rosenbrock, two_clouds

EPS = np.finfo(np.float64).eps


def remember(memory, pairs):
    """Give a memory pairs (s, y)."""
    d = memory.S.shape[1]
    for s, y in pairs:
        memory.keep(np.zeros(d), s, np.zeros(d), y)


def made_pairs(rng, n, d):
    A = random_bowl(rng, d)[1]
    return [(s, A @ s) for s in rng.normal(size=(n, d))]


def direction_of(memory, gradient):
    direction = np.empty_like(gradient)
    memory.find_direction(gradient, direction)
    return direction


# ---- by hand


def test_the_first_direction_is_the_steepest_of_length_1():
    assert direction_of(Memory(3, 2), np.array([3.0, -4.0])).tolist() == [-0.6, 0.8]


def test_two_loops_on_paper():
    # s = (1, 0), y = (2, 0): rho = 1/2, scale = 1/2. gradient (4, 6): alpha = 2 and q = (0, 6), then (0, 3), and
    # beta = 0, so that (2, 3) comes out
    memory = Memory(3, 2)
    remember(memory, [(np.array([1.0, 0.0]), np.array([2.0, 0.0]))])
    assert memory.rho[0] == 0.5
    assert memory.scale == 0.5
    assert direction_of(memory, np.array([4.0, 6.0])).tolist() == [-2.0, -3.0]


def test_a_parabola_on_paper():
    # loss w^2 from 2: a move of length 1 to 1, then the memory knows the curvature 2 and jumps to 0
    path = record(lbfgs(lambda w: (float(w[0] ** 2), 2 * w), [2.0]))
    assert [s.w[0] for s in path] == [2.0, 1.0, 0.0]
    assert [s.n_evaluations for s in path] == [1, 2, 3]
    assert path[-1].converged


# ---- naive twin


@given(seed=st.integers(0, 10**6), d=st.integers(1, 6), n=st.integers(1, 9), m=st.integers(1, 5))
def test_two_loops_are_the_dense_matrix_of_the_last_m_pairs(seed, d, n, m):
    rng = np.random.default_rng(seed)
    pairs, gradient = made_pairs(rng, n, d), rng.normal(size=d)
    memory = Memory(m, d)
    remember(memory, pairs)
    expected = -naive.inverse_hessian(pairs[-m:]) @ gradient
    np.testing.assert_allclose(direction_of(memory, gradient), expected, rtol=1e-8, atol=1e-10)  # condition to 1e4


# ---- outside reference


@pytest.mark.parametrize("d", [2, 5, 20])
def test_the_end_is_scipys_with_as_few_evaluations(d):
    ours, theirs = [], []
    for seed in range(5):
        w = np.random.default_rng(seed).normal(size=d)
        last = minimize(lbfgs(rosenbrock, w, tol=1e-6))
        other = scipy_minimize(rosenbrock, w, jac=True, method="L-BFGS-B", options={"gtol": 1e-6, "ftol": 0})
        assert last.converged
        ours.append(last.n_evaluations)
        theirs.append(other.nfev)
        if np.abs(last.w - other.x).max() > 1e-4:  # from d = 4 on there is a second minimum
            assert d >= 4
    assert sum(ours) <= 1.3 * sum(theirs)


def test_a_logistic_loss_ends_where_scipys_does(rng):
    f = logistic(*two_clouds(rng, 60, 4), 1.0)
    theirs = scipy_minimize(f, np.zeros(4), jac=True, method="L-BFGS-B", options={"gtol": 1e-10, "ftol": 0}).x
    assert np.abs(minimize(lbfgs(f, np.zeros(4), tol=1e-9)).w - theirs).max() <= 2e-9  # tol / l2


# ---- laws


@given(seed=st.integers(0, 10**6), d=st.integers(1, 6), n=st.integers(1, 8))
def test_every_direction_goes_down_and_the_last_pair_is_matched(seed, d, n):
    rng = np.random.default_rng(seed)
    pairs, gradient = made_pairs(rng, n, d), rng.normal(size=d)
    memory = Memory(4, d)
    remember(memory, pairs)
    assert gradient @ direction_of(memory, gradient) < 0.0
    s, y = pairs[-1]
    np.testing.assert_allclose(direction_of(memory, y), -s, rtol=1e-8, atol=1e-9)  # the secant equation H y = s


@given(seed=st.integers(0, 10**6), d=st.integers(1, 6))
def test_losses_fall_and_the_end_is_the_minimum(seed, d):
    rng = np.random.default_rng(seed)
    f, A, b = random_bowl(rng, d, condition=1000.0)
    path = record(lbfgs(f, rng.normal(size=d), tol=1e-7))
    assert path[-1].converged
    assert np.abs(path[-1].w - np.linalg.solve(A, b)).max() <= 1e-7 * np.sqrt(d)  # the least curvature is 1
    assert all(b.loss <= a.loss + 64 * EPS * abs(a.loss) for a, b in pairwise(path))  # rounding


def test_it_needs_far_fewer_evaluations_than_gradient_descent():
    rng = np.random.default_rng(0)
    f, _, _ = random_bowl(rng, 10, condition=300.0)
    w = rng.normal(size=10)
    ours = minimize(lbfgs(f, w)).n_evaluations
    assert ours < minimize(gradient_descent(f, w, max_iter=10**4)).n_evaluations / 10


@pytest.mark.parametrize("memory", [1, 2, 30])
def test_any_memory_comes_to_the_end(memory):
    last = minimize(lbfgs(rosenbrock, [-1.2, 1.0], memory=memory, tol=1e-7))
    assert last.converged
    assert last.w == pytest.approx([1.0, 1.0], abs=1e-6)  # tol over the least curvature, 0.4


@given(seed=st.integers(0, 10**6))
def test_steps_follow_a_rotation(seed):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, 3)
    Q, w = np.linalg.qr(rng.normal(size=(3, 3)))[0], rng.normal(size=3)

    def turned(v):
        loss, gradient = f(Q.T @ v)
        return loss, Q @ gradient

    for one, other in zip(record(lbfgs(f, w, max_iter=4)), record(lbfgs(turned, Q @ w, max_iter=4))):
        np.testing.assert_allclose(Q @ one.w, other.w, rtol=1e-7, atol=1e-7)  # rounding, grown by four line searches


# ---- edges and errors


def test_a_pair_without_curvature_is_not_kept():
    memory = Memory(2, 2)
    pairs = made_pairs(np.random.default_rng(0), 2, 2)
    remember(memory, pairs)
    before = memory.count
    remember(memory, [(np.array([1.0, 0.0]), np.array([-1.0, 0.0]))])  # the slope fell along the move
    assert memory.count == before - 1  # the oldest pair had to make room for the look
    gradient = np.array([1.0, 2.0])
    expected = -naive.inverse_hessian(pairs[-1:]) @ gradient
    assert direction_of(memory, gradient) == pytest.approx(expected, rel=1e-12)  # one pair, well-conditioned
    remember(memory, [(np.zeros(2), np.zeros(2))])
    assert memory.count == before - 1  # the free place was looked at, nothing more


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_pairs_whose_squares_are_beyond_the_range_are_not_kept(size):
    memory = Memory(2, 2)
    remember(memory, [(np.full(2, size), np.full(2, size))])
    assert memory.count == 0


def test_loss_tol_ends_earlier_and_says_converged():
    slow = record(lbfgs(rosenbrock, [-1.2, 1.0], tol=1e-10))
    early = record(lbfgs(rosenbrock, [-1.2, 1.0], tol=1e-10, loss_tol=0.05))
    assert early[-1].converged
    assert len(early) < len(slow)
    fall = early[-2].loss - early[-1].loss
    assert fall <= 0.05 * max(abs(early[-1].loss), 1.0)
    assert all(a.loss - b.loss > 0.05 * max(abs(b.loss), 1.0) for a, b in pairwise(early[:-1]))


def test_a_loss_that_falls_for_ever_ends_by_max_iter():
    last = minimize(lbfgs(lambda w: (-float(w[0]), np.array([-1.0])), [0.0], max_iter=3))
    assert (last.iteration, last.converged) == (3, False)
    assert last.loss < -1e100


def test_a_kink_ends_stuck_or_converged_but_ends():
    last = minimize(lbfgs(lambda w: (float(np.abs(w).sum()), np.sign(w)), [3.3, -1.7]))
    assert last.name in ("stuck", "update")
    assert last.iteration < 1000
    assert last.loss < 0.1


def test_a_start_anew_after_a_bad_memory():
    calls = []

    def moody(w):  # after a few calls the loss is another one: the memory points the wrong way
        calls.append(1)
        A = np.diag([1.0, 100.0]) if len(calls) < 6 else np.diag([100.0, 1.0])
        return float(w @ A @ w), 2 * A @ w

    last = minimize(lbfgs(moody, [1.0, 1.0], max_iter=200))
    assert last.converged
    assert np.abs(last.w).max() <= 5e-6  # tol / 2


def test_a_search_that_fails_drops_the_memory_and_tries_the_steepest_way_once(monkeypatch):
    module, tried = sys.modules["scratchml.optim.lbfgs"], []  # the room's own name for it is the function

    def refuse_the_third(objective, start, direction, w, gradient):
        tried.append((direction.copy(), start.gradient.copy()))
        return None if len(tried) == 3 else strong_wolfe(objective, start, direction, w, gradient)

    monkeypatch.setattr(module, "strong_wolfe", refuse_the_third)
    path = record(lbfgs(rosenbrock, [-1.2, 1.0]))
    assert path[-1].converged
    (refused, gradient), (anew, same) = tried[2:4]
    assert (gradient == same).all()
    assert not np.allclose(refused / np.linalg.norm(refused), -gradient / np.linalg.norm(gradient))
    np.testing.assert_allclose(anew, -gradient / np.linalg.norm(gradient), rtol=1e-14)  # rounding
    monkeypatch.setattr(module, "strong_wolfe", lambda *given: None)
    assert [s.name for s in record(lbfgs(rosenbrock, [-1.2, 1.0]))] == ["start", "stuck"]


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ({"memory": 0}, ValueError),
        ({"memory": 2.0}, TypeError),
        ({"loss_tol": -1.0}, ValueError),
        ({"loss_tol": np.nan}, ValueError),
        ({"loss_tol": "small"}, TypeError),
    ],
)
def test_wrong_parameters_are_named(how, kind):
    with pytest.raises(kind, match=next(iter(how))):
        lbfgs(rosenbrock, [1.0, 1.0], **how)
