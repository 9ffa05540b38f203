"""L-BFGS on the path of L-BFGS-B: by hand, naive twin (dense matrix), SciPy's path, laws, edges and errors."""

import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize as scipy_minimize

import tests.naive.optim.lbfgs_more_thuente as naive
from scratchml.core import record
from scratchml.optim import lbfgs_more_thuente, minimize, more_thuente
from scratchml.optim.lbfgs import Memory
from scratchml.optim.lbfgs_more_thuente import LOSS_TOL, keep_pair
from scratchml.optim.objective import Objective
from scratchml.optim.wolfe import Point
from tests.optim.surfaces import logistic, random_bowl, rosenbrock, two_clouds


def waves(w):
    """Return loss and gradient of a bowl with waves: many minima."""
    return float((2 * np.sin(w) + 0.1 * w * w).sum() + 0.05 * w.sum() ** 2), 2 * np.cos(w) + 0.2 * w + 0.1 * w.sum()


def scipys(f, w, **options):
    """Return SciPy's result and the points after each iteration."""
    points = []
    result = scipy_minimize(
        f, w, jac=True, method="L-BFGS-B", options=options, callback=lambda x: points.append(x.copy())
    )
    return result, points


# ---- by hand


def test_a_parabola_on_paper():
    # loss w^2 from 2: a move of length 1 to 1, where the slope, 2, is flat enough beside 4. Then s = -1, y = -2, and
    # the curvature 2 is known: to 0
    path = record(lbfgs_more_thuente(lambda w: (float(w[0] ** 2), 2 * w), [2.0]))
    assert [s.w[0] for s in path] == [2.0, 1.0, 0.0]
    assert [s.n_evaluations for s in path] == [1, 2, 3]
    assert path[-1].converged


def test_a_pair_on_paper():
    # s = 2 (1, 0), slopes -3 before and 1 behind: s'y = 2 (1 + 3) = 8; y = (4, 0): rho = 1/8, s'y / y'y = 1/2
    memory = Memory(2, 2)
    before, behind, direction = np.array([-3.0, 0.0]), np.array([1.0, 0.0]), np.array([1.0, 0.0])
    keep_pair(memory, direction, Point(2.0, 0.0, 1.0), -3.0, before, behind)
    assert (memory.count, memory.rho[0], memory.scale) == (1, 0.125, 0.5)
    assert (memory.S[0].tolist(), memory.Y[0].tolist()) == ([2.0, 0.0], [4.0, 0.0])
    keep_pair(memory, direction, Point(2.0, 0.0, -3.5), -3.0, before, behind)  # steeper than before: not kept
    assert memory.count == 1


# ---- naive twin


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 4))
def test_the_path_is_that_of_the_dense_matrix(seed, d, memory):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, d)
    w = rng.normal(size=d)

    def search(w, direction, first):
        objective, room = Objective(f), np.empty(d)
        start = objective.start(w, np.empty(d), 0.0)
        return more_thuente(objective, start, direction, room, np.empty(d), first).step

    path = [s.w for s in record(lbfgs_more_thuente(f, w, memory=memory, max_iter=5, tol=1e-3, loss_tol=0.0))]
    for expected, found in zip(naive.walk(f, w, memory, len(path) - 1, search), path):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-8)  # rounding of five linear equations


# ---- outside reference


@pytest.mark.parametrize("seed", range(6))
def test_iterations_evaluations_and_points_are_scipys(seed):
    rng = np.random.default_rng(seed)
    d = 4
    cloud = logistic(*two_clouds(rng, 60, d), 0.01)
    for f, size in ((rosenbrock, 1.0), (random_bowl(rng, d, 1000.0)[0], 10.0), (cloud, 10.0), (waves, 3.0)):
        w = size * rng.normal(size=d)
        theirs, points = scipys(f, w)
        path = record(lbfgs_more_thuente(f, w))
        last = path[-1]
        assert (last.iteration, last.n_evaluations) == (theirs.nit, theirs.nfev)
        assert last.loss == pytest.approx(theirs.fun, rel=1e-9, abs=1e-12)  # rounding, as below
        for step, expected in zip(path[1:], points):
            np.testing.assert_allclose(step.w, expected, rtol=0, atol=1e-6)  # rounding, enlarged in curved valleys


@pytest.mark.parametrize("memory", [1, 3])
def test_any_memory_walks_scipys_path(memory):
    theirs, _ = scipys(waves, np.linspace(-4, 5, 7), maxcor=memory)
    last = minimize(lbfgs_more_thuente(waves, np.linspace(-4, 5, 7), memory=memory))
    assert (last.iteration, last.n_evaluations) == (theirs.nit, theirs.nfev)
    np.testing.assert_allclose(last.w, theirs.x, rtol=0, atol=1e-9)  # rounding


# ---- laws


@given(st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([rosenbrock, waves]))
def test_the_loss_never_rises_and_the_end_is_told(seed, d, f):
    w = 3.0 * np.random.default_rng(seed).normal(size=d + 1)
    path = record(lbfgs_more_thuente(f, w, tol=1e-6))
    assert all(b.loss <= a.loss for a, b in pairwise(path))
    last, before = path[-1], path[-2]
    assert last.converged
    assert last.gradient_norm <= 1e-6 or before.loss - last.loss <= LOSS_TOL * max(
        1.0, abs(last.loss), abs(before.loss)
    )


# ---- edges and errors


def test_a_start_at_the_minimum_ends_at_once():
    path = record(lbfgs_more_thuente(rosenbrock, [1.0, 1.0]))
    assert [(s.name, s.converged, s.n_evaluations) for s in path] == [("start", True, 1)]


@pytest.mark.parametrize("loss", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_at_the_start_is_an_error(loss):
    with pytest.raises(ValueError, match="at the start"):
        minimize(lbfgs_more_thuente(lambda w: (loss, w), [1.0]))


def test_a_loss_that_is_nan_further_on_does_not_matter():
    def f(w):  # the minimum, 1.1, is beside a cliff at 0.1
        return (float(w[0] - np.log(w[0] - 0.1)) if w[0] > 0.1 else np.nan), 1.0 - 1.0 / (w - 0.1)

    last = minimize(lbfgs_more_thuente(f, [30.0], tol=1e-8, loss_tol=0.0))
    assert last.w[0] == pytest.approx(1.1, rel=1e-7)  # tol


def test_a_search_that_fails_drops_the_memory_and_then_gives_up(monkeypatch):
    module, firsts = sys.modules["scratchml.optim.lbfgs_more_thuente"], []  # the room's own name is the function

    def refuse_the_third(objective, start, direction, w, gradient, first):
        firsts.append((first * direction, -start.gradient))
        return None if len(firsts) == 3 else more_thuente(objective, start, direction, w, gradient, first)

    monkeypatch.setattr(module, "more_thuente", refuse_the_third)
    assert record(lbfgs_more_thuente(rosenbrock, [-1.2, 1.0]))[-1].converged
    np.testing.assert_allclose(*firsts[3], rtol=1e-14)  # the whole gradient; rounding
    monkeypatch.setattr(module, "more_thuente", lambda *given: None)
    assert [s.name for s in record(lbfgs_more_thuente(rosenbrock, [-1.2, 1.0]))] == ["start", "stuck"]


def test_max_iter_and_wrong_parameters():
    last = minimize(lbfgs_more_thuente(rosenbrock, [-1.2, 1.0], max_iter=3))
    assert (last.iteration, last.converged) == (3, False)
    with pytest.raises(ValueError, match="memory"):
        lbfgs_more_thuente(rosenbrock, [1.0, 1.0], memory=0)
    with pytest.raises(TypeError, match="loss_tol"):
        lbfgs_more_thuente(rosenbrock, [1.0, 1.0], loss_tol="small")
