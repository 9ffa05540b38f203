import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.errors import UndefinedMetricWarning
from scratchml.core.jit import plain_python
from scratchml.metrics import auc, average_precision_score, roc_auc_score
from scratchml.metrics.area import count_pairs
from tests.metrics.made import check_same, few, outcome, probable, scored, tables
from tests.naive.metrics import ranking as naive

# ---- by hand: of the 9 pairs of six samples, 7 are in order and one is tied

TRUE = [1, 1, 0, 1, 0, 0]
SCORE = [0.9, 0.8, 0.7, 0.6, 0.6, 0.1]


def test_auc_is_the_share_of_pairs_in_order():
    assert roc_auc_score(TRUE, SCORE) == (7 + 0.5) / 9


def test_pairs_won_count_two_and_ties_one():
    positives, negatives = -np.array([0.9, 0.8, 0.6]), -np.array([0.7, 0.6, 0.1])
    assert count_pairs(positives, negatives) == 2 * 3 + 2 * 3 + (2 * 1 + 1)


@given(*[st.lists(st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 2.0, np.inf]), max_size=20)] * 2)
def test_pairs_are_counted_as_the_book_says(high, low):
    positives, negatives = np.sort(np.array(high, dtype=float)), np.sort(np.array(low, dtype=float))
    won, tied = positives[:, None] < negatives, positives[:, None] == negatives
    assert count_pairs(positives, negatives) == 2 * won.sum() + tied.sum()


def test_weights_multiply_pairs():
    assert roc_auc_score([1, 0, 0], [0.5, 0.9, 0.1], sample_weight=[1.0, 3.0, 1.0]) == 1 / 4


def test_average_precision_of_six_samples():
    # precision at each positive found: 1, 1, then 3 of 5 (the tie brings one negative along)
    assert average_precision_score(TRUE, SCORE) == pytest.approx((1 + 1 + 3 / 5) / 3, abs=1e-15)  # rounding


def test_the_area_of_two_triangles():
    assert auc([0, 1, 2], [0, 1, 0]) == 1.0
    assert auc([2, 1, 0], [0, 1, 0]) == 1.0


def test_chance_up_to_any_false_positive_rate_is_one_half():
    y, s = [0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5]
    assert roc_auc_score(y, s) == 0.5
    assert roc_auc_score(y, s, max_fpr=0.3) == pytest.approx(0.5, abs=1e-15)  # rounding


# ---- naive twin


@given(scored(alphabets=([0, 1],)))
def test_auc_equals_the_comparison_of_all_pairs(made):
    y, s, w = made
    w = None if w is None else w + 1.0
    if 0 < y.sum() < len(y):
        expected = naive.roc_auc(y == 1, s.tolist(), w)
        assert roc_auc_score(y, s, sample_weight=w) == pytest.approx(expected, abs=1e-14)  # rounding


@given(scored(alphabets=([0, 1],)))
def test_average_precision_equals_every_threshold_tried(made):
    y, s, _ = made
    if y.sum() > 0:
        expected = naive.average_precision(y == 1, s.tolist())
        assert average_precision_score(y, s) == pytest.approx(expected, abs=1e-14)  # rounding


# ---- outside reference


@few
@given(scored(alphabets=([0, 1], [-1, 1], ["no", "yes"], [3, 5], [True, False], [1])))
def test_areas_of_two_classes_are_the_references(made):
    y, s, w = made
    check_same(roc_auc_score, reference.roc_auc_score, y, s, sample_weight=w)
    if y.dtype.kind != "U":
        check_same(average_precision_score, reference.average_precision_score, y, s, sample_weight=w)
    positive = y.tolist()[0]
    options = {"sample_weight": w, "pos_label": positive}
    check_same(average_precision_score, reference.average_precision_score, y, s, **options)


@few
@given(scored(alphabets=([0, 1],)), st.floats(0.01, 1.0))
def test_partial_areas_are_the_references(made, max_fpr):
    y, s, w = made
    if w is None or (w[y == 1].sum() > 0 and w[y == 0].sum() > 0):  # without, the reference fails in searchsorted
        check_same(roc_auc_score, reference.roc_auc_score, y, s, sample_weight=w, max_fpr=max_fpr)


@pytest.mark.parametrize("average", ["macro", "weighted", "micro", "samples", None])
@few
@given(made=tables(), scores=st.data())
def test_areas_of_tables_are_the_references(average, made, scores):
    y, _, w = made
    column = st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.9]), min_size=y.size, max_size=y.size)
    s = np.array(scores.draw(column)).reshape(y.shape)
    if w is not None and average == "samples" and len(y) == 1:
        w = None
    check_same(roc_auc_score, reference.roc_auc_score, y, s, average=average, sample_weight=w)
    check_same(average_precision_score, reference.average_precision_score, y, s, average=average, sample_weight=w)


@pytest.mark.parametrize("multi_class", ["ovr", "ovo", "raise"])
@few
@given(made=probable(), average=st.sampled_from(["macro", "weighted", "micro", "samples", None]))
def test_areas_of_several_classes_are_the_references(multi_class, made, average):
    y, p, w = made
    options = {"average": average, "multi_class": multi_class}
    check_same(roc_auc_score, reference.roc_auc_score, y, p, **options)
    check_same(roc_auc_score, reference.roc_auc_score, y, p, sample_weight=w, **options)
    check_same(average_precision_score, reference.average_precision_score, y, p, average=average, sample_weight=w)


@few
@given(probable(), st.sampled_from(["ovr", "ovo"]))
def test_areas_of_classes_that_do_not_all_occur_are_the_references(made, multi_class):
    y, p, _ = made
    classes = np.unique(y)
    if len(classes) == 2:
        return  # of a single class with two columns the reference makes NaN, ours asks for one column
    y[y == classes[-1]] = classes[0]
    check_same(roc_auc_score, reference.roc_auc_score, y, p, labels=classes, multi_class=multi_class)


@few
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=0, max_size=6))
def test_areas_under_points_are_the_references(points):
    x, y = [a for a, _ in points], [b for _, b in points]
    check_same(auc, reference.auc, x, y)
    check_same(auc, reference.auc, sorted(x), y)


def test_the_area_of_many_scores_is_the_references(rng):
    y = rng.integers(0, 2, 20_000)
    for s in (rng.normal(size=20_000) + y, rng.integers(0, 50, 20_000) + 3.0 * y):
        for w in (None, rng.random(20_000)):
            check_same(roc_auc_score, reference.roc_auc_score, y, s, sample_weight=w)
            check_same(average_precision_score, reference.average_precision_score, y, s, sample_weight=w)


# ---- laws


@given(scored(alphabets=([0, 1],)))
def test_only_the_order_of_the_scores_matters(made):
    y, s, w = made
    ranks = np.searchsorted(np.unique(s), s)
    for score in (roc_auc_score, average_precision_score):
        expected = outcome(score, y, s, sample_weight=w)[0]
        np.testing.assert_equal(outcome(score, y, np.exp(ranks / 3.0), sample_weight=w)[0], expected)


@given(scored(alphabets=([0, 1],)))
def test_swapped_labels_or_negated_scores_give_the_complement(made):
    y, s, w = made
    found = outcome(roc_auc_score, y, s, sample_weight=w)[0]
    for other in (outcome(roc_auc_score, 1 - y, s, sample_weight=w), outcome(roc_auc_score, y, -s, sample_weight=w)):
        np.testing.assert_allclose(other[0], 1.0 - found, atol=1e-15)  # rounding of a sum of products


def test_without_weights_the_area_is_exact(rng):
    y = rng.integers(0, 2, 5000)
    s = rng.permutation(5000)  # no ties: Wilcoxon's sum of ranks
    P, N = y.sum(), (1 - y).sum()
    rank_sum = int((s[y == 1] + 1).sum())
    assert roc_auc_score(y, s) == (rank_sum - P * (P + 1) // 2) / (P * N)


def test_average_precision_of_a_perfect_order_is_one_and_of_no_order_the_prevalence(rng):
    y = rng.integers(0, 2, 100)
    assert average_precision_score(y, y + 0.5) == 1.0
    assert average_precision_score(y, np.zeros(100)) == y.mean()


@given(scored(alphabets=([0, 1],)))
def test_compiled_and_plain_areas_are_the_same(made):
    y, s, w = made
    expected = outcome(roc_auc_score, y, s, sample_weight=w)
    with plain_python():
        np.testing.assert_equal(outcome(roc_auc_score, y, s, sample_weight=w), expected)


def test_of_two_classes_both_schemes_are_the_binary_area(rng):
    y, p = rng.integers(0, 2, 60), rng.random(60)
    table = np.column_stack([1 - p, p, np.zeros(60)])
    expected = roc_auc_score(y, p)
    found = roc_auc_score(y, table, multi_class="ovo", labels=[0, 1, 2])
    assert found == pytest.approx(expected, abs=1e-15)  # rounding


# ---- edges and errors


@pytest.mark.parametrize("y", [[1, 1], [0, 0]])
def test_the_area_of_one_class_is_undefined(y):
    with pytest.warns(UndefinedMetricWarning, match="Only one class"):
        assert np.isnan(roc_auc_score(y, [0.1, 0.2]))
    with pytest.warns(UndefinedMetricWarning, match="Only one class"):
        assert np.isnan(roc_auc_score(y, [0.1, 0.2], max_fpr=0.5))


@pytest.mark.parametrize(
    ("y", "s", "options", "error", "words"),
    [
        ([0, 1, 2], np.full((3, 3), 1 / 3), {}, ValueError, "multi_class must be in"),
        ([0, 1, 2], [0.1, 0.2, 0.3], {"multi_class": "ovr"}, ValueError, "n_classes"),
        ([0, 1, 2], np.ones((3, 3)), {"multi_class": "ovr"}, ValueError, "sum up to 1.0"),
        ([0, 1, 2], np.full((3, 3), 1 / 3), {"multi_class": "all"}, ValueError, "multi_class"),
        ([0, 1, 2], np.full((3, 4), 1 / 4), {"multi_class": "ovr"}, ValueError, "Number of classes in y_true"),
        ([0, 1, 2], np.full((3, 3), 1 / 3), {"multi_class": "ovr", "max_fpr": 0.5}, ValueError, "max_fpr"),
        ([0, 1, 2], np.full((3, 3), 1 / 3), {"multi_class": "ovo", "average": None}, NotImplementedError, "ovo"),
        (
            [0, 1, 2],
            np.full((3, 3), 1 / 3),
            {"multi_class": "ovo", "sample_weight": [1, 1, 1]},
            ValueError,
            "sample_weight",
        ),
        (
            [0, 1, 2],
            np.full((3, 3), 1 / 3),
            {"multi_class": "ovr", "labels": [2, 1, 0]},
            ValueError,
            "must be ordered",
        ),
        (
            [0, 1, 2],
            np.full((3, 3), 1 / 3),
            {"multi_class": "ovr", "labels": [0, 1, 1]},
            ValueError,
            "must be unique",
        ),
        (
            [0, 1, 2],
            np.full((3, 3), 1 / 3),
            {"multi_class": "ovr", "labels": [0, 1, 3]},
            ValueError,
            "not in parameter 'labels'",
        ),
        ([0, 1], [[0.1, 0.9], [0.2, 0.8]], {}, ValueError, r"y_score\[:, 1\]"),
        ([0.5, 1.5], [0.1, 0.2], {}, ValueError, "continuous is not supported"),
        ([0, 1], [0.1, np.nan], {}, ValueError, "NaN"),
        ([0, 1], [0.1, 0.2, 0.3], {}, ValueError, "inconsistent"),
        ([0, 1], [0.1, 0.2], {"average": "mean"}, ValueError, "average"),
        ([0, 1], [0.1, 0.2], {"max_fpr": 0.0}, ValueError, "max_fpr"),
        ([0, 1], [0.1, 0.2], {"max_fpr": 1.5}, ValueError, "max_fpr"),
        ([[0, 1], [1, 0]], [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3]], {}, ValueError, "one column for each label"),
        ([[1, 2], [2, 1]], [[0.1, 0.2], [0.1, 0.2]], {}, ValueError, "0 and 1"),
    ],
)
def test_wrong_input_of_the_area_is_refused_with_a_reason(y, s, options, error, words):
    with pytest.raises(error, match=words):
        roc_auc_score(y, s, **options)


@pytest.mark.parametrize(
    ("y", "s", "options", "words"),
    [
        ([0, 1], [0.1, 0.2], {"pos_label": 2}, "not a valid label"),
        ([0, 1, 2], np.full((3, 3), 1 / 3), {"pos_label": 2}, "fixed to 1"),
        ([0, 1, 2], [0.1, 0.2, 0.3], {}, "one column for each label"),
        ([[0, 1], [1, 0]], [[0.1, 0.2], [0.1, 0.2]], {"pos_label": 0}, "fixed to 1"),
        ([0.5, 1.5], [0.1, 0.2], {}, "continuous is not supported"),
    ],
)
def test_wrong_input_of_average_precision_is_refused_with_a_reason(y, s, options, words):
    with pytest.raises(ValueError, match=words):
        average_precision_score(y, s, **options)


def test_points_that_turn_back_have_no_area():
    with pytest.raises(ValueError, match="neither increasing nor decreasing"):
        auc([0, 2, 1], [0, 1, 2])
    with pytest.raises(ValueError, match="At least 2 points"):
        auc([0], [1])


def test_a_class_without_weight_makes_the_area_undefined():
    with pytest.warns(UndefinedMetricWarning, match="no weight"):
        assert np.isnan(roc_auc_score([0, 1], [0.1, 0.2], sample_weight=[0.0, 1.0]))
