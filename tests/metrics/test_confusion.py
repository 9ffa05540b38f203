import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    hamming_loss,
    matthews_corrcoef,
    multilabel_confusion_matrix,
    zero_one_loss,
)
from tests.metrics.made import check_same, few, labelled, outcome, tables
from tests.naive.metrics import confusion as naive

# ---- by hand: six animals


TRUE = ["cat", "cat", "cat", "dog", "dog", "ox"]
CALLED = ["cat", "cat", "dog", "dog", "ox", "ox"]


def test_the_confusion_matrix_of_six_animals():
    assert confusion_matrix(TRUE, CALLED).tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_labels_choose_and_order_the_rows():
    assert confusion_matrix(TRUE, CALLED, labels=["ox", "cat"]).tolist() == [[1, 0], [0, 2]]


@pytest.mark.parametrize(
    ("normalize", "expected"),
    [
        ("true", [[2 / 3, 1 / 3, 0], [0, 0.5, 0.5], [0, 0, 1]]),
        ("pred", [[1, 0.5, 0], [0, 0.5, 0.5], [0, 0, 0.5]]),
        ("all", [[2 / 6, 1 / 6, 0], [0, 1 / 6, 1 / 6], [0, 0, 1 / 6]]),
    ],
)
def test_normalizing_divides_by_rows_columns_or_everything(normalize, expected):
    assert confusion_matrix(TRUE, CALLED, normalize=normalize).tolist() == expected


def test_a_label_without_samples_is_a_row_of_zeros_when_normalized():
    assert confusion_matrix(["a"], ["b"], normalize="true").tolist() == [[0, 1], [0, 0]]


def test_four_of_six_animals_are_right():
    assert accuracy_score(TRUE, CALLED) == 4 / 6
    assert accuracy_score(TRUE, CALLED, normalize=False) == 4
    assert zero_one_loss(TRUE, CALLED) == 1 - 4 / 6
    assert zero_one_loss(TRUE, CALLED, normalize=False) == 2
    assert hamming_loss(TRUE, CALLED) == 2 / 6


def test_balanced_accuracy_is_the_mean_recall():
    assert balanced_accuracy_score(TRUE, CALLED) == pytest.approx((2 / 3 + 1 / 2 + 1) / 3, abs=1e-15)  # rounding


def test_balanced_accuracy_adjusted_is_zero_for_guessing_one_class():
    with pytest.warns(UserWarning, match="left out") as caught:
        assert balanced_accuracy_score([0, 0, 1, 1], [2, 0, 0, 1], adjusted=True) == 0.0
    assert len(caught) == 1


def test_kappa_of_two_doctors():
    # Cohen's scheme: 20 + 15 of 50 agree; by chance (25 * 30 + 25 * 20) / 50 = 25 would
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa_score(first, second) == pytest.approx((0.7 - 0.5) / (1 - 0.5), abs=1e-15)  # rounding


def test_matthews_from_the_four_counts():
    y, p = [1] * 6 + [0] * 4, [1, 1, 1, 1, 0, 0, 1, 0, 0, 0]
    TP, FN, FP, TN = 4, 2, 1, 3
    expected = (TP * TN - FP * FN) / np.sqrt((TP + FP) * (TP + FN) * (TN + FP) * (TN + FN))
    assert matthews_corrcoef(y, p) == pytest.approx(expected, abs=1e-15)  # rounding


def test_one_table_for_each_label():
    found = multilabel_confusion_matrix(TRUE, CALLED)
    assert found[0].tolist() == [[3, 0], [1, 2]]
    assert found[2].tolist() == [[4, 1], [0, 1]]


def test_one_table_for_each_sample():
    y, p = [[1, 0, 1], [0, 1, 0]], [[1, 1, 0], [0, 1, 0]]
    assert multilabel_confusion_matrix(y, p, samplewise=True).tolist() == [[[0, 1], [1, 1]], [[2, 0], [0, 1]]]


# ---- naive twin


@given(labelled())
def test_counts_equal_the_loops(made):
    y, p, w = made
    C = outcome(confusion_matrix, y, p, sample_weight=w)[0]
    np.testing.assert_allclose(C, naive.confusion_matrix(y, p, w), rtol=1e-14)  # order of sums
    assert accuracy_score(y, p, sample_weight=w) == pytest.approx(naive.accuracy_score(y, p, w), abs=1e-14)  # same
    assert outcome(balanced_accuracy_score, y, p)[0] == pytest.approx(
        naive.balanced_accuracy_score(y, p),
        abs=1e-14,  # rounding
    )
    assert outcome(matthews_corrcoef, y, p)[0] == pytest.approx(naive.matthews_corrcoef(y, p), abs=1e-14)  # rounding


@pytest.mark.parametrize(
    ("weights", "cost"),
    [(None, lambda i, j: i != j), ("linear", lambda i, j: abs(i - j)), ("quadratic", lambda i, j: (i - j) ** 2)],
)
@given(made=labelled(alphabets=([0, 1, 2, 3],)))
def test_kappa_equals_the_comparison_of_all_pairs(weights, cost, made):
    y, p, _ = made
    if len(set(y) | set(p)) == 1:
        return
    expected = naive.cohen_kappa_score(y.tolist(), p.tolist(), cost)
    assert cohen_kappa_score(y, p, weights=weights) == pytest.approx(expected, abs=1e-13)  # rounding


# ---- outside reference


@few
@given(labelled(), st.sampled_from([None, "true", "pred", "all"]))
def test_confusion_matrix_is_the_references(made, normalize):
    y, p, w = made
    check_same(confusion_matrix, reference.confusion_matrix, y, p, sample_weight=w, normalize=normalize)


@few
@given(labelled(alphabets=([0, 1, 2, 3],)), st.lists(st.integers(-1, 5), min_size=1, max_size=4, unique=True))
def test_confusion_matrix_of_chosen_labels_is_the_references(made, labels):
    y, p, w = made
    check_same(confusion_matrix, reference.confusion_matrix, y, p, sample_weight=w, labels=np.array(labels))
    check_same(cohen_kappa_score, reference.cohen_kappa_score, y, p, sample_weight=w, labels=np.array(labels))
    ours, theirs = multilabel_confusion_matrix, reference.multilabel_confusion_matrix
    check_same(ours, theirs, y, p, sample_weight=w, labels=np.array(labels))


@few
@given(labelled())
def test_scores_from_counts_are_the_references(made):
    y, p, w = made
    names = "matthews_corrcoef hamming_loss multilabel_confusion_matrix accuracy_score zero_one_loss"
    for name in names.split():
        check_same(globals()[name], getattr(reference, name), y, p, sample_weight=w)
    check_same(cohen_kappa_score, reference.cohen_kappa_score, y, p, sample_weight=w)
    check_same(balanced_accuracy_score, reference.balanced_accuracy_score, y, p, sample_weight=w)


@few
@given(labelled(), st.sampled_from(["linear", "quadratic"]))
def test_options_of_scores_from_counts_are_the_references(made, weights):
    y, p, w = made
    check_same(accuracy_score, reference.accuracy_score, y, p, sample_weight=w, normalize=False)
    check_same(zero_one_loss, reference.zero_one_loss, y, p, sample_weight=w, normalize=False)
    check_same(cohen_kappa_score, reference.cohen_kappa_score, y, p, sample_weight=w, weights=weights)
    if len(set(y)) > 1 and (w is None or w.min() > 0):  # of a single class the reference divides by zero
        check_same(balanced_accuracy_score, reference.balanced_accuracy_score, y, p, sample_weight=w, adjusted=True)


@few
@given(tables())
def test_scores_of_tables_are_the_references(made):
    y, p, w = made
    for name in ("accuracy_score", "zero_one_loss", "hamming_loss", "multilabel_confusion_matrix"):
        check_same(globals()[name], getattr(reference, name), y, p, sample_weight=w)
    ours, theirs = multilabel_confusion_matrix, reference.multilabel_confusion_matrix
    check_same(ours, theirs, y, p, sample_weight=w, samplewise=True)
    check_same(ours, theirs, y, p, sample_weight=w, labels=[1, 0])


def test_dtypes_of_the_matrix_follow_the_weights():
    for w in (None, [1, 2], [1.0, 2.0], [True, True]):
        expected = reference.confusion_matrix([0, 1], [0, 1], sample_weight=w).dtype
        assert confusion_matrix([0, 1], [0, 1], sample_weight=w).dtype == expected


# ---- laws


@given(labelled())
def test_rows_sum_to_the_true_counts_and_the_diagonal_to_the_right_ones(made):
    y, p, _ = made
    C = outcome(confusion_matrix, y, p)[0]
    assert C.sum() == len(y)
    assert np.trace(C) == np.sum(y == p)
    assert np.array_equal(outcome(confusion_matrix, p, y)[0], C.T)


@given(labelled(alphabets=([0, 1, 2],)))
def test_new_names_in_the_same_order_change_nothing(made):
    y, p, w = made
    names = np.array(["a", "b", "c"])
    assert np.array_equal(
        outcome(confusion_matrix, y, p, sample_weight=w)[0],
        outcome(confusion_matrix, names[y], names[p], sample_weight=w)[0],
    )


@given(labelled(alphabets=([0, 1, 2],)))
def test_a_whole_weight_is_a_repetition(made):
    y, p, w = made
    if w is None or w.dtype.kind != "i":
        return
    y2, p2 = np.repeat(y, w), np.repeat(p, w)
    for score in (accuracy_score, matthews_corrcoef, hamming_loss):
        expected = outcome(score, y2, p2)[0]
        assert outcome(score, y, p, sample_weight=w)[0] == pytest.approx(expected, abs=1e-14)  # order of sums


@given(labelled(alphabets=([0, 1],)))
def test_matthews_is_symmetric_and_changes_sign_with_the_labels(made):
    y, p, _ = made
    found = outcome(matthews_corrcoef, y, p)[0]
    assert outcome(matthews_corrcoef, p, y)[0] == pytest.approx(found, abs=1e-15)  # order of sums
    assert outcome(matthews_corrcoef, y, 1 - p)[0] == pytest.approx(-found, abs=1e-15)  # order of sums


@given(labelled(alphabets=([0, 1, 2],)))
def test_kappa_is_symmetric_and_one_for_agreement(made):
    y, p, _ = made
    if len(set(y)) > 1:
        assert cohen_kappa_score(y, y) == 1.0
        assert cohen_kappa_score(y, p) == pytest.approx(cohen_kappa_score(p, y), abs=1e-14)  # order of sums


# ---- edges and errors


def test_a_single_label_is_warned_of():
    with pytest.warns(UserWarning, match="single label"):
        assert confusion_matrix([1, 1], [1, 1]).tolist() == [[2]]


def test_kappa_of_a_single_label_is_undefined():
    assert outcome(cohen_kappa_score, [1, 1], [1, 1], replace_undefined_by=0.5) == (0.5, True)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_balanced_accuracy_adjusted_of_a_single_class_missed_is_minus_infinity_as_in_scikit_learn():
    with np.errstate(divide="ignore"):
        expected = reference.balanced_accuracy_score([1, 1], [1, 2], adjusted=True)
    with pytest.warns(UserWarning, match="-inf is returned"):
        found = balanced_accuracy_score([1, 1], [1, 2], adjusted=True)
    assert expected == found == -np.inf


def test_balanced_accuracy_adjusted_of_a_single_class_is_undefined():
    found, undefined = outcome(balanced_accuracy_score, [1, 1], [1, 1], adjusted=True)
    assert np.isnan(found)
    assert undefined


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"labels": []}, ValueError, "at least one label"),
        ({"labels": [7]}, ValueError, "must be in y_true"),
        ({"labels": ["a"]}, ValueError, "string and number"),
        ({"labels": [[0, 1]]}, ValueError, "1d array"),
        ({"normalize": "rows"}, ValueError, "one of"),
        ({"normalize": 1}, TypeError, "one of"),
    ],
)
def test_wrong_options_of_the_matrix_are_refused(options, error, words):
    with pytest.raises(error, match=words):
        confusion_matrix([0, 1], [0, 1], **options)


def test_a_table_has_no_single_confusion_matrix():
    with pytest.raises(ValueError, match="multilabel-indicator is not supported"):
        confusion_matrix([[0, 1], [1, 0]], [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="multilabel-indicator is not supported"):
        matthews_corrcoef([[0, 1], [1, 0]], [[0, 1], [1, 0]])


def test_tables_by_sample_need_an_indicator_table():
    with pytest.raises(ValueError, match="Samplewise"):
        multilabel_confusion_matrix([0, 1], [0, 1], samplewise=True)


@pytest.mark.parametrize("labels", [[2], [-1]])
def test_a_label_that_is_no_column_is_refused(labels):
    with pytest.raises(ValueError, match="no column"):
        multilabel_confusion_matrix([[0, 1], [1, 0]], [[0, 1], [1, 0]], labels=labels)


def test_an_unknown_kind_of_kappa_is_refused():
    with pytest.raises(ValueError, match="linear"):
        cohen_kappa_score([0, 1], [0, 1], weights="cubic")
