import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.errors import UndefinedMetricWarning
from scratchml.metrics import (
    f1_score,
    fbeta_score,
    jaccard_score,
    precision_recall_fscore_support,
    precision_score,
    recall_score,
)
from tests.metrics.made import check_same, few, labelled, outcome, tables
from tests.naive.metrics import precision_recall as naive

SCORES = {"precision": precision_score, "recall": recall_score, "f1": f1_score, "jaccard": jaccard_score}

# ---- by hand: a filter calls 4 of 10 mails spam, 3 of them rightly; 5 are spam

SPAM = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
CALLED = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]


def test_the_spam_filter_by_its_counts():
    assert precision_score(SPAM, CALLED) == 3 / 4
    assert recall_score(SPAM, CALLED) == 3 / 5
    assert f1_score(SPAM, CALLED) == pytest.approx(2 * (3 / 4) * (3 / 5) / (3 / 4 + 3 / 5), abs=1e-15)  # rounding
    assert fbeta_score(SPAM, CALLED, beta=2) == 5 * 3 / (4 * 5 + 4)
    assert jaccard_score(SPAM, CALLED) == 3 / 6


def test_the_other_class_may_be_the_positive_one():
    assert precision_score(SPAM, CALLED, pos_label=0) == 4 / 6
    words = np.array(["ham", "spam"])
    assert recall_score(words[SPAM], words[CALLED], pos_label="ham") == 4 / 5


def test_averages_of_three_labels_by_hand():
    y, p = [0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 2, 0]
    per_label = [1 / 2, 1 / 2, 2 / 2]
    assert precision_score(y, p, average=None).tolist() == per_label
    assert precision_score(y, p, average="macro") == pytest.approx(2 / 3, abs=1e-15)  # rounding
    assert precision_score(y, p, average="weighted") == pytest.approx((2 * 0.5 + 0.5 + 3 * 1) / 6, abs=1e-15)  # same
    assert precision_score(y, p, average="micro") == 4 / 6
    assert recall_score(y, p, labels=[2, 0], average=None).tolist() == [2 / 3, 1 / 2]


def test_averages_over_samples_by_hand():
    y, p = [[1, 1, 0], [0, 1, 1]], [[1, 0, 0], [1, 1, 1]]
    assert precision_score(y, p, average="samples") == (1 + 2 / 3) / 2
    assert recall_score(y, p, average="samples") == (1 / 2 + 1) / 2
    assert jaccard_score(y, p, average="samples") == (1 / 2 + 2 / 3) / 2


@pytest.mark.parametrize(("value", "expected"), [(0, 0.0), (1, 1.0), (0.0, 0.0), (1.0, 1.0), (np.nan, np.nan)])
def test_zero_division_says_what_zero_by_zero_is(value, expected):
    for score in SCORES.values():
        np.testing.assert_equal(score([0, 0], [0, 0], zero_division=value), expected)


@pytest.mark.parametrize(("name", "undefined"), [("precision", [1, 1]), ("recall", [0, 0]), ("f1", [0, 0])])
def test_zero_by_zero_warns_and_is_zero(name, undefined):
    with pytest.warns(UndefinedMetricWarning, match="ill-defined"):
        assert SCORES[name](undefined, [0, 0]) == 0.0


def test_a_nan_is_left_out_of_the_average():
    # label 2 is never predicted: its precision is 0 / 0
    y, p = [0, 1, 2], [0, 1, 1]
    assert precision_score(y, p, average="macro", zero_division=np.nan) == (1 + 1 / 2) / 2
    assert precision_score(y, p, average="macro", zero_division=0) == (1 + 1 / 2 + 0) / 3


def test_beta_at_its_ends_is_precision_or_recall():
    assert fbeta_score(SPAM, CALLED, beta=0) == 3 / 4
    assert fbeta_score(SPAM, CALLED, beta=np.inf) == 3 / 5


def test_support_is_the_number_of_true_samples():
    assert precision_recall_fscore_support(SPAM, CALLED)[3].tolist() == [5, 5]
    assert precision_recall_fscore_support(SPAM, CALLED, average="macro")[3] is None


# ---- naive twin


@pytest.mark.parametrize("average", ["macro", "weighted"])
@given(made=labelled(alphabets=([0, 1, 2, 3], ["a", "b"])))
def test_scores_equal_those_of_sets(average, made):
    y, p, _ = made
    twins = {"precision": naive.precision, "recall": naive.recall, "f1": naive.fbeta, "jaccard": naive.jaccard}
    for name, score in SCORES.items():
        expected = naive.average(twins[name], y.tolist(), p.tolist(), average)
        assert score(y, p, average=average, zero_division=0) == pytest.approx(expected, abs=1e-14)  # rounding
    expected = naive.average(naive.fbeta, y.tolist(), p.tolist(), average, beta=0.5, empty=1.0)
    found = fbeta_score(y, p, beta=0.5, average=average, zero_division=1)
    assert found == pytest.approx(expected, abs=1e-14)  # rounding


# ---- outside reference


@pytest.mark.parametrize("average", [None, "binary", "micro", "macro", "weighted", "samples"])
@few
@given(
    made=st.one_of(labelled(), tables()),
    beta=st.sampled_from([1.0, 0.0, 0.5, 2.0, np.inf]),
    zero_division=st.sampled_from(["warn", 0, 1, np.nan]),
)
def test_scores_are_the_references(average, made, beta, zero_division):
    y, p, w = made
    options = {"average": average, "zero_division": zero_division, "sample_weight": w}
    ours, theirs = precision_recall_fscore_support, reference.precision_recall_fscore_support
    check_same(ours, theirs, y, p, beta=beta, **options)
    if zero_division == zero_division:  # the reference's Jaccard takes no NaN; ours does
        check_same(jaccard_score, reference.jaccard_score, y, p, **options)


@few
@given(made=labelled(), average=st.sampled_from(["binary", "macro", None]))
def test_each_score_alone_is_the_references(made, average):
    y, p, w = made
    for name in ("precision_score", "recall_score", "f1_score"):
        check_same(globals()[name], getattr(reference, name), y, p, average=average, sample_weight=w)
    check_same(fbeta_score, reference.fbeta_score, y, p, beta=3.0, average=average, sample_weight=w)


@few
@given(
    made=labelled(alphabets=([0, 1, 2, 3],)),
    labels=st.lists(st.integers(0, 5), min_size=1, max_size=4, unique=True),
    average=st.sampled_from([None, "micro", "macro", "weighted"]),
)
def test_scores_of_chosen_labels_are_the_references(made, labels, average):
    y, p, w = made
    options = {"average": average, "labels": labels, "sample_weight": w, "zero_division": 0}
    check_same(precision_recall_fscore_support, reference.precision_recall_fscore_support, y, p, **options)


@few
@given(
    made=tables(),
    labels=st.lists(st.integers(0, 1), min_size=1, max_size=2, unique=True),
    average=st.sampled_from([None, "samples", "micro"]),
)
def test_scores_of_chosen_columns_are_the_references(made, labels, average):
    y, p, w = made
    options = {"average": average, "labels": labels, "sample_weight": w, "zero_division": 1}
    check_same(precision_recall_fscore_support, reference.precision_recall_fscore_support, y, p, **options)


@few
@given(labelled(alphabets=([0, 1], ["no", "yes"], [1, 2])), st.sampled_from([0, 1, "no", "yes", 2]))
def test_positive_labels_are_the_references(made, pos_label):
    y, p, w = made
    for score in ("f1_score", "jaccard_score"):
        found = outcome(globals()[score], y, p, pos_label=pos_label, sample_weight=w)[0]
        try:
            expected = outcome(getattr(reference, score), y, p, pos_label=pos_label, sample_weight=w)[0]
        except Exception:  # NumPy's own, for text compared with numbers
            expected = "error"
        if len(set(y) | set(p)) > 1 or isinstance(pos_label, str) == isinstance(y.tolist()[0], str):
            assert found == expected or found == pytest.approx(expected, abs=1e-12)  # the room's tolerance


# ---- laws


@given(labelled(alphabets=([0, 1, 2], ["a", "b"])))
def test_f1_is_the_harmonic_mean(made):
    y, p, w = made
    precision, recall, f1, _ = precision_recall_fscore_support(y, p, sample_weight=w, zero_division=0)
    mean = np.divide(2 * precision * recall, precision + recall, out=np.zeros(len(f1)), where=precision + recall > 0)
    np.testing.assert_allclose(f1, mean, atol=1e-15, rtol=1e-14)  # rounding


@given(labelled(alphabets=([0, 1, 2], ["a", "b"])))
def test_truth_and_prediction_swapped_swap_precision_and_recall(made):
    y, p, w = made
    options = {"average": "macro", "sample_weight": w, "zero_division": 0}
    assert precision_score(y, p, **options) == recall_score(p, y, **options)
    assert jaccard_score(y, p, **options) == jaccard_score(p, y, **options)


@given(labelled(alphabets=([0, 1, 2], ["a", "b"])))
def test_micro_averages_of_all_labels_are_the_accuracy(made):
    y, p, _ = made
    for name in ("precision", "recall", "f1"):
        assert SCORES[name](y, p, average="micro") == pytest.approx(np.mean(y == p), abs=1e-15)  # rounding


@given(labelled(alphabets=([0, 1],)))
def test_jaccard_is_a_function_of_f1(made):
    y, p, w = made
    f1 = f1_score(y, p, sample_weight=w, zero_division=1)
    found = jaccard_score(y, p, sample_weight=w, zero_division=1)
    assert found == pytest.approx(f1 / (2 - f1), abs=1e-14)  # rounding


# ---- edges and errors


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"average": "mean"}, ValueError, "one of 'binary'"),
        ({"average": 3}, TypeError, "one of 'binary'"),
        ({"zero_division": 0.5}, ValueError, "'warn', 0, 1 or nan"),
        ({"zero_division": "zero"}, ValueError, "'warn', 0, 1 or nan"),
        ({"zero_division": [0]}, TypeError, "'warn', 0, 1 or nan"),
        ({"pos_label": 7}, ValueError, "not a valid label"),
        ({"average": "macro", "labels": ["a"]}, ValueError, "string and number"),
        ({"average": "samples"}, ValueError, "multilabel"),
    ],
)
def test_wrong_options_are_refused(options, error, words):
    with pytest.raises(error, match=words):
        f1_score([0, 1], [0, 1], **options)


def test_a_negative_beta_is_refused():
    with pytest.raises(ValueError, match="at least 0"):
        fbeta_score([0, 1], [0, 1], beta=-1.0)


def test_the_binary_average_of_several_classes_is_refused():
    with pytest.raises(ValueError, match="Target is multiclass but average='binary'"):
        f1_score([0, 1, 2], [0, 1, 2])


def test_a_positive_label_without_effect_is_warned_of():
    with pytest.warns(UserWarning, match="ignored"):
        precision_score([0, 1], [0, 1], average="macro", pos_label=0)
