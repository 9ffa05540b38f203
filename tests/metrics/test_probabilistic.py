import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.errors import UndefinedMetricWarning
from scratchml.metrics import brier_score_loss, d2_brier_score, d2_log_loss_score, hinge_loss, log_loss
from tests.metrics.made import check_same, few, outcome, probable, scored, weights
from tests.naive.metrics import probabilistic as naive

# ---- by hand: three forecasts of rain


def test_the_log_loss_of_three_forecasts():
    expected = -(np.log(0.8) + np.log(0.6) + np.log(0.9)) / 3
    assert log_loss([1, 0, 1], [0.8, 0.4, 0.9]) == pytest.approx(expected, abs=1e-15)  # rounding
    assert log_loss([1, 0, 1], [0.8, 0.4, 0.9], normalize=False) == pytest.approx(3 * expected, abs=1e-15)  # same


def test_the_brier_score_of_three_forecasts():
    expected = (0.2**2 + 0.4**2 + 0.1**2) / 3
    assert brier_score_loss([1, 0, 1], [0.8, 0.4, 0.9]) == pytest.approx(expected, abs=1e-15)  # rounding
    assert brier_score_loss([1, 0, 1], [0.8, 0.4, 0.9], scale_by_half=False) == pytest.approx(2 * expected, abs=1e-15)


def test_the_brier_score_of_three_classes_is_not_halved():
    assert brier_score_loss([0, 1, 2], [[1, 0, 0], [0, 1, 0], [0.5, 0.5, 0]]) == (0.25 + 0.25 + 1) / 3


def test_the_hinge_loss_of_four_decisions():
    # margins 2, 0.5, -1, 1
    assert hinge_loss([1, 1, -1, -1], [2.0, 0.5, 1.0, -1.0]) == (0 + 0.5 + 2 + 0) / 4


def test_the_hinge_loss_of_three_classes():
    # margins 3 - 1, 1 - 2
    assert hinge_loss([0, 1], [[3.0, 1.0, 0.0], [0.0, 1.0, 2.0]], labels=[0, 1, 2]) == (0 + 2) / 2


def test_certain_and_wrong_is_clipped_to_a_finite_loss():
    assert log_loss([0, 1], [1.0, 0.0]) == pytest.approx(-np.log(np.finfo(float).eps), abs=1e-12)  # log of 1 - eps


def test_the_frequencies_explain_nothing_and_the_truth_everything():
    y, share = [0, 1, 1, 1], [0.75] * 4
    assert d2_log_loss_score(y, share) == pytest.approx(0.0, abs=1e-15)  # rounding
    assert d2_brier_score(y, share) == pytest.approx(0.0, abs=1e-15)  # rounding
    assert d2_log_loss_score(y, [0.0, 1.0, 1.0, 1.0]) == pytest.approx(1.0, abs=1e-15)  # clipped by eps
    assert d2_brier_score(y, [0.0, 1.0, 1.0, 1.0]) == 1.0


# ---- naive twin


@given(probable())
def test_losses_equal_the_loops(made):
    y, p, _ = made
    p = (p + 0.01) / (1 + 0.01 * p.shape[1])  # no zeros: the twin does not clip
    true = np.searchsorted(np.unique(y), y)
    assert log_loss(y, p) == pytest.approx(naive.log_loss(true, p), rel=1e-12)  # rounding
    brier = naive.brier_score(true, p)
    assert brier_score_loss(y, p, scale_by_half=False) == pytest.approx(brier, rel=1e-12)  # rounding
    if p.shape[1] > 2:
        assert hinge_loss(y, 4 * p) == pytest.approx(naive.hinge_loss(true, 4 * p), rel=1e-12)  # rounding


# ---- outside reference


@few
@given(probable(), st.booleans())
def test_losses_of_several_classes_are_the_references(made, halve):
    y, p, w = made
    for normalize in (True, False):
        check_same(log_loss, reference.log_loss, y, p, sample_weight=w, normalize=normalize)
    check_same(brier_score_loss, reference.brier_score_loss, y, p, sample_weight=w)
    check_same(brier_score_loss, reference.brier_score_loss, y, p, sample_weight=w, scale_by_half=halve)
    for name in ("d2_log_loss_score", "d2_brier_score"):
        if w is None or len(np.unique(y[w > 0])) > 1:  # else 0 / 0, or a divisor of 1e-16
            check_same(globals()[name], getattr(reference, name), y, p, sample_weight=w, tolerance=1e-11)  # a quotient


@few
@given(scored(alphabets=([0, 1], [-1, 1], ["no", "yes"], [3, 5], [True, False], [1], [-1], [0], [7], [-1, 0])))
def test_losses_of_two_classes_are_the_references(made):
    y, s, w = made
    p = 1 / (1 + np.exp(-np.clip(s, -30, 30)))
    check_same(log_loss, reference.log_loss, y, p, sample_weight=w)
    check_same(brier_score_loss, reference.brier_score_loss, y, p, sample_weight=w)
    check_same(brier_score_loss, reference.brier_score_loss, y, p, sample_weight=w, pos_label=y.tolist()[0])
    if len(np.unique(y)) == 2:
        check_same(hinge_loss, reference.hinge_loss, y, s, sample_weight=w)
    else:
        assert outcome(hinge_loss, y, s, sample_weight=w)[0] == reference.hinge_loss(y, s, sample_weight=w)


@few
@given(probable(), st.data())
def test_hinge_losses_of_several_classes_are_the_references(made, data):
    y, p, w = made
    classes = np.unique(y)
    if len(classes) > 2:
        y[y == classes[0]] = classes[1]
        check_same(hinge_loss, reference.hinge_loss, y, 5 * p, sample_weight=w, labels=classes)
        check_same(log_loss, reference.log_loss, y, p, sample_weight=w, labels=classes)
        check_same(brier_score_loss, reference.brier_score_loss, y, p, sample_weight=w, labels=classes)


@few
@given(st.integers(2, 8), st.data())
def test_losses_of_one_hot_rows_are_the_references(n, data):
    y = np.eye(3, dtype=int)[data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))]
    p = np.array(data.draw(st.lists(st.floats(0, 1), min_size=3 * n, max_size=3 * n))).reshape(n, 3)
    w = data.draw(weights(n))
    check_same(log_loss, reference.log_loss, y, p, sample_weight=w)
    check_same(brier_score_loss, reference.brier_score_loss, y, p, sample_weight=w)


def test_float32_probabilities_are_clipped_as_the_references():
    p = np.array([0.0, 1.0, 0.25], dtype=np.float32)
    expected = reference.log_loss([1, 0, 1], p)
    assert log_loss([1, 0, 1], p) == pytest.approx(expected, rel=1e-6)  # the reference works in float32


# ---- laws


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_both_losses_are_least_for_the_true_frequency(truth, other):
    y, w = [0, 1], [1 - truth, truth]
    for loss in (log_loss, brier_score_loss):
        at_truth = loss(y, [truth, truth], sample_weight=w)
        assert at_truth <= loss(y, [other, other], sample_weight=w) + 1e-15  # rounding


@given(probable())
def test_new_names_in_the_same_order_change_nothing(made):
    y, p, w = made
    named = np.array(["p", "q", "r", "s"])[np.searchsorted(np.unique(y), y)]
    assert log_loss(named, p, sample_weight=w) == log_loss(y, p, sample_weight=w)


@given(probable())
def test_a_loss_is_never_negative_and_nothing_for_the_truth(made):
    y, p, w = made
    truth = (y[:, None] == np.unique(y)).astype(float)
    assert log_loss(y, p, sample_weight=w) >= 0
    assert log_loss(y, truth, sample_weight=w) == pytest.approx(0.0, abs=1e-15)  # clipped by eps
    assert brier_score_loss(y, truth, sample_weight=w) == 0.0


# ---- edges and errors


@pytest.mark.parametrize(
    ("y", "p", "options", "words"),
    [
        ([0, 1], [0.5, 1.5], {}, "greater than 1"),
        ([0, 1], [0.5, -0.5], {}, "less than 0"),
        ([1, 1], [0.5, 0.5], {}, "only one label"),
        ([1, 1], [0.5, 0.5], {"labels": [1]}, "only one label"),
        ([0, 1, 2], [0.5, 0.5, 0.5], {}, "different number of classes"),
        ([0, 1], [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]], {}, "different number of classes"),
        ([0, 2], [0.5, 0.5], {"labels": [0, 1]}, "not belonging"),
        ([0, 1], [0.5, np.nan], {}, "NaN"),
        ([0, 1], [0.5], {}, "inconsistent"),
        ([0, 1], np.zeros((2, 2, 2)), {}, "dim 3"),
        ([0.5, 1.5], [0.5, 0.5], {}, "continuous is not supported"),
        ([[0, 1], [1, 0]], [[0.5, 0.5], [0.5, 0.5]], {"labels": [0, 1]}, "its columns are the labels"),
    ],
)
def test_wrong_input_of_the_log_loss_is_refused_with_a_reason(y, p, options, words):
    with pytest.raises(ValueError, match=words):
        log_loss(y, p, **options)


def test_rows_that_do_not_sum_to_one_are_warned_of():
    with pytest.warns(UserWarning, match="do not sum to one"):
        log_loss([0, 1], [[0.5, 0.2], [0.5, 0.5]])


def test_labels_out_of_order_are_warned_of():
    with pytest.warns(UserWarning, match="sorted order"):
        found = log_loss([0, 1], [[0.9, 0.1], [0.1, 0.9]], labels=[1, 0])
    assert found == log_loss([0, 1], [[0.9, 0.1], [0.1, 0.9]])


@pytest.mark.parametrize(
    ("y", "p", "options", "words"),
    [
        (["a", "b"], [0.5, 0.5], {}, "pos_label"),
        ([0, 1, 2], [0.5, 0.5, 0.5], {}, "should be binary"),
        ([0, 1], [0.5, 1.5], {}, "greater than 1"),
        ([0, 1], [0.5, 0.5], {"scale_by_half": "never"}, "auto"),
    ],
)
def test_wrong_input_of_the_brier_score_is_refused_with_a_reason(y, p, options, words):
    with pytest.raises(ValueError, match=words):
        brier_score_loss(y, p, **options)


@pytest.mark.parametrize(
    ("y", "s", "options", "words"),
    [
        ([0, 1, 2], [0.1, 0.2, 0.3], {}, "must be"),
        ([0, 1, 2], np.zeros((3, 2)), {}, "must be"),
        ([0, 1], np.zeros((2, 2)), {}, "1d array"),
        ([0, 3], [0.1, 0.2], {"labels": [0, 1]}, "not in labels"),
        ([0.5, 1.5], [0.1, 0.2], {}, "continuous is not supported"),
    ],
)
def test_wrong_input_of_the_hinge_loss_is_refused_with_a_reason(y, s, options, words):
    with pytest.raises(ValueError, match=words):
        hinge_loss(y, s, **options)


def test_hinge_loss_of_one_class_warns_unless_the_labels_are_given():
    with pytest.warns(UndefinedMetricWarning, match="one label only"):
        assert hinge_loss([-1, -1], [-2.0, 0.0]) == 0.5
    assert hinge_loss([1, 1], [2.0, 0.0], labels=[-1, 1]) == 0.5


def test_what_cannot_be_explained_is_undefined():
    with pytest.warns(UndefinedMetricWarning, match="fewer than two"):
        assert np.isnan(d2_log_loss_score([1], [0.5], labels=[0, 1]))
    with pytest.warns(UndefinedMetricWarning, match="fewer than two"):
        assert np.isnan(d2_brier_score([1], [0.5]))
    with pytest.warns(UndefinedMetricWarning, match="one class only"):
        assert np.isnan(d2_brier_score([1, 1], [1.0, 1.0]))
    with pytest.warns(UndefinedMetricWarning, match="one class only"):
        assert d2_brier_score([1, 1], [1.0, 0.5]) == -np.inf
