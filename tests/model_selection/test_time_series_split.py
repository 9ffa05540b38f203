"""Splits in time order."""

import numpy as np
import pytest
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.model_selection import TimeSeriesSplit
from tests.model_selection.same_splits import check_same_splits, splits_of
from tests.naive.model_selection import time_series_split as naive

settings = {
    "n_splits": st.integers(2, 6),
    "test_size": st.none() | st.integers(1, 5),
    "gap": st.integers(0, 4),
    "max_train_size": st.none() | st.integers(1, 8),
}


# ---- by hand


def test_six_rows_with_a_gap_of_one_and_short_memory():
    found = [(a.tolist(), b.tolist()) for a, b in TimeSeriesSplit(2, gap=1, max_train_size=2).split(range(8))]
    assert found == [([1, 2], [4, 5]), ([3, 4], [6, 7])]


# ---- naive twin and outside reference


@given(n=st.integers(2, 60), how=st.fixed_dictionaries(settings))
def test_splits_are_the_naive_ones_and_scikit_learns(n, how):
    ours, theirs = TimeSeriesSplit(**how), reference.TimeSeriesSplit(**how)
    assert repr(theirs) == repr(ours)
    found = splits_of(ours, np.zeros(n))
    check_same_splits(splits_of(theirs, np.zeros(n)), found)
    if not isinstance(found, type):
        k = how.pop("n_splits")
        check_same_splits(naive.time_series_split(n, k, **how), found)


# ---- laws


@given(n=st.integers(2, 60), how=st.fixed_dictionaries(settings))
def test_training_is_before_the_gap_and_the_gap_before_the_test(n, how):
    found = splits_of(TimeSeriesSplit(**how), np.zeros(n))
    if isinstance(found, type):
        return
    assert len(found) == how["n_splits"]
    for train, test in found:
        assert train.max() + how["gap"] + 1 == test.min()
        np.testing.assert_array_equal(np.arange(train.min(), train.max() + 1), train)
        assert how["max_train_size"] is None or len(train) <= how["max_train_size"]
        assert len(test) == (how["test_size"] or n // (how["n_splits"] + 1))
    assert found[-1][1][-1] == n - 1
    tests = np.concatenate([test for _, test in found])
    np.testing.assert_array_equal(np.arange(tests[0], n), tests)


# ---- edges and errors


def test_more_folds_than_rows_are_refused():
    with pytest.raises(ValueError, match="folds=6 greater than the number of samples=5"):
        TimeSeriesSplit(5).split(np.zeros(5))


def test_sizes_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(ValueError, match=r"Too many splits=3 for number of samples=10 with test_size=3 and gap=1"):
        TimeSeriesSplit(3, test_size=3, gap=1).split(np.zeros(10))


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"gap": -1}, ValueError),
        ({"test_size": 0}, ValueError),
        ({"test_size": 0.2}, TypeError),
        ({"max_train_size": 0}, ValueError),
        ({"n_splits": 1}, ValueError),
        ({"n_splits": "many"}, TypeError),
    ],
)
def test_impossible_sizes_are_refused_at_once(how, error):
    with pytest.raises(error, match=next(iter(how))):
        TimeSeriesSplit(**how)


def test_groups_are_passed_over_with_a_warning():
    with pytest.warns(UserWarning, match="ignored by TimeSeriesSplit"):
        TimeSeriesSplit(2).split(np.zeros(9), groups=np.zeros(9))
