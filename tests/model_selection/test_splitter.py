"""What splitters have in common: reading targets, reprs, and standing in for scikit-learn's."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn.model_selection as reference
from sklearn.linear_model import Ridge

import scratchml.model_selection as ours
from scratchml.model_selection.splitter import BaseCrossValidator, kinds_of, target_kind

EXAMPLES = [
    ours.KFold(3),
    ours.StratifiedKFold(3),
    ours.GroupKFold(3),
    ours.StratifiedGroupKFold(3),
    ours.RepeatedKFold(n_splits=3, n_repeats=2, random_state=0),
    ours.RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0),
    ours.ShuffleSplit(3, random_state=0),
    ours.StratifiedShuffleSplit(3, random_state=0, test_size=0.3),
    ours.GroupShuffleSplit(3, random_state=0),
    ours.TimeSeriesSplit(3),
    ours.LeaveOneOut(),
    ours.LeavePOut(1),
    ours.LeaveOneGroupOut(),
    ours.LeavePGroupsOut(1),
]
named = pytest.mark.parametrize("splitter", EXAMPLES, ids=lambda splitter: type(splitter).__name__)


def data():
    y = np.tile([0, 1, 1, 0], 5)
    return np.arange(20.0).reshape(20, 1), y, np.repeat(np.arange(5), 4)


# ---- by hand


@pytest.mark.parametrize(
    ("y", "expected"),
    [
        ([0, 1], "binary"),
        (["a", "b", "c"], "multiclass"),
        ([1.0, 2.0, 3.0], "multiclass"),
        ([True, False], "binary"),
        ([[1], [2], [3]], "multiclass"),
        ([1.5, 2.0], "continuous"),
        ([[0, 1], [1, 0]], "multioutput"),
        (np.zeros((2, 2, 2)), "unknown"),
        (np.array(["a", 1], dtype=object), "unknown"),
        (pd.Series(["a", "b"], dtype="category"), "binary"),
        (pd.Series([1, 2, 3], dtype="Int64"), "multiclass"),
    ],
)
def test_the_kind_of_a_target_is_read_from_its_values(y, expected):
    assert target_kind(y) == expected


def test_kinds_and_codes_give_the_values_back():
    values = np.array(["b", "a", "b", "c"])
    kinds, codes = kinds_of(values, "groups")
    np.testing.assert_array_equal(values, kinds[codes])


def test_a_long_repr_is_broken_as_scikit_learn_does():
    for how in ({"test_size": 0.123456789, "train_size": 0.3, "random_state": 4294967295}, {}):
        assert repr(reference.StratifiedShuffleSplit(**how)) == repr(ours.StratifiedShuffleSplit(**how))


# ---- outside reference


@named
def test_scikit_learn_takes_our_splitters(splitter):
    X, y, groups = data()
    kept = groups if splitter._uses_groups else None
    scores = reference.cross_val_score(Ridge(), X, y, cv=splitter, groups=kept, scoring="neg_mean_squared_error")
    assert len(scores) == splitter.get_n_splits(X, y, groups)
    search = reference.GridSearchCV(Ridge(), {"alpha": [1.0, 2.0]}, cv=splitter, scoring="neg_mean_squared_error")
    assert search.fit(X, y, groups=kept).n_splits_ == len(scores)


# ---- laws


@named
def test_as_many_splits_come_as_announced_and_they_are_disjoint(splitter):
    X, y, groups = data()
    found = list(splitter.split(X, y, groups if splitter._uses_groups else None))
    assert len(found) == splitter.get_n_splits(X, y, groups)
    for train, test in found:
        assert train.dtype.kind == test.dtype.kind == "i"
        assert len(train) > 0
        assert len(test) > 0
        assert not set(train.tolist()) & set(test.tolist())


@named
def test_copies_and_pickles_split_alike(splitter):
    X, y, groups = data()
    kept = groups if splitter._uses_groups else None
    expected = list(splitter.split(X, y, kept))
    for other in (copy.deepcopy(splitter), pickle.loads(pickle.dumps(splitter))):
        for (train, test), (other_train, other_test) in zip(expected, other.split(X, y, kept)):
            np.testing.assert_array_equal(train, other_train)
            np.testing.assert_array_equal(test, other_test)


@named
def test_frames_and_lists_are_split_like_arrays(splitter):
    X, y, groups = data()
    kept = groups if splitter._uses_groups else None
    expected = list(splitter.split(X, y, kept))
    as_list = None if kept is None else kept.tolist()
    as_series = None if kept is None else pd.Series(kept, index=range(50, 70))
    for found in (
        splitter.split(X.tolist(), y.tolist(), as_list),
        splitter.split(pd.DataFrame(X), pd.Series(y, index=range(30, 50)), as_series),
    ):
        for (train, test), (found_train, found_test) in zip(expected, found):
            np.testing.assert_array_equal(train, found_train)
            np.testing.assert_array_equal(test, found_test)


# ---- edges and errors


def test_infinite_and_missing_targets_are_refused():
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="Input y"):
            target_kind([0.0, 1.0, bad])


def test_pandas_missing_values_are_found():
    with pytest.raises(ValueError, match="groups holds None or NaN"):
        kinds_of(pd.Series(["a", pd.NA], dtype="string"), "groups")


def test_a_splitter_that_does_not_say_how_is_told_so():
    class Nothing(BaseCrossValidator):
        n_splits = 1

    with pytest.raises(NotImplementedError, match="Nothing must give"):
        Nothing().split([1, 2])
