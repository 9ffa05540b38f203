"""Backtracking: by hand, naive twin (fitted polynomials), outside reference, laws, edges and errors."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize._linesearch import scalar_search_armijo

import tests.naive.optim.backtracking as naive
from scratchml.optim import backtracking
from scratchml.optim.backtracking import MAX_TRIALS, PATIENCE, SUFFICIENT, lowest_share
from scratchml.optim.objective import ROUNDING, Objective
from tests.optim.surfaces import logistic, random_bowl, rosenbrock, two_clouds

EPS = np.finfo(np.float64).eps


def search(f, w, direction=None, first=1.0):
    """Return start, what was found, the point and the gradient there, and the number of trials."""
    w = np.array(w, dtype=float)
    objective, gradient = Objective(f), np.empty_like(w)
    start = objective.start(w, gradient, 0.0)
    direction = -gradient if direction is None else np.array(direction, dtype=float)
    w_next, gradient_next = np.empty_like(w), np.empty_like(w)
    found = backtracking(objective, start, direction, w_next, gradient_next, first)
    return start, found, w_next, gradient_next, objective.n_evaluations - 1


def parabola(w):
    return float(w[0] ** 2), 2 * w


# ---- by hand


def test_a_parabola_on_paper():
    # loss w^2 at w = 1, direction -2: with step 1 we land on -1, as high as before; the parabola's bottom is step 1/2
    start, found, w, gradient, trials = search(parabola, [1.0])
    assert found == (0.5, 0.0)
    assert (w.tolist(), gradient.tolist(), trials) == ([0.0], [0.0], 2)
    assert start.w.tolist() == [1.0]


def test_a_first_step_that_goes_down_enough_is_taken():
    _, found, w, _, trials = search(parabola, [1.0], first=0.25)
    assert (found, w.tolist(), trials) == ((0.25, 0.25), [0.5], 1)


def test_a_step_much_too_long_is_shortened_to_a_tenth_at_most():
    _, found, _, _, trials = search(parabola, [1.0], first=100.0)
    assert trials == 4  # 100, 10, 1, 0.5
    assert found[0] == pytest.approx(0.5, rel=4 * EPS)  # of products with 0.1


def test_a_fall_of_less_than_the_share_asked_for_is_refused():
    def stingy(w):  # slope -1 at 0; a step of 1 falls by 1e-5, less than 1e-4 of what the slope promised
        return (1.0 - 1e-5 if w[0] == 1.0 else 1.0 - w[0] / 2), np.array([-1.0])

    _, found, _, _, trials = search(stingy, [0.0])
    assert trials == 2
    assert found == pytest.approx((0.5, 0.75), abs=1e-4)  # the parabola's bottom is at 0.500005


def test_the_third_step_is_the_lowest_share_of_a_cubic_on_paper():
    # from 0, slope -1: losses 1 at 1 and 0 at 1/4, where the parabola 2 s^2 - s is lowest. The cubic through both is
    # -8/3 s^3 + 14/3 s^2 - s: lowest where -8 s^2 + 28/3 s = 1, at 3 / (14 + sqrt(124))
    tried = []

    def told(w):
        tried.append(float(w[0]))
        return {0.0: 0.0, 1.0: 1.0, 0.25: 0.0}.get(tried[-1], -1.0), np.array([-1.0])

    found = search(told, [0.0])[1]
    assert tried == [0.0, 1.0, 0.25, found[0]]
    assert found == pytest.approx((3.0 / (14.0 + 124.0**0.5), -1.0), rel=4 * EPS)


def test_lowest_points_on_paper():
    assert lowest_share(2.0, None) == 0.25  # of -t + 2 t^2
    # 1/2 above the tangent at 1, and 1 at 2: 3/4 t^2 - 1/4 t^3 - t only falls; 2 and 12: t^3 + t^2 - t, t = 1/3
    assert lowest_share(0.5, (2.0, 1.0)) == np.inf
    assert lowest_share(2.0, (2.0, 12.0)) == pytest.approx(1.0 / 3.0, rel=4 * EPS)
    # 1 and 16: -t - 2 t^2 + 3 t^3 is lowest where 9 t^2 = 4 t + 1
    assert lowest_share(1.0, (2.0, 16.0)) == pytest.approx((2.0 + 13.0**0.5) / 9.0, rel=4 * EPS)
    assert lowest_share(-1.0, None) == np.inf
    assert lowest_share(1e200, (2.0, 1e200)) == np.inf  # what overflows tells nothing


@pytest.mark.parametrize(("first", "trials"), [(1e3, 4), (1e5, 6)])
def test_a_step_much_too_long_costs_no_more_trials_by_cubics(first, trials):
    def steep(w):  # of fourth degree: its value far away says nothing of where it is low
        return float((w[0] - 1.0) ** 4), 4.0 * (w - 1.0) ** 3

    assert search(steep, [0.0], [1.0], first=first)[4] == trials


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("power", [100.0, 300.0, 600.0])
def test_losses_beyond_every_scale_are_cut_to_a_tenth_without_a_warning(power):
    def wall(w):  # falls from 0 to ln(2) / power, and rises to exp(power) at 1
        rise = float(np.exp(power * w[0]))
        return rise - 2.0 * power * float(w[0]), np.array([power * rise - 2.0 * power])

    _, found, _, _, trials = search(wall, [0.0], [1.0], np.float64(1.0))
    assert found is not None
    assert trials <= 7


# ---- naive twin


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), power=st.floats(-2, 4))
def test_trials_are_those_of_fitted_polynomials(seed, power):
    rng = np.random.default_rng(seed)
    X, y = two_clouds(rng, 15, 2)
    f, w = logistic(X, y, 0.1), rng.normal(size=2) * 3
    gradient = f(w)[1]
    expected = naive.backtracking(lambda s: f(w - s * gradient)[0], -float(gradient @ gradient), 10.0**power)
    _, found, w_next, _, trials = search(f, w, first=10.0**power)
    assert trials == len(expected)
    assert found[0] == pytest.approx(expected[-1], rel=1e-6)  # the twin's equations are ill-conditioned
    assert found[1] == f(w_next)[0]


# ---- outside reference


@pytest.mark.parametrize("first", [1.0, 0.1, 10.0])
def test_scipys_search_and_ours_both_go_down_enough(first):
    w = np.array([-1.2, 1.0])
    loss, gradient = rosenbrock(w)
    slope = -float(gradient @ gradient)
    theirs, _ = scalar_search_armijo(lambda s: rosenbrock(w - s * gradient)[0], loss, slope, alpha0=first)
    _, found, _, _, _ = search(rosenbrock, w, first=first)
    for step in (theirs, found[0]):
        assert rosenbrock(w - step * gradient)[0] <= loss + SUFFICIENT * step * slope
    assert found[1] <= rosenbrock(w - theirs * gradient)[0] * (1 + 1e-9)  # theirs, unsafeguarded, may end very short


# ---- laws


@given(seed=st.integers(0, 10**6), d=st.integers(1, 5), power=st.floats(-8, 8))
def test_what_is_accepted_satisfies_armijos_condition(seed, d, power):
    rng = np.random.default_rng(seed)
    f, _, _ = random_bowl(rng, d, condition=1000.0)
    start, found, w, gradient, _ = search(f, rng.normal(size=d), first=10.0**power)
    slope = -float(start.gradient @ start.gradient)
    assume(SUFFICIENT * found[0] * -slope > ROUNDING * abs(start.loss))  # otherwise rounding hides the fall
    assert found[1] <= start.loss + SUFFICIENT * found[0] * slope
    assert found[1] == f(w)[0]
    assert (gradient == f(w)[1]).all()
    assert (w == start.w - found[0] * start.gradient).all()


@given(seed=st.integers(0, 10**6), offset=st.sampled_from([0.0, 1.0, 1e3]))
def test_where_rounding_hides_the_fall_the_gradient_becomes_shorter(seed, offset):
    rng = np.random.default_rng(seed)
    f, A, b = random_bowl(rng, 3)
    w = np.linalg.solve(A, b) + 1e-9 * rng.normal(size=3)  # the loss changes by 1e-17
    start, found, _, gradient, _ = search(lambda v: (f(v)[0] + offset, f(v)[1]), w, first=0.15)  # below 2 / 10
    assert found is not None
    assert np.linalg.norm(gradient) < np.linalg.norm(start.gradient)


# ---- edges and errors


def test_uphill_flat_and_senseless_starts_are_refused_without_a_trial():
    for direction, first in (
        ([2.0], 1.0),
        ([0.0], 1.0),
        ([-2.0], 0.0),
        ([-2.0], -1.0),
        ([-2.0], np.nan),
        ([-2.0], np.inf),
    ):
        _, found, _, _, trials = search(parabola, [1.0], direction, first)
        assert (found, trials) == (None, 0)


def test_trials_without_a_loss_are_steps_too_long():
    def fenced(w):  # nothing beyond 0.999 and below
        return parabola(w) if w[0] > 0.999 else (np.nan, w)

    _, found, w, _, _ = search(fenced, [1.0])
    assert found is not None
    assert 0.999 < w[0] < 1.0
    _, found, w, _, _ = search(lambda w: parabola(w) if w[0] > 0.999 else (1e-3, np.full(1, np.inf)), [1.0])
    assert 0.999 < w[0] < 1.0  # an infinite gradient counts, too


def test_a_wrong_gradient_ends_after_a_limited_number_of_trials():
    _, found, _, _, trials = search(lambda w: (float(w @ w), -2 * w), [1.0])
    assert found is None
    assert PATIENCE < trials <= MAX_TRIALS
    _, found, _, _, trials = search(lambda w: (float(w @ w), -2 * w), [0.0], direction=[1.0])
    assert (found, trials) == (None, 0)  # no slope at all


@pytest.mark.parametrize("first", [1e-300, 1e-100, 1.0, 1e100, 1e300])
def test_first_steps_in_quite_other_units_end_well(first):
    def tiny(w):  # the step to the minimum is 5e-201
        return float((w[0] / 1e-100) ** 2), 2 * w / 1e-100 / 1e-100

    _, found, w, _, trials = search(tiny, [1e-100], first=first)
    assert trials <= MAX_TRIALS
    if first in (1e-300, 1e300):  # the one cannot be seen beside w, the other is 500 decades off
        assert found is None
    else:
        assert found[1] < 1.0
        assert abs(w[0]) < 1e-100


def test_a_slope_beyond_the_range_is_a_clear_error():
    with pytest.raises(ValueError, match="slope at loss=1 overflows"):
        search(lambda w: (1.0, np.full(1, 1e200)), [1.0])
