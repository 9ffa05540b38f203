"""The search of More and Thuente: by hand, naive twin (linear equations), SciPy's, laws, edges and errors."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize._dcsrch import DCSRCH

import tests.naive.optim.more_thuente as naive
from scratchml.optim import more_thuente
from scratchml.optim.more_thuente import FLATNESS, LONGEST, MAX_TRIALS, SUFFICIENT, Ends, close_in, cubic_share
from scratchml.optim.objective import Objective
from scratchml.optim.wolfe import Point
from tests.optim.surfaces import random_bowl

EPS = np.finfo(np.float64).eps


def along(phi, first=1.0):
    """Return what is found for phi (step -> loss, slope) from step 0, and the steps tried."""
    tried = []

    def f(w):
        tried.append(float(w[0]))
        loss, slope = phi(float(w[0]))
        return loss, np.array([slope])

    objective, gradient = Objective(f), np.empty(1)
    start = objective.start(np.zeros(1), gradient, 0.0)
    found = more_thuente(objective, start, np.ones(1), np.empty(1), np.empty(1), first)
    return found, tried[1:]


def polynomial(c):
    """Return phi of the polynomial with coefficients c, lowest first."""
    p = np.polynomial.Polynomial(c)
    return lambda s: (float(p(s)), float(p.deriv()(s)))


parabola = polynomial([1.0, -2.0, 1.0])  # (s - 1)^2


# ---- by hand


def test_a_parabola_on_paper():
    # slope -2 at 0. At 0.05 it is -1.9, too steep for 0.9 * 2; the cubic is the parabola itself, with its minimum at 1,
    # which is beyond 5 times the first step: 0.25, where the slope is -1.5
    found, tried = along(parabola, first=0.05)
    assert tried == [0.05, 0.25]
    assert found.slope == pytest.approx(-1.5, rel=4 * EPS)  # a few roundings
    # from 3 the loss has risen to 4, above 1: cubic and parabola both say 1
    found, tried = along(parabola, first=3.0)
    assert tried == pytest.approx([3.0, 1.0], rel=4 * EPS)
    assert found.loss == pytest.approx(0.0, abs=4 * EPS)


def test_the_cubics_minimum_on_paper():
    # s^3 - 3 s has its minimum at 1, a third of the way from 0.5 to 2
    a, b = (Point(s, s**3 - 3 * s, 3 * s * s - 3) for s in (0.5, 2.0))
    assert cubic_share(a, b)[0] == pytest.approx(1 / 3, rel=8 * EPS)  # a few roundings
    assert cubic_share(b, a)[0] == pytest.approx(2 / 3, rel=8 * EPS)


# ---- naive twin

numbers = st.floats(-3, 3).filter(lambda x: abs(x) > 0.01)


@given(numbers, numbers, numbers, numbers, numbers, st.booleans(), st.booleans())
def test_the_next_step_is_that_of_linear_equations(loss_t, slope_t, loss_h, slope_h, slope_l, closed, backwards):
    # t between low and high, or beyond low while stepping out; the slope at low points to t
    sign = -1.0 if backwards and closed else 1.0
    low, t = Point(2.0, 0.0, -sign * abs(slope_l)), Point(2.0 + sign, loss_t, slope_t)
    high = Point(2.0 + 2.0 * sign, loss_h, slope_h)
    least, most = (min(low.step, high.step), max(low.step, high.step)) if closed else (2.5, 7.0)
    try:
        expected = naive.next_step(low, high, t, closed, least, most)
    except np.linalg.LinAlgError:
        expected = None
    assume(expected is not None and math.isfinite(expected))
    assume(abs(abs(t.slope) - abs(low.slope)) > 1e-3)
    ends, found = close_in(Ends(low, high, closed, least, most), t, 0.0)
    assume(abs(found - t.step) > 1e-6 and abs(found - low.step) > 1e-6)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)  # linear equations of condition to 1e8
    assert ends.closed == (closed or t.loss > low.loss or t.slope * low.slope < 0)
    assert ends.low == (low if t.loss > low.loss else t)


# ---- outside reference


def scipys(phi, first):
    """Return step and the steps tried of SciPy's search with the constants of L-BFGS-B."""
    tried = []

    def loss(s):
        tried.append(float(s))
        return phi(s)[0]

    search = DCSRCH(loss, lambda s: phi(s)[1], SUFFICIENT, FLATNESS, 0.1, 0.0, LONGEST)
    step = search(first, phi0=phi(0.0)[0], derphi0=phi(0.0)[1], maxiter=MAX_TRIALS + 1)[0]
    return step, tried


def bend(s):  # first of the paper
    return -s / (s * s + 2), (s * s - 2) / (s * s + 2) ** 2


def wave(s):
    return math.cos(3 * s) - 0.3 * s, -3 * math.sin(3 * s) - 0.3


def edge(s):  # straight down, then steeply up
    return (-s, -1.0) if s < 7 else (-s + 50 * (s - 7) ** 2, -1.0 + 100 * (s - 7))


@given(st.floats(-4, 4), st.sampled_from([bend, wave, edge, parabola]), st.floats(0.2, 5.0))
def test_trials_are_scipys(power, shape, unit):
    phi = lambda s: (shape(unit * s)[0], unit * shape(unit * s)[1])  # noqa: E731
    step, expected = scipys(phi, 10.0**power)
    found, tried = along(phi, 10.0**power)
    assert tried == pytest.approx(expected[: len(tried)], rel=1e-6)  # rounding, which cubics of tiny falls enlarge
    assert len(tried) == min(len(expected), MAX_TRIALS)
    if step is not None:  # SciPy returns None where the ends have met, too
        assert found.step == pytest.approx(step, rel=1e-6)  # as above


# ---- laws


@given(st.integers(0, 10**6), st.floats(-6, 6))
def test_what_is_found_is_lower_and_flatter(seed, power):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, 3, condition=1000.0)
    w, gradient = rng.normal(size=3), np.empty(3)
    objective = Objective(f)
    start = objective.start(w, gradient, 0.0)
    w_next, gradient_next = np.empty(3), np.empty(3)
    found = more_thuente(objective, start, -gradient, w_next, gradient_next, 10.0**power)
    assert found is not None
    slope = -float(gradient @ gradient)
    assert found.loss <= start.loss + SUFFICIENT * found.step * slope
    assert abs(found.slope) <= -FLATNESS * slope
    assert (w_next == w - found.step * gradient).all()
    assert found.loss == f(w_next)[0]
    assert (gradient_next == f(w_next)[1]).all()


@given(st.floats(-3, 3), st.integers(-30, 30))
def test_steps_follow_the_units_of_the_loss(power, unit):
    here = along(wave, 10.0**power)[1]
    there = along(lambda s: (2.0**unit * wave(s)[0], 2.0**unit * wave(s)[1]), 10.0**power)[1]
    assert here == there  # powers of 2 are exact


# ---- edges and errors


@pytest.mark.parametrize("first", [0.0, -1.0, math.inf, math.nan])
def test_a_senseless_first_step_and_a_way_up_are_refused_without_a_trial(first):
    assert along(parabola, first) == (None, [])
    assert along(lambda s: (s, 1.0)) == (None, [])
    assert along(lambda s: (0.0, 0.0)) == (None, [])


@pytest.mark.parametrize("bad", [(math.nan, 0.0), (math.inf, 1.0), (-math.inf, 0.0), (0.0, math.nan)])
def test_trials_without_a_loss_are_steps_too_long(bad):
    found, tried = along(lambda s: polynomial([0.25, -1.0, 1.0])(s) if s < 0.7 else bad, first=1e3)
    assert 0.0 < found.step < 0.7
    assert len(tried) <= MAX_TRIALS
    assert along(lambda s: (1.0 - s, -1.0) if s == 0 else bad)[0] is None


def test_a_loss_that_falls_for_ever_is_followed_to_the_longest_step():
    found, tried = along(lambda s: (-s, -1.0))
    assert found.step == LONGEST == tried[-1]


def test_a_wrong_gradient_ends_after_20_trials():
    found, tried = along(lambda s: (s, -1.0))
    assert found is None
    assert len(tried) <= MAX_TRIALS
