import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

import scratchml.metrics as ours
from scratchml.metrics import (
    max_error,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_pinball_loss,
    mean_squared_error,
    mean_squared_log_error,
    median_absolute_error,
    root_mean_squared_error,
    root_mean_squared_log_error,
)
from scratchml.metrics.regression import weighted_quantile
from tests.metrics.made import check_same, few, weights
from tests.naive.metrics import regression as naive

ERRORS = (
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_error",
    "median_absolute_error",
    "mean_absolute_percentage_error",
    "mean_pinball_loss",
)
LOG_ERRORS = ("mean_squared_log_error", "root_mean_squared_log_error")


@st.composite
def numbers(draw, low=-100.0, high=100.0, max_outputs=3):
    """Return (y_true, y_pred, sample_weight): numbers with ties, one output or several."""
    n, t = draw(st.integers(1, 10)), draw(st.integers(1, max_outputs))
    value = st.one_of(st.floats(low, high, width=32), st.sampled_from([max(low, 0.0), 1.0, 2.0, 3.0]))
    y, f = (np.array(draw(st.lists(value, min_size=n * t, max_size=n * t)), dtype=float) for _ in range(2))
    if t == 1 and draw(st.booleans()):
        return y, f, draw(weights(n))
    return y.reshape(n, t), f.reshape(n, t), draw(weights(n))


# ---- by hand: four numbers, off by 1, 1, 2 and 4

Y = [3.0, 5.0, 2.0, 8.0]
F = [2.0, 6.0, 4.0, 4.0]


def test_errors_of_four_numbers():
    assert mean_squared_error(Y, F) == (1 + 1 + 4 + 16) / 4
    assert root_mean_squared_error(Y, F) == np.sqrt(22 / 4)
    assert mean_absolute_error(Y, F) == 8 / 4
    assert median_absolute_error(Y, F) == (1 + 2) / 2
    assert max_error(Y, F) == 4
    assert mean_absolute_percentage_error(Y, F) == (1 / 3 + 1 / 5 + 2 / 2 + 4 / 8) / 4


def test_the_pinball_loss_weighs_too_low_and_too_high():
    # too low by 1 and 4, too high by 1 and 2
    assert mean_pinball_loss(Y, F, alpha=0.9) == pytest.approx((0.9 * 5 + 0.1 * 3) / 4, abs=1e-15)  # rounding


def test_log_errors_see_ratios():
    assert mean_squared_log_error([np.e - 1], [np.e**3 - 1]) == pytest.approx(4.0, abs=1e-14)  # rounding
    assert root_mean_squared_log_error([np.e - 1], [np.e**3 - 1]) == pytest.approx(2.0, abs=1e-14)  # rounding


def test_outputs_are_averaged_as_told():
    y, f = [[0.0, 0.0], [0.0, 0.0]], [[1.0, 3.0], [1.0, 3.0]]
    assert mean_absolute_error(y, f) == 2.0
    assert mean_absolute_error(y, f, multioutput="raw_values").tolist() == [1.0, 3.0]
    assert mean_absolute_error(y, f, multioutput=[0.75, 0.25]) == 1.5
    assert root_mean_squared_error(y, f) == 2.0


def test_the_weighted_median_is_where_half_of_the_weight_is_reached():
    values = np.array([[1.0], [2.0], [3.0]])
    assert weighted_quantile(values, np.array([1.0, 1.0, 5.0]), 0.5).tolist() == [3.0]
    assert weighted_quantile(values, np.array([2.0, 1.0, 1.0]), 0.5).tolist() == [1.5]
    assert weighted_quantile(values, np.array([1.0, 0.0, 1.0]), 0.5).tolist() == [2.0]
    assert weighted_quantile(values, None, 0.0).tolist() == [1.0]
    assert weighted_quantile(values, None, 1.0).tolist() == [3.0]


# ---- naive twin


@given(numbers(low=0.5, max_outputs=1), st.floats(0, 1))
def test_errors_equal_the_loops(made, alpha):
    y, f, w = made
    y, f = y.ravel(), f.ravel()
    names = ("mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_log_error")
    for name in names:
        expected = getattr(naive, name)(y, f, w)
        assert getattr(ours, name)(y, f, sample_weight=w) == pytest.approx(expected, rel=1e-12)  # rounding
    expected = naive.mean_pinball_loss(y, f, alpha, w)
    assert mean_pinball_loss(y, f, sample_weight=w, alpha=alpha) == pytest.approx(expected, rel=1e-12)  # rounding
    if w is None or w.dtype.kind == "i":
        assert median_absolute_error(y, f, sample_weight=w) == naive.median_absolute_error(y, f, w)


# ---- outside reference


@pytest.mark.parametrize("name", ERRORS)
@few
@given(made=numbers(), multioutput=st.sampled_from(["uniform_average", "raw_values", [0.2, 0.3, 0.5]]))
def test_errors_are_the_references(name, made, multioutput):
    y, f, w = made
    check_same(getattr(ours, name), getattr(reference, name), y, f, sample_weight=w, multioutput=multioutput)


@pytest.mark.parametrize("name", LOG_ERRORS)
@few
@given(made=numbers(low=-0.5))
def test_log_errors_are_the_references(name, made):
    y, f, w = made
    check_same(getattr(ours, name), getattr(reference, name), y, f, sample_weight=w)


@few
@given(numbers(max_outputs=2), st.sampled_from([0.0, 0.05, 0.5, 0.9, 1.0]))
def test_pinball_losses_and_the_largest_error_are_the_references(made, alpha):
    y, f, w = made
    check_same(mean_pinball_loss, reference.mean_pinball_loss, y, f, sample_weight=w, alpha=alpha)
    check_same(max_error, reference.max_error, y, f)


def test_a_true_zero_gives_the_references_enormous_percentage():
    check_same(mean_absolute_percentage_error, reference.mean_absolute_percentage_error, [0.0, 1.0], [1.0, 1.0])


# ---- laws


@given(numbers(), st.floats(0.1, 10.0))
def test_errors_scale_with_the_numbers(made, factor):
    y, f, w = made
    for name, power in (("mean_squared_error", 2), ("mean_absolute_error", 1), ("median_absolute_error", 1)):
        error = getattr(ours, name)
        expected = factor**power * error(y, f, sample_weight=w)
        assert error(factor * y, factor * f, sample_weight=w) == pytest.approx(
            expected, rel=1e-9, abs=1e-12
        )  # rounding


@given(numbers())
def test_errors_are_symmetric_and_nothing_for_the_truth(made):
    y, f, w = made
    for name in ("mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "median_absolute_error"):
        error = getattr(ours, name)
        assert error(y, f, sample_weight=w) == error(f, y, sample_weight=w)
        assert error(y, y, sample_weight=w) == 0.0


@given(numbers(max_outputs=1))
def test_the_pinball_loss_of_one_half_is_half_the_absolute_error(made):
    y, f, w = made
    expected = mean_absolute_error(y, f, sample_weight=w) / 2
    assert mean_pinball_loss(y, f, sample_weight=w) == pytest.approx(expected, rel=1e-12)  # rounding


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=9), st.sampled_from([0.25, 0.5, 0.8]), st.integers(-20, 20))
def test_no_constant_has_a_smaller_pinball_loss_than_the_quantile(values, alpha, other):
    y = np.array(values, dtype=float)
    best = weighted_quantile(y[:, None], None, alpha)[0]
    at_best = mean_pinball_loss(y, np.full(len(y), best), alpha=alpha)
    assert at_best <= mean_pinball_loss(y, np.full(len(y), float(other)), alpha=alpha) + 1e-12  # rounding


def test_float32_numbers_are_worked_out_in_float64():
    y = np.array([1e4, 1e4 + 1], dtype=np.float32)
    assert mean_squared_error(y, y + np.float32(0.5)) == 0.25


# ---- edges and errors


@pytest.mark.parametrize(
    ("y", "f", "options", "error", "words"),
    [
        ([1.0, 2.0], [1.0], {}, ValueError, "inconsistent"),
        ([[1.0, 2.0]], [[1.0]], {}, ValueError, "different number of output"),
        ([1.0, np.nan], [1.0, 2.0], {}, ValueError, "NaN"),
        ([1.0, 2.0], [1.0, np.inf], {}, ValueError, "infinity"),
        (["a", "b"], [1.0, 2.0], {}, ValueError, "strings"),
        ([], [], {}, ValueError, "minimum of 1"),
        (np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), {}, ValueError, "dim 3"),
        ([1.0, 2.0], [1.0, 2.0], {"multioutput": "mean"}, ValueError, "Allowed 'multioutput'"),
        ([1.0, 2.0], [1.0, 2.0], {"multioutput": "variance_weighted"}, ValueError, "Allowed 'multioutput'"),
        ([1.0, 2.0], [1.0, 2.0], {"multioutput": [1.0]}, ValueError, "only in multi-output"),
        ([[1.0, 2.0]], [[1.0, 2.0]], {"multioutput": [1.0]}, ValueError, "equally many"),
        ([1.0, 2.0], [1.0, 2.0], {"sample_weight": [0.0, 0.0]}, ValueError, "all weights are zero"),
    ],
)
def test_wrong_input_is_refused_with_a_reason(y, f, options, error, words):
    with pytest.raises(error, match=words):
        mean_squared_error(y, f, **options)


def test_the_largest_error_takes_one_output():
    with pytest.raises(ValueError, match="Multioutput not supported"):
        max_error([[1.0, 2.0]], [[1.0, 2.0]])


@pytest.mark.parametrize("name", LOG_ERRORS)
def test_logarithms_need_values_above_minus_one(name):
    with pytest.raises(ValueError, match="-1"):
        getattr(ours, name)([-1.0, 2.0], [1.0, 2.0])


@pytest.mark.parametrize("alpha", [-0.1, 1.1, np.nan])
def test_a_quantile_lies_between_zero_and_one(alpha):
    with pytest.raises(ValueError, match="alpha"):
        mean_pinball_loss([1.0], [1.0], alpha=alpha)


def test_the_root_takes_a_weight_for_a_single_output_as_scikit_learn_does():
    expected = reference.root_mean_squared_error([1.0, 2.0], [2.0, 4.0], multioutput=[0.5])
    found = ours.root_mean_squared_error([1.0, 2.0], [2.0, 4.0], multioutput=[0.5])
    assert found == pytest.approx(expected, rel=1e-14)  # rounding


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 1000, 1001])
@pytest.mark.parametrize("q", [0.0, 0.1, 0.25, 0.5, 0.9, 1.0])
def test_a_quantile_without_sorting_is_the_sorted_one(n, q):
    rng = np.random.default_rng(n)
    values = np.column_stack([rng.normal(size=n), rng.integers(0, 3, n), np.full(n, 2.0)])
    assert (weighted_quantile(values, None, q) == weighted_quantile(values, np.ones(n), q)).all()
