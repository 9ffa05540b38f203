import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.errors import UndefinedMetricWarning
from scratchml.metrics import (
    d2_tweedie_score,
    mean_gamma_deviance,
    mean_poisson_deviance,
    mean_squared_error,
    mean_tweedie_deviance,
)
from tests.metrics.made import check_same, few, weights
from tests.naive.metrics import regression as naive

POWERS = [-1.5, 0, 1, 1.5, 2, 2.5, 3]


@st.composite
def amounts(draw, low=0.0):
    """Return (y_true, y_pred, sample_weight): y at least `low`, the prediction positive."""
    n = draw(st.integers(1, 8))
    y = np.array(draw(st.lists(st.floats(low, 20.0, width=32), min_size=n, max_size=n)), dtype=float)
    f = np.array(draw(st.lists(st.floats(0.125, 20.0, width=32), min_size=n, max_size=n)), dtype=float)
    return y, f, draw(weights(n))


# ---- by hand


def test_poisson_and_gamma_by_their_formulas():
    y, f = 3.0, 2.0
    assert mean_poisson_deviance([y], [f]) == pytest.approx(2 * (3 * np.log(1.5) - 1), abs=1e-15)  # rounding
    assert mean_gamma_deviance([y], [f]) == pytest.approx(2 * (np.log(2 / 3) + 0.5), abs=1e-15)  # rounding
    assert mean_poisson_deviance([0.0], [f]) == 2 * f


def test_power_zero_is_the_squared_error():
    assert mean_tweedie_deviance([1.0, -2.0], [3.0, 1.0]) == mean_squared_error([1.0, -2.0], [3.0, 1.0])


# ---- naive twin


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize(("y", "f"), [(3.0, 2.0), (0.5, 4.0)])
def test_deviances_equal_the_integral_that_defines_them(power, y, f):
    expected = naive.tweedie_unit_deviance(y, f, power)
    found = mean_tweedie_deviance([y], [f], power=power)
    assert found == pytest.approx(expected, rel=1e-6)  # the midpoint rule with 20 000 steps


# ---- outside reference


@pytest.mark.parametrize("power", POWERS)
@few
@given(made=amounts(low=0.125))
def test_deviances_of_positive_amounts_are_the_references(power, made):
    y, f, w = made
    ours, theirs = mean_tweedie_deviance, reference.mean_tweedie_deviance
    check_same(ours, theirs, y, f, sample_weight=w, power=power, tolerance=1e-11)  # differences of large powers
    if len(np.unique(y if w is None else y[w > 0])) > 1:  # else a divisor near 0
        ours, theirs = d2_tweedie_score, reference.d2_tweedie_score
        expected = theirs(y, f, sample_weight=w, power=power)
        found = ours(y, f, sample_weight=w, power=power)
        assert found == pytest.approx(expected, rel=1e-6, abs=1e-9)  # a quotient of such differences


@pytest.mark.parametrize("power", [-1.5, 0, 1, 1.5, 2])
@few
@given(made=amounts(low=-1.0))
def test_what_each_power_allows_is_the_references(power, made):
    y, f, w = made
    ours, theirs = mean_tweedie_deviance, reference.mean_tweedie_deviance
    check_same(ours, theirs, y, f, sample_weight=w, power=power, tolerance=1e-11)  # differences of large powers


# ---- laws


@pytest.mark.parametrize("power", POWERS)
@given(made=amounts(low=0.125))
def test_a_deviance_is_nothing_for_the_truth_and_never_negative(power, made):
    y, f, w = made
    assert mean_tweedie_deviance(y, y, sample_weight=w, power=power) == pytest.approx(0.0, abs=1e-10)  # cancellation
    assert mean_tweedie_deviance(y, f, sample_weight=w, power=power) >= -1e-10  # cancellation


@given(st.lists(st.floats(0.5, 9.0), min_size=2, max_size=6), st.sampled_from([1, 1.5, 2, 3]), st.floats(0.5, 9.0))
def test_the_mean_is_the_best_constant_of_every_power(values, power, other):
    y = np.array(values)
    at_mean = mean_tweedie_deviance(y, np.full(len(y), y.mean()), power=power)
    assert at_mean <= mean_tweedie_deviance(y, np.full(len(y), other), power=power) + 1e-12  # rounding


# ---- edges and errors


@pytest.mark.parametrize(
    ("y", "f", "power", "words"),
    [
        ([1.0], [0.0], -1, "strictly positive y_pred"),
        ([-1.0], [1.0], 1, "non-negative y"),
        ([1.0], [0.0], 1.5, "non-negative y"),
        ([0.0], [1.0], 2, "strictly positive y and y_pred"),
        ([1.0], [1.0], 0.5, "at most 0 or at least 1"),
        ([[1.0, 2.0]], [[1.0, 2.0]], 1, "Multioutput"),
    ],
)
def test_values_outside_the_distribution_are_refused(y, f, power, words):
    for score in (mean_tweedie_deviance, d2_tweedie_score):
        if len(y) > 1 or score is mean_tweedie_deviance:
            with pytest.raises(ValueError, match=words):
                score(y, f, power=power)


def test_the_share_explained_of_a_constant_is_undefined():
    with pytest.warns(UndefinedMetricWarning, match="fewer than two"):
        assert np.isnan(d2_tweedie_score([1.0], [1.0]))
    with pytest.warns(UndefinedMetricWarning, match="constant"):
        assert np.isnan(d2_tweedie_score([1.0, 1.0], [1.0, 1.0]))
    with pytest.warns(UndefinedMetricWarning, match="constant"):
        assert d2_tweedie_score([1.0, 1.0], [1.0, 2.0]) == -np.inf
    for power in (1, 1.5, 1.9):  # y of zeros only: the formula of their deviance would divide by 0
        with pytest.warns(UndefinedMetricWarning, match="constant"):
            assert d2_tweedie_score([0.0, 0.0], [1.0, 2.0], power=power) == -np.inf
