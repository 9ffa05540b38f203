"""Leave one row out, leave p rows out, predefined folds."""

import math
from itertools import combinations

import numpy as np
import pytest
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.model_selection import KFold, LeaveOneOut, LeavePOut, PredefinedSplit
from tests.model_selection.same_splits import check_partition, check_same_splits

# ---- by hand


def test_pairs_of_three_rows_are_left_out_in_order():
    assert [test.tolist() for _, test in LeavePOut(2).split(["abc"] * 3)] == [[0, 1], [0, 2], [1, 2]]


def test_rows_marked_minus_one_are_never_tested():
    found = [(train.tolist(), test.tolist()) for train, test in PredefinedSplit([7, -1, 2, 7]).split()]
    assert found == [([0, 1, 3], [2]), ([1, 2], [0, 3])]


# ---- outside reference


@given(n=st.integers(2, 12), p=st.integers(1, 4))
def test_splits_are_scikit_learns(n, p):
    X = np.zeros(n)
    for ours, theirs in ((LeaveOneOut(), reference.LeaveOneOut()), (LeavePOut(p), reference.LeavePOut(p))):
        assert repr(theirs) == repr(ours)
        assert theirs.get_n_splits(X) == ours.get_n_splits(X)
        if n > p or isinstance(ours, LeaveOneOut):
            check_same_splits(list(theirs.split(X)), list(ours.split(X)))


@given(table=st.lists(st.integers(-1, 4), min_size=1, max_size=200))
def test_predefined_splits_and_their_long_reprs_are_scikit_learns(table):
    ours, theirs = PredefinedSplit(table), reference.PredefinedSplit(table)
    assert repr(theirs) == repr(ours)
    assert theirs.get_n_splits() == ours.get_n_splits()
    check_same_splits(list(theirs.split()), list(ours.split(np.zeros(len(table)))))


# ---- laws


@given(n=st.integers(2, 30))
def test_leaving_one_out_is_n_fold_cross_validation(n):
    check_same_splits(list(KFold(n).split(np.zeros(n))), list(LeaveOneOut().split(np.zeros(n))))


@given(n=st.integers(2, 10), p=st.integers(1, 4))
def test_every_set_of_p_rows_is_left_out_once(n, p):
    if p < n:
        found = [tuple(test.tolist()) for _, test in LeavePOut(p).split(np.zeros(n))]
        assert len(set(found)) == len(found) == math.comb(n, p)


@given(table=st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_predefined_folds_partition_the_rows_they_name(table):
    check_partition(list(PredefinedSplit(table).split()), len(table))


# ---- edges and errors


def test_what_is_done_to_the_rows_handed_out_changes_no_later_split():
    found = []
    for trained, tested in LeavePOut(2).split(np.zeros((4, 1))):
        found.append((trained.tolist(), tested.tolist()))
        trained[:] = tested[:] = 0
    assert found == [(a.tolist(), b.tolist()) for a, b in LeavePOut(2).split(np.zeros((4, 1)))]
    assert [tested for _, tested in found] == [list(pair) for pair in combinations(range(4), 2)]


def test_one_row_cannot_be_left_out():
    with pytest.raises(ValueError, match="n_samples=1"):
        LeaveOneOut().split([1])


def test_p_must_leave_something_to_train_on():
    with pytest.raises(ValueError, match="p=3 must be strictly less than the number of samples=3"):
        LeavePOut(3).split([1, 2, 3])


@pytest.mark.parametrize(("p", "error"), [(0, ValueError), (1.5, TypeError), ("1", TypeError)])
def test_p_must_be_a_count(p, error):
    with pytest.raises(error, match="p="):
        LeavePOut(p)


@pytest.mark.parametrize("splitter", [LeaveOneOut(), LeavePOut(2)])
def test_counting_the_splits_needs_x(splitter):
    with pytest.raises(ValueError, match="'X' parameter should not be None"):
        splitter.get_n_splits()


def test_a_table_of_another_length_is_refused():
    with pytest.raises(ValueError, match="X has 3 rows and test_fold 2 entries"):
        PredefinedSplit([0, 1]).split([1, 2, 3])


@pytest.mark.parametrize("table", [[0.5, 1], [[0, 1], [1, 0]], ["a", "b"], []])
def test_a_table_that_is_no_list_of_fold_numbers_is_refused(table):
    with pytest.raises(ValueError, match="test_fold"):
        PredefinedSplit(table)
