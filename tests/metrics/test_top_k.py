import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.errors import UndefinedMetricWarning
from scratchml.metrics import accuracy_score, top_k_accuracy_score
from tests.metrics.made import check_same, few, probable, scored
from tests.naive.metrics import ranking as naive

# ---- by hand


def test_two_guesses_at_four_samples():
    scores = [[0.5, 0.2, 0.1], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]]
    assert top_k_accuracy_score([0, 1, 2, 2], scores, k=1) == 2 / 4
    assert top_k_accuracy_score([0, 1, 2, 2], scores, k=2) == 3 / 4
    assert top_k_accuracy_score([0, 1, 2, 2], scores, k=2, normalize=False) == 3
    assert top_k_accuracy_score([0, 1, 2, 2], scores, k=2, sample_weight=[1, 1, 1, 5]) == 3 / 8


# ---- naive twin


def test_hits_equal_the_count_of_larger_scores(rng):
    y, scores = rng.integers(0, 6, 50), rng.random((50, 6))
    for k in range(1, 6):
        found = top_k_accuracy_score(y, scores, k=k, labels=np.arange(6))
        assert found == pytest.approx(naive.top_k_accuracy(y, scores, k), abs=1e-15)  # rounding


# ---- outside reference


@few
@given(probable(), st.integers(1, 4), st.booleans())
def test_several_classes_are_the_references_ties_included(made, k, normalize):
    y, p, w = made
    if p.shape[1] > 2:
        options = {"k": k, "sample_weight": w, "normalize": normalize}
        check_same(top_k_accuracy_score, reference.top_k_accuracy_score, y, p, **options)
        classes = np.unique(y)
        y[y == classes[0]] = classes[1]
        check_same(top_k_accuracy_score, reference.top_k_accuracy_score, y, p, labels=classes, **options)


@few
@given(scored(alphabets=([0, 1], ["a", "b"], [1])), st.integers(1, 2))
def test_two_classes_are_the_references(made, k):
    y, s, w = made
    for scores in (s, np.clip(s, 0, 1)):
        check_same(top_k_accuracy_score, reference.top_k_accuracy_score, y, scores, k=k, sample_weight=w)


# ---- laws


@given(probable())
def test_more_guesses_never_hurt_and_one_guess_is_the_accuracy(made):
    y, p, w = made
    if p.shape[1] > 2:
        found = [top_k_accuracy_score(y, p, k=k, sample_weight=w) for k in range(1, p.shape[1])]
        assert found == sorted(found)
        last_of_largest = p.shape[1] - 1 - np.argmax(p[:, ::-1], axis=1)
        expected = accuracy_score(y, np.unique(y)[last_of_largest], sample_weight=w)
        assert found[0] == pytest.approx(expected, abs=1e-15)  # order of sums


# ---- edges and errors


def test_naming_every_class_is_warned_of():
    with pytest.warns(UndefinedMetricWarning, match="says nothing"):
        assert top_k_accuracy_score([0, 1, 2], np.eye(3), k=3) == 1.0


@pytest.mark.parametrize(
    ("y", "s", "options", "error", "words"),
    [
        ([0, 1, 2], np.eye(3), {"k": 0}, ValueError, "at least 1"),
        ([0, 1, 2], np.eye(3), {"k": 1.5}, TypeError, "integer"),
        ([0, 1, 2], [0.1, 0.2, 0.3], {"k": 1}, ValueError, "n_classes"),
        ([0, 1], np.eye(2), {"k": 1}, ValueError, "1d array"),
        ([0, 1, 3], np.eye(3), {"k": 1, "labels": [0, 1, 2]}, ValueError, "not in parameter"),
        ([0, 1, 2, 3], np.eye(4)[:, :3], {"k": 1}, ValueError, "Number of classes"),
        ([0.5, 1.5], [0.1, 0.2], {"k": 1}, ValueError, "continuous"),
    ],
)
def test_wrong_input_is_refused_with_a_reason(y, s, options, error, words):
    with pytest.raises(error, match=words):
        top_k_accuracy_score(y, s, **options)
