"""Newton steps in one call: by hand, against the textbook's loop, by finite differences, edges."""

import numpy as np
import pytest

from scratchml.core import ConvergenceWarning, record
from scratchml.svm import LinearSVC, LinearSVR, linear
from scratchml.svm import small_newton as small_newton_file
from scratchml.svm.dual_coordinate_descent import Rows
from scratchml.svm.finite_newton import curvature, evaluate, finite_newton
from scratchml.svm.small_newton import differentiate, is_small, loss_of, small_newton


def problem(rng, n, d, classes, epsilon=0.0):
    X, C = rng.normal(size=(n, d)), rng.random(n) + 0.5
    z = X @ rng.normal(size=d) + rng.normal(size=n)
    return Rows(X, np.where(z > 0, 1.0, -1.0) if classes else z, C, True, epsilon, classes)


# ---- by hand


def test_one_row_one_column():
    # F = w^2 / 2 + (1 - w)^2, whose slope is 0 at w - 2 (1 - w) = 0: a single step to w = 2 / 3
    one = Rows(np.ones((1, 1)), np.ones(1), np.ones(1), True, 0.0, True)
    (last,) = small_newton(one, 1e-6, 10, 3, 10)
    assert (last.problem, last.iteration, last.converged) == (3, 1, True)
    assert last.w[0] == pytest.approx(2.0 / 3.0, rel=1e-15)


# ---- against the textbook's loop


@pytest.mark.parametrize("classes", [True, False])
@pytest.mark.parametrize(("n", "d"), [(1, 1), (5, 9), (60, 4), (300, 21), (200, 50)])
def test_it_ends_where_the_loop_ends(rng, n, d, classes):
    p = problem(rng, n, d, classes, 0.0 if classes else 0.1)
    *_, expected = finite_newton(p, 1e-8, 100)
    (found,) = small_newton(p, 1e-8, 100, 0, 100)
    assert found.converged
    assert found.goal == pytest.approx(expected.goal, rel=1e-12)
    assert found.iteration == pytest.approx(expected.iteration, abs=1)  # a halving may turn on the last digit
    # the curvature is 1 or more, so each is as near to the best weights as its slope is long
    assert np.linalg.norm(found.w - expected.w) <= found.violation + expected.violation + 1e-13


@pytest.mark.parametrize("model", [LinearSVC(dual=False), LinearSVR(loss="squared_epsilon_insensitive", dual=False)])
def test_fits_are_those_of_the_loop(rng, monkeypatch, model):
    X = rng.normal(size=(80, 5))
    y = np.digitize(X[:, 0], [-0.5, 0.5]) if isinstance(model, LinearSVC) else X[:, 0] + rng.normal(size=80)
    found = type(model)(**model.get_params()).fit(X, y)
    with monkeypatch.context() as patch:
        patch.setattr(linear, "is_small", lambda *given: False)
        expected = type(model)(**model.get_params()).fit(X, y)
    # rounding on a path of some ten steps
    np.testing.assert_allclose(found.coef_, expected.coef_, rtol=1e-10)
    assert found.n_iter_ == expected.n_iter_


@pytest.mark.parametrize("pace", [1, 2, 3])
def test_the_pace_changes_no_bit(rng, pace):
    p = problem(rng, 60, 4, True)
    *_, expected = small_newton(p, 1e-8, 5, 0, 5)
    steps = [step._replace(w=step.w.copy()) for step in small_newton(p, 1e-8, 5, 0, pace)]
    assert [step.iteration for step in steps] == [*range(pace, expected.iteration, pace), expected.iteration]
    np.testing.assert_array_equal(steps[-1].w, expected.w)
    assert steps[-1][5:] == expected[5:]


def test_a_listener_sees_every_step(rng):
    X = rng.normal(size=(80, 5))
    y = (X[:, 0] > 0.3).astype(int)
    model = LinearSVC(dual=False).fit(X, y)
    steps = record(LinearSVC(dual=False).steps(X, y))
    assert [step.iteration for step in steps] == list(range(1, model.n_iter_ + 1))


# ---- laws


@pytest.mark.parametrize("classes", [True, False])
def test_slope_and_curvature_are_those_of_the_loss(rng, classes):
    p = problem(rng, 30, 4, classes, 0.2)
    w, over, slope, H = 0.1 * rng.normal(size=4), np.empty(30), np.empty(4), np.zeros((4, 4))

    def loss(w):
        return loss_of(p.X, p.z, p.C, p.epsilon, p.classes, w, over)

    for f, e in enumerate(np.eye(4) * 1e-6):
        by_differences = (loss(w + e) - loss(w - e)) / 2e-6
        loss(w)
        length = differentiate(p.X, p.C, over, w, slope, H)
        assert slope[f] == pytest.approx(by_differences, rel=1e-5, abs=1e-6)  # rounding / 1e-6, and the third slope
    expected = evaluate(p, w)
    np.testing.assert_allclose(slope, expected[1], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(np.triu(H), np.triu(curvature(p, expected[2]).H), rtol=1e-12, atol=1e-13)
    assert length == pytest.approx(np.linalg.norm(slope), rel=1e-14)


# ---- edges


def test_too_few_steps_are_warned_of(rng):
    X = rng.normal(size=(80, 5))
    with pytest.warns(ConvergenceWarning, match="max_iter=1"):
        assert LinearSVC(dual=False, max_iter=1).fit(X, (X[:, 0] > 0).astype(int)).n_iter_ == 1


def test_what_has_no_squares_is_left_to_the_loop(rng):
    p = problem(rng, 40, 3, True)
    p = p._replace(X=p.X * 1e-120)  # so has the slope, twice
    (found,), (*_, expected) = small_newton(p, 1e-4, 10, 0, 10), finite_newton(p, 1e-4, 10)
    np.testing.assert_array_equal(found.w, expected.w)


def test_large_problems_are_the_loops(rng, monkeypatch):
    p = problem(rng, 40, 3, True)
    assert is_small(p)
    monkeypatch.setattr(small_newton_file, "FEW", 1)
    assert not is_small(p)
