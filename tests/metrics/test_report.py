import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.metrics import classification_report
from tests.metrics.made import few, labelled, outcome, tables

# ---- by hand

EXPECTED = """\
              precision    recall  f1-score   support

         cat       1.00      0.67      0.80         3
         dog       0.50      1.00      0.67         1

    accuracy                           0.75         4
   macro avg       0.75      0.83      0.73         4
weighted avg       0.88      0.75      0.77         4
"""


def test_the_report_of_four_animals():
    assert classification_report(["cat", "cat", "cat", "dog"], ["cat", "cat", "dog", "dog"]) == EXPECTED


def test_the_report_as_a_dict():
    found = classification_report([0, 0, 0, 1], [0, 0, 1, 1], output_dict=True)
    assert found["0"] == {"precision": 1.0, "recall": 2 / 3, "f1-score": 0.8, "support": 3.0}
    assert found["accuracy"] == 0.75
    assert list(found) == ["0", "1", "accuracy", "macro avg", "weighted avg"]


# ---- naive twin: the scores are those of precision_recall.py, which has one

# ---- outside reference


@few
@given(made=st.one_of(labelled(), tables()), digits=st.integers(0, 4), zero_division=st.sampled_from([0, 1, np.nan]))
def test_the_text_is_the_references_letter_by_letter(made, digits, zero_division):
    y, p, w = made
    if w is not None and not (y.any() or p.any()):
        w = None  # of empty tables the reference counts whole weights as integers
    options = {"sample_weight": w, "digits": digits, "zero_division": zero_division}
    expected = outcome(reference.classification_report, y, p, **options)[0]
    assert outcome(classification_report, y, p, **options)[0] == expected


@few
@given(made=st.one_of(labelled(), tables()))
def test_the_dict_is_the_references(made):
    y, p, w = made
    expected = outcome(reference.classification_report, y, p, sample_weight=w, output_dict=True)[0]
    found = outcome(classification_report, y, p, sample_weight=w, output_dict=True)[0]
    assert list(found) == list(expected)
    for name, row in expected.items():
        assert found[name] == pytest.approx(row, abs=1e-12, nan_ok=True)  # the room's tolerance


@pytest.mark.parametrize(
    ("labels", "target_names"),
    [([1, 0], None), ([1, 2], ["one", "a very long name indeed"]), ([0, 1, 2, 3], None), (None, ["x", "y", "z"])],
)
def test_labels_and_names_are_the_references(labels, target_names):
    y, p = [0, 1, 2, 2], [0, 2, 2, 1]
    options = {"labels": labels, "target_names": target_names, "zero_division": 0}
    assert classification_report(y, p, **options) == reference.classification_report(y, p, **options)


# ---- laws


@given(labelled())
def test_supports_sum_to_the_number_of_samples(made):
    y, p, _ = made
    found = outcome(classification_report, y, p, output_dict=True)[0]
    rows = [row for name, row in found.items() if name not in ("accuracy", "macro avg", "weighted avg")]
    assert sum(row["support"] for row in rows) == len(y)


# ---- edges and errors


def test_names_that_do_not_fit_the_classes_are_refused():
    with pytest.raises(ValueError, match="Number of classes, 2"):
        classification_report([0, 1], [0, 1], target_names=["a"])


def test_names_that_do_not_fit_given_labels_are_warned_of():
    with pytest.warns(UserWarning, match="does not match"):
        found = classification_report([0, 1], [0, 1], labels=[0, 1], target_names=["a"], zero_division=0)
    with pytest.warns(UserWarning, match="does not match"):
        expected = reference.classification_report([0, 1], [0, 1], labels=[0, 1], target_names=["a"], zero_division=0)
    assert found == expected


def test_digits_must_be_whole():
    with pytest.raises(TypeError, match="digits"):
        classification_report([0, 1], [0, 1], digits=2.5)
