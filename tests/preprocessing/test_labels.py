"""LabelEncoder, LabelBinarizer and the folds: by hand, naive twin, outside reference, laws, edges and errors."""

import numpy as np
import pandas as pd
import pytest
import sklearn.preprocessing as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import estimator_checks_generator

from scratchml.core import NotFittedError
from scratchml.preprocessing import LabelBinarizer, LabelEncoder
from tests.hostile import HOSTILE_Y
from tests.test_hostile import check_clear

TARGETS = {
    "words": ["b", "a", "c", "a"],
    "two words": ["no", "yes", "no"],
    "one word": ["no", "no"],
    "numbers": [3, -1, 7, 3],
    "floats": [1.0, 2.0, 1.0],
    "booleans": [True, False, True],
    "series": pd.Series(["x", "z", "y"]),
}

# ---- by hand


def test_words_on_paper():
    assert LabelEncoder().fit_transform(["b", "a", "c", "a"]).tolist() == [1, 0, 2, 0]
    assert LabelBinarizer(neg_label=-1).fit_transform(["b", "a", "c"]).tolist() == [
        [-1, 1, -1],
        [1, -1, -1],
        [-1, -1, 1],
    ]
    assert LabelBinarizer().fit_transform(["no", "yes"]).tolist() == [[0], [1]]


# ---- naive twin


def test_columns_are_comparisons_with_each_class(rng):
    y = rng.choice(list("abcd"), 50)
    expected = [[int(label == c) for c in sorted(set(y))] for label in y]
    assert LabelBinarizer().fit_transform(y).tolist() == expected


# ---- outside reference


@pytest.mark.parametrize("name", TARGETS)
def test_equals_scikit_learns(name):
    y = TARGETS[name]
    found, expected = LabelEncoder().fit(y), reference.LabelEncoder().fit(y)
    assert found.classes_.tolist() == expected.classes_.tolist()
    assert found.transform(y).tolist() == expected.transform(y).tolist()
    assert found.inverse_transform(found.transform(y)).tolist() == list(y)
    for how in ({}, {"neg_label": -2, "pos_label": 3}, {"neg_label": -1, "pos_label": 0}):
        ours, theirs = LabelBinarizer(**how).fit(y), reference.LabelBinarizer(**how).fit(y)
        Z = ours.transform(y)
        assert Z.tolist() == theirs.transform(y).tolist()
        assert Z.dtype == theirs.transform(y).dtype
        assert ours.y_type_ == theirs.y_type_
        assert ours.inverse_transform(Z).tolist() == theirs.inverse_transform(Z).tolist() == list(y)


def test_indicators_and_scores_equal_scikit_learns(rng):
    Y = (rng.random((9, 4)) < 0.5).astype(int)
    ours, theirs = LabelBinarizer(pos_label=5).fit(Y), reference.LabelBinarizer(pos_label=5).fit(Y)
    assert ours.transform(Y).tolist() == theirs.transform(Y).tolist()
    assert ours.inverse_transform(ours.transform(Y)).tolist() == Y.tolist()
    scores, y = rng.normal(size=(7, 3)), list("abcabca")
    expected = reference.LabelBinarizer().fit(y).inverse_transform(scores)
    assert LabelBinarizer().fit(y).inverse_transform(scores).tolist() == expected.tolist()
    two = rng.normal(size=7)
    expected = reference.LabelBinarizer().fit(list("ab")).inverse_transform(two, threshold=0.1)
    assert LabelBinarizer().fit(list("ab")).inverse_transform(two, threshold=0.1).tolist() == expected.tolist()


def test_an_unseen_label_is_no_in_every_column():
    expected = reference.LabelBinarizer().fit(list("abc")).transform(["z", "a"])
    assert LabelBinarizer().fit(list("abc")).transform(["z", "a"]).tolist() == expected.tolist()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("coder", [LabelEncoder(), LabelBinarizer()], ids=lambda coder: type(coder).__name__)
def test_scikit_learns_checks_pass(coder):
    checks = list(estimator_checks_generator(coder, legacy=True))
    assert checks  # few: most are for estimators of X
    for estimator, check in checks:
        check(estimator)


# ---- laws


@given(st.lists(st.sampled_from(["a", "b", "c", "dd"]), min_size=1, max_size=30))
def test_inverse_undoes_transform(y):
    for coder in (LabelEncoder(), LabelBinarizer(neg_label=-3)):
        assert coder.inverse_transform(coder.fit_transform(y)).tolist() == y


# ---- edges and errors


@pytest.mark.parametrize("coder", [LabelEncoder, LabelBinarizer])
@pytest.mark.filterwarnings("ignore")
def test_hostile_labels_give_a_result_or_a_clear_error(coder):
    y = np.arange(40) % 3
    for name, spoil in HOSTILE_Y.items():
        for act in (coder().fit_transform, coder().fit(y).transform, coder().fit(y).inverse_transform):
            try:
                assert len(act(spoil(y))) > 0 or name == "y empty"
            except Exception as error:
                check_clear(error, f"{coder.__name__} with {name}")


def test_wrong_use_is_a_clear_error():
    with pytest.raises(ValueError, match=r"previously unseen labels: \['z'\]"):
        LabelEncoder().fit(["a"]).transform(["z"])
    with pytest.raises(ValueError, match="previously unseen labels"):
        LabelEncoder().fit(["a"]).inverse_transform([1])
    with pytest.raises(NotFittedError):
        LabelEncoder().transform(["a"])
    with pytest.raises(ValueError, match="strictly less"):
        LabelBinarizer(neg_label=2).fit(["a"])
    with pytest.raises(ValueError, match="sparse_output=True is not supported"):
        LabelBinarizer(sparse_output=True).fit(["a"])
    with pytest.raises(ValueError, match="Multioutput"):
        LabelBinarizer().fit([[1, 2], [3, 1]])
    with pytest.raises(ValueError, match="not fitted with multilabel"):
        LabelBinarizer().fit(["a", "b"]).transform([[1, 0], [0, 1]])
    with pytest.raises(ValueError, match="has 2 columns"):
        LabelBinarizer().fit(["a", "b", "c"]).inverse_transform([[1, 0]])
