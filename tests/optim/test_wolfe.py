"""The strong Wolfe search: by hand, naive twin (exact fractions), outside reference, laws, edges and errors."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import line_search

import tests.naive.optim.wolfe as naive
from scratchml.core import record
from scratchml.optim import lbfgs, nonlinear_conjugate_gradient, strong_wolfe
from scratchml.optim.conjugate_gradient import FLATNESS
from scratchml.optim.objective import ROUNDING, Objective
from scratchml.optim.wolfe import MAX_TRIALS, SUFFICIENT, Point, close_in, cubic_minimum, guess_minimum, step_out
from tests.optim.surfaces import logistic, random_bowl, rosenbrock, two_clouds

EPS = np.finfo(np.float64).eps


def search(f, w, direction=None, **how):
    """Return start, what was found, the point and the gradient there, and the number of trials."""
    w = np.array(w, dtype=float)
    objective, gradient = Objective(f), np.empty_like(w)
    start = objective.start(w, gradient, 0.0)
    direction = -gradient if direction is None else np.array(direction, dtype=float)
    w_next, gradient_next = np.empty_like(w), np.empty_like(w)
    found = strong_wolfe(objective, start, direction, w_next, gradient_next, **how)
    return start, found, w_next, gradient_next, objective.n_evaluations - 1


def along(phi, **how):
    """Search phi (step -> loss, slope) from step 0."""
    return search(lambda w: (phi(w[0])[0], np.array([phi(w[0])[1]])), [0.0], [1.0], **how)


def check_conditions(start, slope, step, loss, slope_there, flatness):
    """Assert both conditions; of the first only that nothing rose, where rounding hides what it asks for."""
    rounding = ROUNDING * abs(start.loss)
    if SUFFICIENT * step * -slope > rounding:
        assert loss <= start.loss + SUFFICIENT * step * slope
    else:
        assert loss <= start.loss + MAX_TRIALS * rounding
    assert abs(slope_there) <= -flatness * slope * (1 + 1e-9)  # the slope is worked out anew: rounding


# ---- by hand


def test_a_parabola_on_paper():
    # (s - 1)^2 from s = 0: slope -2; at s = 1 the slope is 0, at s = 0.05 it is -1.9, more than 0.9 times 2
    phi = lambda s: ((s - 1) ** 2, 2 * (s - 1))  # noqa: E731
    assert along(phi, first=1.0)[1] == Point(1.0, 0.0, 0.0)
    _, found, w, gradient, trials = along(phi, first=0.05)
    assert trials == 2
    assert found.step == w[0] == pytest.approx(0.25, rel=4 * EPS)  # the minimum is at most 4 strides further out
    assert gradient[0] == found.slope == pytest.approx(-1.5, rel=4 * EPS)


def test_the_cubics_minimum_on_paper():
    # s^3 - 3 s has its minimum at 1
    points = [Point(s, s**3 - 3 * s, 3 * s * s - 3) for s in (0.0, 0.5, 2.0)]
    for a, b in ((0, 1), (0, 2), (2, 1), (2, 0)):
        assert cubic_minimum(points[a], points[b]) == pytest.approx(1.0, rel=8 * EPS)  # a few roundings


def test_the_formula_of_the_docstring_holds():
    a, b = Point(0.0, 2.0, -3.0), Point(1.5, 1.0, 4.0)
    d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.step - b.step)
    d2 = math.copysign(math.sqrt(d1**2 - a.slope * b.slope), b.step - a.step)
    expected = b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2)
    assert cubic_minimum(a, b) == pytest.approx(expected, rel=4 * EPS)  # scaled on the way


# ---- naive twin

coefficients = st.tuples(st.floats(-5, 5), st.floats(-10, -0.1), st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 5))


@given(coefficients, st.floats(-3, 3), st.sampled_from([0.1, 0.5, 0.9]))
def test_both_conditions_hold_in_exact_fractions(c, power, flatness):
    def phi(s):
        return sum(x * s**k for k, x in enumerate(c)), sum(k * x * s ** (k - 1) for k, x in enumerate(c) if k)

    _, found, _, _, _ = along(phi, first=10.0**power, flatness=flatness)
    assert found is not None  # a quartic that falls at 0 and rises at last
    down, flat = naive.conditions(c, found.step, SUFFICIENT, flatness)
    assert flat or abs(found.slope) <= flatness * -c[1] * (1 + 1e-9)  # at the border the slope is rounded
    assert down or -SUFFICIENT * found.step * c[1] <= 1e-12 * (1 + abs(found.loss))  # where rounding hides the fall


@given(st.floats(-2, 2), st.floats(-3, 3), st.floats(-5, -0.1), st.floats(0.1, 5))
def test_the_cubics_minimum_is_that_of_linear_equations(loss_a, loss_b, slope_a, slope_b):
    a, b = Point(0.5, loss_a, slope_a), Point(2.0, loss_b, slope_b)  # down at one end, up at the other
    with np.errstate(all="ignore"):
        expected = naive.cubic_minimum(a, b)
    assume(np.isfinite(expected) and abs(expected) < 1e3)  # the twin divides by the cubic's leading term
    assert cubic_minimum(a, b) == pytest.approx(expected, abs=1e-6)  # and loses digits where it is small


# ---- outside reference


@pytest.mark.parametrize("seed", range(5))
def test_scipys_search_and_ours_satisfy_the_same_conditions(seed):
    rng = np.random.default_rng(seed)
    w, w_logistic = rng.normal(size=4), rng.normal(size=3) * 3
    for f, point in ((rosenbrock, w), (logistic(*two_clouds(rng, 30, 3), 0.1), w_logistic)):
        direction = -f(point)[1] / np.linalg.norm(f(point)[1])
        start, found, _, _, _ = search(f, point, direction)
        slope = float(start.gradient @ direction)
        loss_at, gradient_at = (lambda v, f=f: f(v)[0]), (lambda v, f=f: f(v)[1])
        theirs = line_search(loss_at, gradient_at, point, direction, c1=SUFFICIENT, c2=0.9)[0]
        for step in (theirs, found.step):
            loss, gradient = f(point + step * direction)
            check_conditions(start, slope, step, loss, gradient @ direction, 0.9)


def more_thuente(number):
    """Return test function `number` of More and Thuente (1994), section 5."""

    def yanai(first, second):
        def weight(b):
            return math.sqrt(1 + b * b) - b

        def phi(s):
            left, right = math.hypot(1 - s, second), math.hypot(s, first)
            slope = -weight(first) * (1 - s) / left + weight(second) * s / right
            return weight(first) * left + weight(second) * right, slope

        return phi

    def third(s, b=0.01, period=39):
        wave = 2 * (1 - b) / (period * math.pi) * math.sin(period * math.pi / 2 * s)
        slope = (1 - b) * math.cos(period * math.pi / 2 * s)
        if s <= 1 - b:
            return 1 - s + wave, -1 + slope
        if s >= 1 + b:
            return s - 1 + wave, 1 + slope
        return (s - 1) ** 2 / (2 * b) + b / 2 + wave, (s - 1) / b + slope

    return {
        1: lambda s: (-s / (s * s + 2), (s * s - 2) / (s * s + 2) ** 2),
        2: lambda s: ((s + 0.004) ** 5 - 2 * (s + 0.004) ** 4, 5 * (s + 0.004) ** 4 - 8 * (s + 0.004) ** 3),
        3: third,
        4: yanai(0.001, 0.001),
        5: yanai(0.01, 0.001),
        6: yanai(0.001, 0.01),
    }[number]


@pytest.mark.parametrize("first", [1e-3, 1e-1, 1e1, 1e3])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_the_functions_of_more_and_thuente_are_solved(number, first):
    phi = more_thuente(number)
    start, found, _, _, trials = along(phi, first=first, flatness=0.1)
    slope = phi(0.0)[1]
    check_conditions(start, slope, found.step, *phi(found.step), 0.1)
    assert trials <= 20  # the paper's own search takes up to 12 on these


# ---- laws


@given(seed=st.integers(0, 10**6), power=st.floats(-6, 6), flatness=st.sampled_from([0.1, 0.9]))
def test_what_is_accepted_satisfies_both_conditions(seed, power, flatness):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, 3, condition=1000.0)
    start, found, w, gradient, _ = search(f, rng.normal(size=3), first=10.0**power, flatness=flatness)
    direction = -start.gradient
    slope = float(start.gradient @ direction)
    check_conditions(start, slope, found.step, found.loss, found.slope, flatness)
    assert (w == start.w + found.step * direction).all()
    assert found.loss == f(w)[0]
    assert (gradient == f(w)[1]).all()


@pytest.mark.parametrize(("method", "flatness"), [(lbfgs, 0.9), (nonlinear_conjugate_gradient, FLATNESS)])
@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_every_step_of_the_methods_satisfies_both_conditions(method, flatness, seed):
    rng = np.random.default_rng(seed)
    for f, w in ((rosenbrock, rng.normal(size=3)), (logistic(*two_clouds(rng, 20, 3), 0.1), rng.normal(size=3) * 2)):
        path = record(method(f, w, tol=1e-6, max_iter=60))
        assert len(path) > 2
        for before, after in pairwise(path):
            direction = (after.w - before.w) / after.step_size  # rounded: EPS |w| / step
            slope, slope_there = before.gradient @ direction, after.gradient @ direction
            noise = 8 * EPS * np.abs(after.w).max() / after.step_size * np.abs(before.gradient).sum()
            assert after.loss <= before.loss + SUFFICIENT * after.step_size * (slope + noise) + ROUNDING * before.loss
            assert abs(slope_there) <= flatness * abs(slope) + 2 * noise


@given(coefficients, st.integers(-30, 30))
def test_steps_follow_the_units_of_the_loss(c, power):
    def phi(s, unit=1.0):
        return (
            unit * sum(x * s**k for k, x in enumerate(c)),
            unit * sum(k * x * s ** (k - 1) for k, x in enumerate(c) if k),
        )

    here, there = along(phi)[1], along(lambda s: phi(s, 2.0**power))[1]
    assert here.step == there.step  # powers of 2 are exact


# ---- edges and errors


def test_uphill_flat_and_senseless_starts_are_refused_without_a_trial():
    phi = lambda s: ((s - 1) ** 2, 2 * (s - 1))  # noqa: E731
    for how in ({"first": 0.0}, {"first": -1.0}, {"first": math.inf}, {"first": math.nan}):
        assert along(phi, **how)[1] is None
    assert search(lambda w: (float(w @ w), 2 * w), [1.0], [1.0])[1] is None
    assert search(lambda w: (float(w @ w), 2 * w), [1.0], [0.0])[1] is None


@pytest.mark.parametrize("first", [1e-200, 1e-30, 1e30, 1e200])
def test_first_steps_in_quite_other_units_end_well(first):
    phi = lambda s: ((s - 1) ** 2, 2 * (s - 1))  # noqa: E731
    start, found, _, _, _ = along(phi, first=first)
    check_conditions(start, -2.0, found.step, *phi(found.step), 0.9)


def test_a_line_that_is_straight_for_long_is_followed_to_where_it_bends():
    def phi(s):  # slope -1 up to 1e6, then a parabola
        return (-s, -1.0) if s < 1e6 else (-s + (s - 1e6) ** 2, -1.0 + 2 * (s - 1e6))

    start, found, _, _, _ = along(phi)
    assert found.step > 1e6
    check_conditions(start, -1.0, found.step, *phi(found.step), 0.9)


def test_a_loss_that_falls_for_ever_gives_the_lowest_step_seen():
    _, found, _, _, trials = along(lambda s: (-s, -1.0))
    assert found.loss < -1e100
    assert trials <= MAX_TRIALS + 1


def test_trials_without_a_loss_are_steps_too_long():
    phi = lambda s: ((s - 0.5) ** 2, 2 * (s - 0.5)) if s < 0.7 else (math.nan, 0.0)  # noqa: E731
    _, found, _, _, _ = along(phi, first=1e3)
    assert found.step < 0.7
    phi = lambda s: ((s - 0.5) ** 2, 2 * (s - 0.5)) if s < 0.7 else (0.0, -math.inf)  # noqa: E731
    assert along(phi, first=1e3)[1].step < 0.7  # an infinite gradient counts, too
    phi = lambda s: ((s - 0.5) ** 2, 2 * (s - 0.5)) if s < 0.7 else (-math.inf, 0.0)  # noqa: E731
    assert along(phi, first=1e3)[1].step < 0.7  # minus infinity is no loss either
    assert along(lambda s: (1.0 - s, -1.0) if s == 0 else (math.nan, math.nan))[1] is None


def test_a_wrong_gradient_ends_after_a_limited_number_of_trials():
    _, found, _, _, trials = search(lambda w: (float(w @ w), -2 * w), [1.0])
    assert found is None
    assert trials <= MAX_TRIALS


def test_where_rounding_hides_the_fall_slopes_decide():
    phi = lambda s: (1e6 + (s - 1e-7) ** 2, 2 * (s - 1e-7))  # noqa: E731 (falls by 1e-14 beside 1e6)
    _, found, _, _, _ = along(phi, first=1e-3)
    assert found.step == pytest.approx(1e-7, rel=0.9)  # flatness 0.9 of the slope is left


def test_a_loss_that_rounding_lifts_a_little_does_not_end_the_search():
    noise = 2 * math.ulp(1e6)
    _, found, _, _, trials = along(lambda s: (1e6 + (noise if s else 0.0), 2 * (s - 1e-7)), first=1e-7)
    assert (found.step, trials) == (1e-7, 1)


def test_guesses_that_say_nothing_are_replaced():
    straight = Point(0.0, 0.0, -1.0), Point(1.0, -1.0, -1.0)
    assert math.isnan(cubic_minimum(*straight))
    assert step_out(*straight, growth=4.0) == 5.0  # as far as allowed
    same = Point(0.0, 1.0, -1.0), Point(1.0, 1.0, -1.0)
    assert math.isnan(guess_minimum(*same))
    assert close_in(*same, halve=False) == 0.5  # the middle
    assert close_in(Point(0.0, 1.0, -1.0), Point(1.0, math.nan, 0.0), halve=False) == 0.1
    assert close_in(Point(0.0, 1.0, -1.0), Point(1.0, 5.0, 9.0), halve=True) == 0.5


def test_a_slope_beyond_the_range_is_a_clear_error():
    with pytest.raises(ValueError, match="slope at loss=1 overflows"):
        search(lambda w: (1.0, np.full(1, 1e200)), [1.0])
