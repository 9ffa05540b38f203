import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.errors import UndefinedMetricWarning
from scratchml.core.jit import plain_python
from scratchml.metrics import (
    confusion_matrix_at_thresholds,
    det_curve,
    precision_recall_curve,
    roc_curve,
)
from scratchml.metrics.ranking import count_at_thresholds, lower_threshold
from tests.metrics.made import check_same, check_values, few, outcome, scored
from tests.naive.metrics import ranking as naive

CURVES = ("roc_curve", "precision_recall_curve", "det_curve")

# ---- by hand: Fawcett's way down six samples, two of which are tied

TRUE = [1, 1, 0, 1, 0, 0]
SCORE = [0.9, 0.8, 0.7, 0.6, 0.6, 0.1]


def test_the_kernel_counts_both_lists_at_each_distinct_score():
    positives, negatives = -np.array([0.9, 0.8, 0.6]), -np.array([0.7, 0.6, 0.1])
    tps, fps, thresholds = np.zeros(6), np.zeros(6), np.zeros(6)
    steps = lower_threshold(positives, negatives, tps, fps, thresholds)
    assert thresholds[:steps].tolist() == [0.9, 0.8, 0.7, 0.6, 0.1]
    assert tps[:steps].tolist() == [1, 2, 2, 3, 3]
    assert fps[:steps].tolist() == [0, 0, 1, 2, 3]


def test_the_roc_curve_of_six_samples():
    fpr, tpr, thresholds = roc_curve(TRUE, SCORE, drop_intermediate=False)
    assert fpr.tolist() == [0, 0, 0, 1 / 3, 2 / 3, 1]
    assert tpr.tolist() == [0, 1 / 3, 2 / 3, 2 / 3, 1, 1]
    assert thresholds.tolist() == [np.inf, 0.9, 0.8, 0.7, 0.6, 0.1]


def test_points_on_a_line_are_dropped():
    fpr, tpr, thresholds = roc_curve(TRUE, SCORE)
    assert fpr.tolist() == [0, 0, 0, 1 / 3, 2 / 3, 1]
    fpr, tpr, thresholds = roc_curve([1, 1, 1, 0], [0.9, 0.8, 0.7, 0.1])
    assert tpr.tolist() == [0, 1 / 3, 1, 1]
    assert thresholds.tolist() == [np.inf, 0.9, 0.7, 0.1]


def test_the_precision_recall_curve_of_six_samples():
    precision, recall, thresholds = precision_recall_curve(TRUE, SCORE)
    assert thresholds.tolist() == [0.1, 0.6, 0.7, 0.8, 0.9]
    assert recall.tolist() == [1, 1, 2 / 3, 2 / 3, 1 / 3, 0]
    assert precision.tolist() == [3 / 6, 3 / 5, 2 / 3, 1, 1, 1]


def test_the_detection_error_curve_of_six_samples():
    fpr, fnr, thresholds = det_curve(TRUE, SCORE)
    assert fpr.tolist() == [2 / 3, 1 / 3, 0]
    np.testing.assert_allclose(fnr, [0, 1 / 3, 1 / 3], atol=1e-15)  # rounding
    assert thresholds.tolist() == [0.6, 0.7, 0.8]


def test_weights_count_in_place_of_samples():
    tns, fps, fns, tps, thresholds = confusion_matrix_at_thresholds(
        [1, 0, 1], [0.9, 0.5, 0.5], sample_weight=[2.0, 3.0, 4.0]
    )
    assert thresholds.tolist() == [0.9, 0.5]
    assert (tns.tolist(), fps.tolist()) == ([3, 0], [0, 3])
    assert (fns.tolist(), tps.tolist()) == ([4, 0], [2, 6])


# ---- naive twin


@given(scored(alphabets=([0, 1],)))
def test_counts_equal_those_of_every_threshold_tried(made):
    y, s, _ = made
    tps, fps, thresholds = count_at_thresholds(y == 1, s, None)
    assert thresholds.tolist() == naive.thresholds(s.tolist())
    expected = [naive.counts_at(y == 1, s.tolist(), threshold) for threshold in thresholds]
    assert list(zip(tps.tolist(), fps.tolist())) == expected


@given(scored(alphabets=([0, 1],)))
def test_roc_points_equal_those_of_every_threshold_tried(made):
    y, s, _ = made
    if 0 < y.sum() < len(y):
        fpr, tpr, _ = roc_curve(y, s, drop_intermediate=False)
        assert list(zip(fpr.tolist(), tpr.tolist())) == naive.roc_points(y == 1, s.tolist())


# ---- outside reference


@pytest.mark.parametrize("name", CURVES)
@few
@given(made=scored(), drop=st.booleans())
def test_curves_are_the_references(name, made, drop):
    y, s, w = made
    check_same(globals()[name], getattr(reference, name), y, s, sample_weight=w, drop_intermediate=drop)


@few
@given(scored(alphabets=(["no", "yes"], [0, 1, 2], [3, 5])), st.sampled_from(["no", "yes", 0, 2, 5, None]))
def test_curves_of_a_chosen_label_are_the_references(made, pos_label):
    y, s, w = made
    if pos_label is not None and isinstance(pos_label, str) != (y.dtype.kind == "U"):
        return  # compared with a label of another kind, the reference leaves it to NumPy
    for name in CURVES:
        check_same(globals()[name], getattr(reference, name), y, s, sample_weight=w, pos_label=pos_label)
    ours, theirs = confusion_matrix_at_thresholds, reference.confusion_matrix_at_thresholds
    check_same(ours, theirs, y, s, sample_weight=w, pos_label=pos_label)


def test_curves_of_many_scores_are_the_references(rng):
    y = rng.integers(0, 2, 3000)
    s = np.round(rng.normal(size=3000) + y, 2)  # rounded: ties
    for w in (None, rng.random(3000)):
        for name in CURVES:
            check_same(globals()[name], getattr(reference, name), y, s, sample_weight=w)


# ---- laws


@given(scored(alphabets=([0, 1],)))
def test_a_rising_map_of_the_scores_moves_no_point(made):
    y, s, w = made
    ranks = np.searchsorted(np.unique(s), s)
    for name in ("roc_curve", "precision_recall_curve"):
        expected = outcome(globals()[name], y, s, sample_weight=w)[0][:2]
        found = outcome(globals()[name], y, 3.0 * ranks - 7.0, sample_weight=w)[0][:2]
        check_values(expected, found, 0.0)


@given(scored(alphabets=([0, 1],)))
def test_the_roc_curve_rises_from_nothing_to_everything(made):
    y, s, w = made
    w = None if w is None else w + 1.0
    if 0 < y.sum() < len(y):
        fpr, tpr, thresholds = roc_curve(y, s, sample_weight=w)
        assert fpr[0] == tpr[0] == 0.0
        assert fpr[-1] == tpr[-1] == 1.0
        assert (np.diff(fpr) >= 0).all()
        assert (np.diff(tpr) >= 0).all()
        assert (np.diff(thresholds) < 0).all()


@given(scored(alphabets=([0, 1],)))
def test_compiled_and_plain_curves_are_the_same(made):
    y, s, w = made
    expected = outcome(roc_curve, y, s, sample_weight=w)[0]
    with plain_python():
        found = outcome(roc_curve, y, s, sample_weight=w)[0]
    check_values(expected, found, 0.0)


@given(scored(alphabets=([0, 1],)), st.randoms())
def test_the_order_of_the_samples_does_not_matter(made, random):
    y, s, _ = made
    order = list(range(len(y)))
    random.shuffle(order)
    check_values(outcome(roc_curve, y, s)[0], outcome(roc_curve, y[order], s[order])[0], 0.0)


# ---- edges and errors


def test_one_class_only_has_no_rate():
    with pytest.warns(UndefinedMetricWarning, match="No negative"):
        fpr, tpr, _ = roc_curve([1, 1], [0.1, 0.2])
    assert np.isnan(fpr).all()
    assert tpr[-1] == 1.0
    with pytest.warns(UndefinedMetricWarning, match="No positive"):
        assert np.isnan(roc_curve([0, 0], [0.1, 0.2])[1]).all()
    with pytest.warns(UserWarning, match="No positive"):
        assert precision_recall_curve([0, 0], [0.1, 0.2])[1].tolist() == [1, 1, 0]
    with pytest.raises(ValueError, match="Only one class"):
        det_curve([1, 1], [0.1, 0.2])


@pytest.mark.parametrize(
    ("y", "s", "options", "error", "words"),
    [
        ([0, 1, 2], [0.1, 0.2, 0.3], {}, ValueError, "multiclass is not supported"),
        (["a", "b"], [0.1, 0.2], {}, ValueError, "pos_label is not specified"),
        ([0, 1], [0.1, np.nan], {}, ValueError, "NaN"),
        ([0, 1], [0.1, np.inf], {}, ValueError, "infinity"),
        ([0, 1], [0.1, 0.2, 0.3], {}, ValueError, "inconsistent"),
        ([0, 1], [[0.1, 0.9], [0.2, 0.8]], {}, ValueError, "1d array"),
        ([0.5, 1.5], [0.1, 0.2], {}, ValueError, "continuous is not supported"),
        ([[0, 1], [1, 0]], [0.1, 0.2], {}, ValueError, "multilabel-indicator is not supported"),
        ([0, 1], ["a", "b"], {}, ValueError, "strings"),
        ([0, 1], [0.1, 0.2], {"drop_intermediate": "yes"}, TypeError, "True or False"),
        ([0, 1], [0.1, 0.2], {"sample_weight": [1.0, np.nan]}, ValueError, "NaN"),
        ([], [], {}, ValueError, "minimum of 1"),
    ],
)
def test_wrong_input_is_refused_with_a_reason(y, s, options, error, words):
    with pytest.raises(error, match=words):
        roc_curve(y, s, **options)
