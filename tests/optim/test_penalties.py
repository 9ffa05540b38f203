"""Penalties: by hand, naive twin (every candidate), outside reference, laws, edges and errors."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from sklearn.linear_model import ElasticNet

import tests.naive.optim.penalties as naive
from scratchml.core.jit import plain_python
from scratchml.optim import Penalty, check_gradient, penalties
from scratchml.optim.penalties import checked_penalty, distance_from_slopes, soft_threshold

EPS = np.finfo(np.float64).eps

numbers = st.floats(-100.0, 100.0)
prices = st.one_of(st.just(0.0), st.floats(1e-3, 10.0))
steps = st.floats(1e-2, 10.0)
made = st.builds(Penalty, prices, prices, st.booleans())


# ---- by hand


def test_soft_threshold_on_paper():
    found = [soft_threshold(v, 1.0, False) for v in (3.0, 1.0, 0.5, 0.0, -0.5, -1.0, -3.0)]
    assert found == [2.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0]
    assert [soft_threshold(v, 1.0, True) for v in (3.0, 0.5, -3.0)] == [2.0, 0.0, 0.0]


def test_a_proximal_step_on_paper():
    # pulled by step l1 = 1, then divided by 1 + step l2 = 2
    assert Penalty(l1=2.0, l2=2.0).prox(np.array([5.0, -3.0, 0.5]), step=0.5).tolist() == [2.0, -1.0, 0.0]
    assert Penalty(l1=2.0, l2=2.0).value(np.array([2.0, -1.0, 0.0])) == 2.0 * 3 + 5.0
    assert Penalty(positive=True).value(np.array([2.0, -1.0])) == math.inf


def test_distances_from_the_slopes_on_paper():
    # w = 1: |g + l2 w + l1|; w = 0: what of |g| is above l1
    assert distance_from_slopes(1.0, -5.0, 2.0, 1.0, False) == 2.0
    assert distance_from_slopes(-1.0, 5.0, 2.0, 1.0, False) == 2.0
    assert distance_from_slopes(0.0, -5.0, 2.0, 1.0, False) == 3.0
    assert distance_from_slopes(0.0, 5.0, 2.0, 1.0, False) == 3.0
    assert distance_from_slopes(0.0, 1.5, 2.0, 1.0, False) == 0.0
    assert distance_from_slopes(0.0, 5.0, 2.0, 1.0, True) == 0.0  # w may not sink
    assert distance_from_slopes(-1.0, 5.0, 2.0, 1.0, True) == math.inf  # where w may not be


# ---- naive twin


@given(st.lists(numbers, min_size=1, max_size=5), steps, made)
def test_the_proximal_step_is_the_best_candidate(v, step, penalty):
    expected = [naive.prox(x, step, penalty.l1, penalty.l2, penalty.positive) for x in v]
    found = penalty.prox(np.array(v), step)
    rounding = 8 * EPS * (np.abs(v).max() + step * penalty.l1) + 1e-150  # of v - step l1; smaller squares are 0
    np.testing.assert_allclose(found, expected, rtol=8 * EPS, atol=rounding)


# ---- outside reference


@pytest.mark.parametrize("v", [-4.0, -0.3, 0.0, 0.7, 5.0])
@pytest.mark.parametrize("penalty", [Penalty(1.0), Penalty(0.0, 2.0), Penalty(0.5, 0.5), Penalty(1.0, 0.1, True)])
def test_the_proximal_step_is_where_scipy_finds_the_least_price(v, penalty):
    step = 0.6
    low = 0.0 if penalty.positive else -10.0
    found = minimize_scalar(
        lambda w: naive.price(w, v, step, penalty.l1, penalty.l2),
        bounds=(low, 10.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    ours = penalty.prox(np.array([v]), step)[0]
    assert ours == pytest.approx(found.x, abs=1e-6)  # a minimum is flat: half the digits
    assert naive.price(ours, v, step, penalty.l1, penalty.l2) <= found.fun + 1e-14


@pytest.mark.parametrize("positive", [False, True])
def test_scikit_learns_elastic_net_is_stationary(rng, positive):
    X = rng.normal(size=(60, 5))
    y = X @ [1.0, -2.0, 0.0, 0.0, 0.5] + rng.normal(size=60)
    alpha, share = 0.3, 0.6
    w = ElasticNet(alpha=alpha, l1_ratio=share, fit_intercept=False, positive=positive, tol=1e-14).fit(X, y).coef_
    gradient = X.T @ (X @ w - y) / 60
    penalty = Penalty(alpha * share, alpha * (1 - share), positive)  # the docstring's translation
    assert (w == 0).any()
    assert penalty.stationarity(w, gradient) < 1e-7  # their tolerance is on the duality gap, a square
    assert penalty.stationarity(w + 0.01, gradient) > 1e-3


# ---- laws


@given(st.lists(numbers, min_size=1, max_size=4), steps, made)
def test_the_proximal_step_is_stationary(v, step, penalty):
    # the parabola's slope there is (w - v) / step: 0 lies among the slopes of both together
    w = penalty.prox(np.array(v), step)
    rounding = 16 * EPS * (np.abs(v).max() / step + penalty.l1 + penalty.l2 * np.abs(w).max())
    assert penalty.stationarity(w, (w - v) / step) <= rounding


@given(st.lists(numbers, min_size=2, max_size=4), st.data(), steps, made)
def test_proximal_steps_never_part_two_points(u, data, step, penalty):
    v = data.draw(st.lists(numbers, min_size=len(u), max_size=len(u)))
    apart = np.linalg.norm(np.subtract(u, v))
    assert (
        np.linalg.norm(penalty.prox(np.array(u), step) - penalty.prox(np.array(v), step)) <= apart + 1e-12
    )  # rounding


@given(numbers, st.floats(0.0, 50.0), st.floats(-60.0, 60.0))
def test_no_other_number_beats_the_soft_threshold(v, threshold, other):
    w = soft_threshold(v, threshold, False)

    def price(x):
        return threshold * abs(x) + 0.5 * (x - v) ** 2

    assert price(w) <= price(other) + 8 * EPS * (1 + v * v + threshold * threshold)  # rounding of the prices


@given(st.lists(numbers.filter(lambda w: abs(w) > 0.5), min_size=1, max_size=4), made)
def test_away_from_0_the_slope_is_that_of_finite_differences(w, penalty):
    w = np.array(w)
    assume(not penalty.positive or (w > 0).all())
    slope = penalty.l1 * np.sign(w) + penalty.l2 * w
    assert check_gradient(lambda v: (penalty.value(v), slope), w) < 1e-9  # exact but for rounding: a parabola
    assert penalty.stationarity(w, -slope) <= 4 * EPS * np.abs(slope).max()  # gradient and slope cancel


@given(st.lists(numbers, min_size=1, max_size=4), steps, st.floats(0.01, 100.0), prices)
def test_l1_follows_the_units_of_w(v, step, unit, l1):
    small, large = Penalty(l1).prox(np.array(v), step), Penalty(l1 * unit).prox(np.array(v) * unit, step)
    np.testing.assert_allclose(large, small * unit, rtol=1e-9, atol=1e-12 * unit)  # v near the threshold cancels


def test_compiled_and_plain_give_the_same_bits(rng):
    W, gradient = rng.normal(size=(4, 6)), rng.normal(size=(4, 6))
    for penalty in (Penalty(0.3, 0.2), Penalty(0.3, 0.2, True)):
        expected = penalty.prox(W, 0.7), penalty.stationarity(np.abs(W), gradient)
        with plain_python():
            found = penalty.prox(W, 0.7), penalty.stationarity(np.abs(W), gradient)
        assert found[0].tobytes() == expected[0].tobytes()
        assert found[1] == expected[1]


# ---- edges and errors


@pytest.mark.parametrize("order", ["C", "F"])
def test_any_shape_and_memory_order_is_welcome_and_kept(rng, order):
    W = np.array(rng.normal(size=(3, 4)), order=order)
    before = W.copy()
    found = Penalty(l1=0.5).prox(W)
    assert (W == before).all()
    assert (found == np.sign(W) * np.maximum(np.abs(W) - 0.5, 0.0)).all()
    assert Penalty(l1=0.5).prox(W[:, ::2]).shape == (3, 2)
    assert Penalty(l1=0.5).prox(np.float64(2.0)) == 1.5


def test_no_penalty_changes_nothing(rng):
    v = rng.normal(size=5)
    assert (Penalty().prox(v, 3.0) == v).all()
    assert Penalty().value(v) == 0.0
    assert Penalty().stationarity(v, -v) == np.abs(v).max()


def test_nan_is_never_hidden():
    assert math.isnan(soft_threshold(math.nan, 1.0, True))
    for penalty in (Penalty(), Penalty(l1=1.0), Penalty(positive=True)):
        assert math.isnan(penalty.stationarity(np.array([0.0, 1.0]), np.array([math.nan, 0.5])))
        assert math.isnan(penalty.stationarity(np.array([math.nan, 1.0]), np.array([0.0, 0.5])))


def test_sizes_beyond_the_range_do_not_turn_into_nan():
    huge = np.array([1e200, -1e308, 1e308])
    assert Penalty().value(huge) == 0.0  # not 0 times inf
    assert Penalty(l1=0.0, l2=1.0).value(huge) == math.inf
    assert Penalty(l1=1.0).value(huge[:1]) == 1e200
    assert Penalty(l1=1e300).prox(huge, step=1e300).tolist() == [0.0, 0.0, 0.0]
    assert Penalty(l2=1e300).prox(np.array([1.0]), step=1e300).tolist() == [0.0]


@pytest.mark.parametrize("step", [-1.0, math.nan, math.inf])
def test_a_wrong_step_is_named(step):
    with pytest.raises(ValueError, match="step="):
        Penalty(l1=1.0).prox(np.ones(2), step)


@pytest.mark.parametrize(
    ("penalty", "kind", "word"),
    [
        (Penalty(l1=-1.0), ValueError, "l1"),
        (Penalty(l2=math.nan), ValueError, "l2"),
        (Penalty(l2=math.inf), ValueError, "l2"),
        (Penalty(l1="a"), TypeError, "l1"),
        (Penalty(positive=1), TypeError, "positive"),
        (0.5, TypeError, "Penalty"),
        ((1.0, 0.0, False), TypeError, "Penalty"),
        ("l1", TypeError, "Penalty"),
    ],
)
def test_wrong_penalties_are_named(penalty, kind, word):
    with pytest.raises(kind, match=word):
        checked_penalty(penalty)


def test_numbers_of_any_kind_become_plain():
    found = checked_penalty(Penalty(np.float32(0.5), 1, np.bool_(True)))
    assert found == Penalty(0.5, 1.0, True)
    assert [type(value) for value in found] == [float, float, bool]
    assert checked_penalty(None) == Penalty()
    assert penalties.Penalty is Penalty
