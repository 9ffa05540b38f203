import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.multiclass import type_of_target as reference_type_of_target

from scratchml.metrics import accuracy_score, type_of_target
from scratchml.metrics.targets import (
    ROWS,
    check_predictions,
    distinct,
    positions,
    positive_label,
    read_labels,
    unite,
    warn,
)

# ---- by hand


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        ([0, 1, 1], "binary"),
        ([1], "binary"),
        (["a", "b"], "binary"),
        ([True, False], "binary"),
        ([1.0, 2.0], "binary"),
        ([0, 1, 2], "multiclass"),
        (["a", "b", "c"], "multiclass"),
        ([0.5, 1.0], "continuous"),
        ([[0.5, 1.0], [0.0, 2.0]], "continuous-multioutput"),
        ([[0, 1], [1, 1]], "multilabel-indicator"),
        ([[1, 2], [3, 1]], "multiclass-multioutput"),
        ([["a", "b"], ["b", "a"]], "multiclass-multioutput"),
        ([[1], [2]], "binary"),
        ([], "binary"),
        (np.array([1, 2], dtype=object), "unknown"),
        (np.zeros((2, 2, 2)), "unknown"),
        (np.empty((0, 3)), "unknown"),
    ],
)
def test_kinds_of_target(y, kind):
    assert type_of_target(y) == kind


def test_positions_find_labels_in_any_order_and_say_which_are_not_there():
    assert positions(np.array([5, 7, 9, 1]), np.array([9, 5])).tolist() == [1, 2, 0, 2]


def test_of_repeated_labels_the_last_place_counts():
    assert positions(np.array([5]), np.array([5, 7, 5])).tolist() == [2]


def test_the_positive_label_is_one_unless_told():
    assert positive_label(None, np.array([0, 1])) == 1
    assert positive_label(None, np.array([-1, 1])) == 1
    assert positive_label("b", np.array(["a", "b"])) == "b"


# ---- naive twin


@given(st.lists(st.integers(-50, 50)), st.sampled_from(["int8", "int64", "uint8", "float64", "bool"]))
def test_distinct_is_the_sorted_set(values, dtype):
    y = np.array(values).astype(dtype)
    found = distinct(y)
    assert found.tolist() == sorted(set(y.tolist()))
    assert found.dtype == y.dtype


@pytest.mark.parametrize("k", [3, 255, 256, 2000])  # places of one byte, and of two
@pytest.mark.parametrize("dtype", ["int64", "int16", "uint32", "float64", "str"])
def test_positions_are_those_of_a_dictionary(rng, k, dtype):
    y, labels = rng.integers(k + 2, size=ROWS + 100), rng.permutation(k) + 1  # 0 and k + 1 are not among them
    place_of = {label: place for place, label in enumerate(labels.tolist())}
    expected = [place_of.get(label, k) for label in y.tolist()]
    found = positions(y.astype(dtype), labels.astype(dtype))
    assert found.tolist() == expected
    assert found.itemsize == (1 if k < 256 else 2)


@pytest.mark.parametrize("labels", [[0, 1], [-(2**63), 2**63 - 1], [2**63 - 2, 2**63 - 1], [-(2**63), -(2**63) + 1]])
def test_positions_stand_extreme_values(labels):
    y = [-(2**63), -(2**63) + 1, -1, 0, 1, 2, 2**63 - 2, 2**63 - 1]
    expected = [labels.index(label) if label in labels else 2 for label in y]
    assert positions(np.array(y), np.array(labels)).tolist() == expected
    large = [label + 2**63 for label in y]  # beyond int64 and below
    of_large = positions(np.array(large, dtype=np.uint64), np.array([label + 2**63 for label in labels], np.uint64))
    assert of_large.tolist() == expected


@pytest.mark.parametrize(
    "y",
    [
        np.array([-(2**63), 2**63 - 1]),
        np.array([2**64 - 1, 0], dtype=np.uint64),
        np.array([-128, 127], dtype=np.int8),
        np.array([1e300, -1e300, 0.0]),
        np.array([0.5, 0.25, 0.5]),
        np.array([2.0**53, 1.0]),
    ],
)
def test_distinct_stands_extreme_values(y):
    assert distinct(y).tolist() == sorted(set(y.tolist()))


# ---- outside reference


@given(
    st.one_of(
        st.lists(st.integers(-2, 3), min_size=1),
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 0.5]), min_size=1),
        st.lists(st.sampled_from(["a", "b", "c"]), min_size=1),
        st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=2), min_size=1),
        st.lists(st.lists(st.sampled_from([0.0, 1.0, 1.5]), min_size=3, max_size=3), min_size=1),
        st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=1), min_size=1),
    )
)
def test_kinds_are_the_references(y):
    assert type_of_target(np.array(y)) == reference_type_of_target(np.array(y))


# ---- laws


@given(st.lists(st.sampled_from("abc"), min_size=1), st.lists(st.sampled_from("bcd"), min_size=1))
def test_a_union_holds_every_label_once_in_order(a, b):
    assert unite(np.array(a), np.array(b)).tolist() == sorted(set(a) | set(b))


@pytest.mark.parametrize(
    "wrap",
    [list, tuple, np.array, pd.Series, lambda y: pd.DataFrame({"y": y}), lambda y: pd.Series(y, dtype="category")],
)
@pytest.mark.parametrize("y", [[0, 1, 1], ["no", "yes", "yes"]])
def test_any_container_of_labels_will_do(wrap, y):
    assert accuracy_score(wrap(y), wrap(y)) == 1.0


def test_inputs_are_not_changed():
    y, p, w = np.array([0, 1, 1]), np.array([[0], [1], [0]]), np.array([1.0, 2.0, 3.0])
    kept = y.copy(), p.copy(), w.copy()
    accuracy_score(y, p, sample_weight=w)
    for before, after in zip(kept, (y, p, w)):
        assert np.array_equal(before, after)
        assert before.shape == after.shape


# ---- edges and errors


@pytest.mark.parametrize(
    ("y", "p", "error", "words"),
    [
        ([0, 1], [0, 1, 1], ValueError, "inconsistent numbers of samples"),
        ([], [], ValueError, "at least 1 sample"),
        ([0, 1], ["a", "b"], ValueError, "string and number"),
        ([0, 1], [0.5, 0.2], ValueError, "mix of binary and continuous"),
        ([0.1, 0.2], [0.5, 0.2], ValueError, "continuous is not supported"),
        ([0, np.nan], [0, 1], ValueError, "NaN"),
        ([0, np.inf], [0, 1], ValueError, "infinity"),
        (["a", None], ["a", "a"], ValueError, "NaN or None"),
        (np.array(["a", 1], dtype=object), ["a", "a"], TypeError, "mixes text with int"),
        ([b"a", b"b"], ["a", "b"], TypeError, "decode"),
        (np.array([0, 1], dtype=object), [0, 1], ValueError, "mix of binary and unknown"),
        (np.array([0, 1], dtype=object), np.array([0, 1], dtype=object), ValueError, "astype"),
        ([[0, 1], [1, 1]], [0, 1], ValueError, "mix of binary and multilabel-indicator"),
        ([[0, 1], [1, 1]], [[0, 1, 1], [1, 1, 0]], ValueError, "2 label columns and y_pred 3"),
        ([[1, 2], [3, 1]], [[1, 2], [3, 1]], ValueError, "multiclass-multioutput is not supported"),
        (None, [0, 1], ValueError, "None"),
        ("labels", [0, 1], TypeError, "str"),
        ({0: 1}, [0, 1], TypeError, "dict"),
        (3, [3], ValueError, "single value"),
        ([[0, 1], [1]], [0, 1], ValueError, "ragged"),
    ],
)
def test_wrong_targets_are_refused_with_a_reason(y, p, error, words):
    with pytest.raises(error, match=words):
        check_predictions(y, p)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ([1.0], "inconsistent numbers of samples"),
        ([1.0, np.nan], "NaN"),
        ([0.0, 0.0], "all weights are zero"),
        ([[1.0], [2.0]], "1D"),
        (["a", "b"], "strings"),
    ],
)
def test_wrong_weights_are_refused_with_a_reason(weight, words):
    with pytest.raises(ValueError, match=words):
        accuracy_score([0, 1], [0, 1], sample_weight=weight)


def test_text_labels_from_objects_become_text():
    assert read_labels(np.array(["a", "bb"], dtype=object)).dtype.kind == "U"


def test_a_positive_label_that_cannot_be_guessed_is_asked_for():
    with pytest.raises(ValueError, match="pos_label is not specified"):
        positive_label(None, np.array(["a", "b"]))
    with pytest.raises(ValueError, match="pos_label is not specified"):
        positive_label(None, np.array([1, 2]))


def test_a_warning_points_at_the_line_that_called():
    with pytest.warns(UserWarning, match="look here") as caught:
        warn("look here")
    assert caught[0].filename == __file__


@pytest.mark.parametrize("share_of_rare", [0.0, 0.3, 1.0])
def test_distinct_words_are_those_of_numpy_however_common_they_are(rng, share_of_rare):
    common = np.array(["cat", "doge", "a", "bird"])[rng.integers(0, 4, 5000)]
    rare = np.array([f"w{i}" for i in rng.integers(0, 4000, 5000)])
    words = np.where(rng.random(5000) < share_of_rare, rare, common)
    expected, found = np.unique(words), distinct(words)
    assert found.dtype == words.dtype
    assert found.tolist() == expected.tolist()
