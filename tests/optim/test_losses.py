"""Losses of one prediction: by hand, naive twin (60 digits), outside reference, laws, edges and errors."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import special
from sklearn._loss import HalfBinomialLoss, HalfSquaredError, HuberLoss
from sklearn.linear_model import _sgd_fast as reference

import tests.naive.optim.losses as naive
from scratchml.core.jit import plain_python
from scratchml.optim import check_gradient, loss_named, losses, sigmoid
from scratchml.optim.losses import BLOCK, FOR_LABELS, HAVE_PARAMETER, TABLE, add_log_losses, add_losses

EPS = np.finfo(np.float64).eps
NAMES = tuple(name for name in TABLE if name != "multinomial")
NOTHING = np.empty(0)
FORMULAS = {  # the table of the module's docstring
    "squared_error": lambda r, m, p: r**2 / 2,
    "huber": lambda r, m, p: r**2 / 2 if abs(r) <= p else p * abs(r) - p**2 / 2,
    "epsilon_insensitive": lambda r, m, p: max(abs(r) - p, 0),
    "squared_epsilon_insensitive": lambda r, m, p: max(abs(r) - p, 0) ** 2,
    "log_loss": lambda r, m, p: math.log(1 + math.exp(-m)),
    "hinge": lambda r, m, p: max(p - m, 0),
    "perceptron": lambda r, m, p: max(-m, 0),
    "squared_hinge": lambda r, m, p: max(p - m, 0) ** 2,
    "modified_huber": lambda r, m, p: max(1 - m, 0) ** 2 if m >= -1 else -4 * m,
}

predictions = st.floats(-30.0, 30.0)


def targets_for(name):
    return st.sampled_from([-1.0, 1.0]) if name in FOR_LABELS else st.floats(-30.0, 30.0)


def kinks(name, p):
    """Return where |r| or the margin meets a border between two formulas."""
    if name in FOR_LABELS:
        return (1.0, -1.0) if name == "modified_huber" else (p,)
    return (p,)


def away_from_kinks(name, p, z, y, by):
    place = y * z if name in FOR_LABELS else abs(z - y)
    return all(abs(place - kink) > by for kink in kinks(name, p))


def problem(rng, name, n):
    z = rng.normal(size=n) * 3
    return z, np.where(rng.random(n) < 0.5, -1.0, 1.0) if name in FOR_LABELS else rng.normal(size=n)


# ---- by hand


@pytest.mark.parametrize(
    ("name", "z", "y", "expected"),  # loss, slope, curvature
    [
        ("squared_error", 3.0, 1.0, (2.0, 2.0, 1.0)),
        ("huber", 2.0, 1.0, (0.5, 1.0, 1.0)),
        ("huber", -3.0, 1.0, (1.35 * (4 - 0.675), -1.35, 0.0)),
        ("epsilon_insensitive", 1.05, 1.0, (0.0, 0.0, 0.0)),
        ("epsilon_insensitive", 0.0, 1.0, (0.9, -1.0, 0.0)),
        ("squared_epsilon_insensitive", 0.0, 1.0, (0.81, -1.8, 2.0)),
        ("log_loss", 0.0, 1.0, (math.log(2), -0.5, 0.25)),
        ("hinge", 0.25, 1.0, (0.75, -1.0, 0.0)),
        ("hinge", -2.0, -1.0, (0.0, 0.0, 0.0)),
        ("perceptron", -2.0, 1.0, (2.0, -1.0, 0.0)),
        ("squared_hinge", 0.5, -1.0, (2.25, 3.0, 2.0)),
        ("modified_huber", 0.5, 1.0, (0.25, -1.0, 2.0)),
        ("modified_huber", -2.0, 1.0, (8.0, -4.0, 0.0)),
        ("modified_huber", 3.0, 1.0, (0.0, 0.0, 0.0)),
    ],
)
def test_values_on_paper(name, z, y, expected):
    loss = loss_named(name)
    found = loss.values(z, y), loss.slopes(z, y), loss.curvatures(z, y)
    assert [float(v) for v in found] == pytest.approx(expected, rel=4 * EPS)  # a few roundings


@pytest.mark.parametrize("name", NAMES)
def test_the_formulas_of_the_docstring_hold(rng, name):
    z, y = problem(rng, name, 200)
    loss = loss_named(name)
    expected = [FORMULAS[name](a - b, a * b, loss.parameter) for a, b in zip(z, y)]
    np.testing.assert_allclose(loss.values(z, y), expected, rtol=1e-13, atol=1e-15)  # log(1 + x) loses digits here


# ---- naive twin


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_losses_are_those_of_60_digits(name, data):
    z, y = data.draw(predictions), data.draw(targets_for(name))
    loss = loss_named(name)
    place = 1.0 + abs(z) + abs(y)  # z - y and y z are rounded once: as much as this, times EPS, and squared perhaps
    expected = naive.value(name, loss.parameter, z, y)
    assert float(loss.values(z, y)) == pytest.approx(expected, rel=4 * EPS, abs=4 * EPS * place)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(st.data())
def test_slopes_and_curvatures_are_those_of_60_digits(name, data):
    z, y = data.draw(predictions), data.draw(targets_for(name))
    loss = loss_named(name)
    assume(away_from_kinks(name, loss.parameter, z, y, by=1e-9))  # the twin's differences are 1e-15 wide
    slope, curvature = naive.derivatives(name, loss.parameter, z, y)
    rounding = 8 * EPS * (1.0 + abs(z) + abs(y))
    assert float(loss.slopes(z, y)) == pytest.approx(slope, rel=1e-14, abs=rounding)  # a few roundings
    assert float(loss.curvatures(z, y)) == pytest.approx(
        curvature, rel=1e-14, abs=1e-13
    )  # its h^2 times 4th derivative


# ---- outside reference

PAIRS = [
    ("hinge", reference.Hinge(1.0)),
    ("perceptron", reference.Hinge(0.0)),
    ("squared_hinge", reference.SquaredHinge(1.0)),
    ("modified_huber", reference.ModifiedHuber()),
    ("epsilon_insensitive", reference.EpsilonInsensitive(0.1)),
    ("squared_epsilon_insensitive", reference.SquaredEpsilonInsensitive(0.1)),
]


@pytest.mark.parametrize(("name", "theirs"), PAIRS, ids=[name for name, _ in PAIRS])
def test_losses_and_slopes_are_those_of_scikit_learns_sgd_kinks_included(rng, name, theirs):
    z, y = problem(rng, name, 300)
    z[:40] = np.tile([0.0, 1.0, -1.0, 0.5], 10)  # kinks of the losses for labels
    loss = loss_named(name)
    np.testing.assert_allclose(loss.values(z, y), [theirs.py_loss(a, b) for a, b in zip(z, y)], rtol=1e-14)  # rounding
    np.testing.assert_allclose(loss.slopes(z, y), [theirs.py_dloss(a, b) for a, b in zip(z, y)], rtol=1e-14)  # rounding


@pytest.mark.parametrize(
    ("name", "theirs", "target"),
    [
        ("squared_error", HalfSquaredError(), lambda y: y),
        ("huber", HuberLoss(delta=1.35), lambda y: y),
        ("log_loss", HalfBinomialLoss(), lambda y: (y + 1) / 2),
    ],
)
def test_losses_slopes_and_curvatures_are_those_of_scikit_learns_loss_module(rng, name, theirs, target):
    z, y = problem(rng, name, 300)
    z[:4] = [-40.0, 40.0, -800.0, 800.0]
    loss, goal = loss_named(name), target(y)
    expected_loss = theirs.loss(goal, z)
    expected_slope, expected_curvature = theirs.gradient_hessian(goal, z)
    np.testing.assert_allclose(loss.values(z, y), expected_loss, rtol=1e-13, atol=1e-15)  # they round 1 - p
    np.testing.assert_allclose(loss.slopes(z, y), expected_slope, rtol=1e-13, atol=1e-15)  # the same
    if name != "huber":  # theirs has no second derivative
        np.testing.assert_allclose(loss.curvatures(z, y), expected_curvature, rtol=1e-13, atol=1e-15)  # the same


def test_sigmoid_is_scipys(rng):
    z = np.concatenate([rng.normal(size=200) * 10, [0.0, -700.0, 700.0, -np.inf, np.inf, 1e-300]])
    np.testing.assert_allclose(sigmoid(z), special.expit(z), rtol=4 * EPS, atol=1e-305)  # rounding of exp; subnormals
    assert np.isnan(sigmoid(np.nan))


def test_log_of_1_plus_exp_is_numpys(rng):
    t = np.concatenate([rng.normal(size=200) * 20, [-745.0, 745.0, 1e4, -1e4]])
    found = [losses.log_one_plus_exp(x) for x in t]
    np.testing.assert_allclose(found, np.logaddexp(0.0, t), rtol=4 * EPS)  # rounding of exp and log


# ---- laws


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15)
@given(st.data())
def test_slopes_are_those_of_finite_differences(name, data):
    y = np.array([data.draw(targets_for(name)) for _ in range(3)])
    z = np.array([data.draw(predictions) for _ in range(3)])
    loss = loss_named(name)
    assume(all(away_from_kinks(name, loss.parameter, a, b, by=0.1) for a, b in zip(z, y)))  # 2 h = 0.05 at z = 30
    found = check_gradient(lambda v: (float(loss.values(v, y).sum()), loss.slopes(v, y)), z)
    assert found < 1e-6  # the differences' own error, h^4 times the fifth derivative


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25)
@given(st.data())
def test_slopes_never_fall_and_rise_no_faster_than_smoothness(name, data):
    y, low, high = data.draw(targets_for(name)), data.draw(predictions), data.draw(predictions)
    low, high = min(low, high), max(low, high)
    loss = loss_named(name)
    rise = float(loss.slopes(high, y) - loss.slopes(low, y))
    rounding = 8 * EPS * (abs(low) + abs(high) + abs(y))
    assert rise >= -rounding  # convex
    if math.isfinite(loss.smoothness):
        assert rise <= loss.smoothness * (high - low) + rounding
        assert 0.0 <= float(loss.curvatures(low, y)) <= loss.smoothness


@pytest.mark.parametrize("name", sorted(FOR_LABELS))
@given(predictions)
def test_swapping_the_labels_swaps_the_sign_of_z(name, z):
    loss = loss_named(name)
    assert loss.values(z, 1.0) == loss.values(-z, -1.0) >= 0.0
    assert loss.slopes(z, 1.0) == -loss.slopes(-z, -1.0) <= 0.0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n", [0, 1, 5, BLOCK, 2 * BLOCK + 17])
def test_a_total_is_the_weighted_sum(rng, name, weighted, n):
    z, y = problem(rng, name, n)
    weight = rng.random(n) if weighted else NOTHING
    slope, loss = np.empty(n), loss_named(name)
    total = loss.total(z, y, weight, slope)
    shares = weight if weighted else np.ones(n)
    assert total == pytest.approx(math.fsum(shares * loss.values(z, y)), rel=1e-13, abs=1e-300)  # n additions
    np.testing.assert_allclose(slope, shares * loss.slopes(z, y), rtol=1e-14)  # the two ways to write exp


@given(
    st.lists(st.tuples(st.floats(-800, 800), st.sampled_from([-1.0, 1.0]), st.floats(0, 5)), min_size=1, max_size=40)
)
def test_the_fast_log_loss_is_the_plain_one(rows):
    z, y, weight = (np.array(column) for column in zip(*rows))
    for shares in (weight, NOTHING):
        expected_slope, slope = np.empty(len(z)), np.empty(len(z))
        expected = add_losses(losses.LOG_LOSS, 0.0, z, y, shares, expected_slope)
        found = add_log_losses(z, y, shares, slope)
        assert found == pytest.approx(expected, rel=1e-14, abs=1e-305)  # a few roundings; tiny exps may be 0
        np.testing.assert_allclose(slope, expected_slope, rtol=1e-14, atol=1e-305)  # the same


@pytest.mark.parametrize("name", NAMES)
def test_compiled_and_plain_give_the_same_bits(rng, name):
    z, y = problem(rng, name, 70)
    weight, loss = rng.random(70), loss_named(name)
    compiled, plain = np.empty(70), np.empty(70)
    expected = loss.total(z, y, weight, compiled), loss.total(z, y, NOTHING, np.empty(70))
    with plain_python():
        assert (loss.total(z, y, weight, plain), loss.total(z, y, NOTHING, np.empty(70))) == expected
    assert plain.tobytes() == compiled.tobytes()


# ---- edges and errors


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("z", [-1e4, 1e4])
def test_large_predictions_give_finite_losses_and_slopes(name, z):
    loss = loss_named(name)
    for y in (-1.0, 1.0):
        slope = np.empty(1)
        total = loss.total(np.array([z]), np.array([y]), NOTHING, slope)
        expected = naive.value(name, loss.parameter, z, y)
        assert total == pytest.approx(expected, rel=4 * EPS, abs=0)  # a few roundings
        assert np.isfinite(slope).all()
        assert np.isfinite(loss.curvatures(z, y))


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    for where in (0, 20):  # in the part that is done 16 at a time and in the rest
        z = np.zeros(21)
        z[where] = np.nan
        assert np.isnan(loss_named(name).total(z, np.ones(21), NOTHING, np.empty(21)))
        assert np.isnan(loss_named(name).total(z, np.ones(21), np.ones(21), np.empty(21)))


def test_a_perceptron_at_0_does_not_stand_still():
    assert loss_named("perceptron").slopes([0.0, 0.0], [1, -1]).tolist() == [-1.0, 1.0]


def test_huber_with_a_huge_border_does_not_turn_into_nan():
    assert loss_named("huber", 1e200).values(1e201, 0.0) == np.inf
    assert loss_named("huber", 1e200).slopes(1e201, 0.0) == 1e200


def test_shapes_are_broadcast_and_inputs_kept():
    z, y = np.array([[0.5], [2.0]]), np.array([1.0, -1.0])
    before = z.copy(), y.copy()
    assert loss_named("hinge").values(z, y).tolist() == [[0.5, 1.5], [0.0, 3.0]]
    assert (z == before[0]).all()
    assert (y == before[1]).all()
    assert loss_named("hinge").values(0.5, 1).shape == ()
    assert loss_named("hinge").values([], []).shape == (0,)
    assert sigmoid(np.zeros((2, 3))).shape == (2, 3)
    assert sigmoid(0.0) == 0.5


@pytest.mark.parametrize("name", sorted(HAVE_PARAMETER))
def test_a_parameter_is_used(name):
    assert loss_named(name, 0.5).parameter == 0.5
    assert loss_named(name, 0.5).values(-3.0, 1.0) != loss_named(name, 0.75).values(-3.0, 1.0)


@pytest.mark.parametrize("name", sorted(set(TABLE) - HAVE_PARAMETER))
def test_a_parameter_that_would_be_ignored_is_an_error(name):
    with pytest.raises(ValueError, match=f"parameter=0.5 .*'{name}' has none"):
        loss_named(name, 0.5)


@pytest.mark.parametrize(
    ("parameter", "kind"), [(-1.0, ValueError), (np.nan, ValueError), (np.inf, ValueError), ("wide", TypeError)]
)
def test_wrong_parameters_are_named(parameter, kind):
    with pytest.raises(kind, match="loss 'huber': parameter="):
        loss_named("huber", parameter)


@pytest.mark.parametrize("name", ["squared", None, ["huber"], 3])
def test_an_unknown_loss_lists_the_known_ones(name):
    with pytest.raises(ValueError, match="is not known; give one of squared_error, huber"):
        loss_named(name)


@pytest.mark.parametrize("name", sorted(FOR_LABELS))
def test_labels_0_and_1_are_an_error_not_a_silent_nonsense(name):
    for ask in (loss_named(name).values, loss_named(name).slopes, loss_named(name).curvatures):
        with pytest.raises(ValueError, match="labels -1 and \\+1"):
            ask([0.5, 0.5], [0, 1])


def test_multinomial_is_no_loss_of_one_prediction():
    loss = loss_named("multinomial")
    for ask in (loss.values, loss.slopes, loss.curvatures):
        with pytest.raises(ValueError, match="k predictions at once"):
            ask([0.5], [1.0])
