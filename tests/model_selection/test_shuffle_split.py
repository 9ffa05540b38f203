"""Random splits: plain, stratified, by groups."""

import numpy as np
import pytest
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.maths.sampling import apportion
from scratchml.model_selection import GroupShuffleSplit, ShuffleSplit, StratifiedShuffleSplit
from scratchml.model_selection.shuffle_split import train_and_test_sizes
from tests.model_selection.same_splits import check_groups_whole, check_same_splits, splits_of
from tests.naive.model_selection.shuffle_split import largest_remainders

seeds = st.integers(0, 2**32 - 1)
sizes = st.none() | st.integers(1, 40) | st.floats(0.01, 0.99)
labels = st.lists(st.integers(0, 4), min_size=2, max_size=60)


# ---- by hand


def test_a_share_is_rounded_up_for_testing_and_down_for_training():
    assert train_and_test_sizes(10, 0.25, None, 0.1) == (7, 3)
    assert train_and_test_sizes(10, None, 0.25, 0.1) == (2, 8)
    assert train_and_test_sizes(10, 0.25, 0.25, 0.1) == (2, 3)
    assert train_and_test_sizes(10, None, None, 0.1) == (9, 1)
    assert train_and_test_sizes(10, 4, 5, 0.1) == (5, 4)


def test_the_largest_remainders_get_the_rows_left_over():
    # 5 of classes with 6, 3, 1 rows: quotas 3.0, 1.5, 0.5; one row left for one of the two halves
    found = apportion(np.array([6, 3, 1]), 5, np.random.RandomState(0)).tolist()
    assert found in ([3, 2, 0], [3, 1, 1])
    # 4 of 5, 3, 2: quotas 2.0, 1.2, 0.8; the row left over goes to the largest remainder, the last
    assert apportion(np.array([5, 3, 2]), 4, np.random.RandomState(0)).tolist() == [2, 1, 1]


# ---- naive twin


@given(counts=st.lists(st.integers(1, 40), min_size=1, max_size=6), part=st.floats(0.01, 1.0), seed=seeds)
def test_shares_lie_between_the_naive_bounds(counts, part, seed):
    m = max(1, int(part * sum(counts)))
    found = apportion(np.array(counts), m, np.random.RandomState(seed))
    low, high = largest_remainders(counts, m)
    assert found.sum() == m
    # a remainder equal in fractions may differ by round-off in floats, which then decides in place of the lot
    assert all(a <= f <= b for a, f, b in zip(low, found, high))


# ---- outside reference


@pytest.mark.parametrize("name", ["ShuffleSplit", "StratifiedShuffleSplit", "GroupShuffleSplit"])
@given(y=labels, seed=seeds, test_size=sizes, train_size=sizes, data=st.data())
def test_splits_are_scikit_learns_for_the_same_seed(name, y, seed, test_size, train_size, data):
    groups = data.draw(st.lists(st.integers(0, 9), min_size=len(y), max_size=len(y)))
    how = {"n_splits": 3, "test_size": test_size, "train_size": train_size, "random_state": seed}
    ours, theirs = globals()[name](**how), getattr(reference, name)(**how)
    assert repr(theirs) == repr(ours)
    assert theirs.get_n_splits() == ours.get_n_splits() == 3
    check_same_splits(splits_of(theirs, y, y, groups), splits_of(ours, y, y, groups))


def test_rows_of_an_indicator_matrix_are_strata_as_in_scikit_learn(rng):
    Y = rng.integers(0, 12, size=(200, 1)) * [[1, 1]] % [[2, 12]]
    how = {"n_splits": 2, "test_size": 0.4, "random_state": 3}
    check_same_splits(
        list(reference.StratifiedShuffleSplit(**how).split(Y, Y)), list(StratifiedShuffleSplit(**how).split(Y, Y))
    )


def test_strings_are_strata_as_in_scikit_learn(rng):
    y = np.array(["no", "yes", "perhaps"], dtype=object)[rng.integers(0, 3, size=90)]
    how = {"n_splits": 2, "train_size": 31, "random_state": 8}
    check_same_splits(
        list(reference.StratifiedShuffleSplit(**how).split(y, y)), list(StratifiedShuffleSplit(**how).split(y, y))
    )


# ---- laws


@given(n=st.integers(2, 60), seed=seeds, share=st.floats(0.05, 0.9))
def test_parts_are_disjoint_and_of_the_sizes_asked_for(n, seed, share):
    splitter = ShuffleSplit(2, test_size=share, random_state=seed)
    found = splits_of(splitter, np.zeros(n))
    if isinstance(found, type):
        return
    for train, test in found:
        assert len(test) == int(np.ceil(share * n))
        np.testing.assert_array_equal(np.arange(n), np.sort(np.concatenate([train, test])))


@given(y=labels, seed=seeds, share=st.floats(0.1, 0.9))
def test_every_class_has_its_share_to_within_one_row(y, seed, share):
    found = splits_of(StratifiedShuffleSplit(2, test_size=share, random_state=seed), y, y)
    if isinstance(found, type):
        return
    counts = np.bincount(y, minlength=5)
    for train, test in found:
        assert not set(train.tolist()) & set(test.tolist())
        for part in (train, test):
            taken = np.bincount(np.asarray(y)[part], minlength=5)
            # within a row of the share; the test part is apportioned from what training left, hence the second row
            assert (np.abs(taken - counts * len(part) / len(y)) < 2).all()


@given(groups=st.lists(st.integers(0, 9), min_size=2, max_size=50), seed=seeds)
def test_groups_are_drawn_whole_and_their_share_counts_groups(groups, seed):
    found = splits_of(GroupShuffleSplit(2, test_size=0.5, random_state=seed), groups, None, groups)
    if isinstance(found, type):
        return
    check_groups_whole(found, groups)
    for _, test in found:
        assert len(set(np.asarray(groups)[test].tolist())) == int(np.ceil(len(set(groups)) / 2))


# ---- edges and errors


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"test_size": 5}, "test_size=5 should be either positive and smaller"),
        ({"test_size": 0}, "test_size=0 "),
        ({"test_size": 1.0}, r"test_size=1.0 .* \(0, 1\) range"),
        ({"train_size": -0.1}, "train_size=-0.1"),
        ({"test_size": float("nan")}, "test_size=nan"),
        ({"test_size": 0.6, "train_size": 0.6}, "sum of test_size and train_size = 1.2"),
        ({"test_size": 3, "train_size": 3}, "sum of train_size and test_size = 6"),
        ({"test_size": 0.99}, "train set will be empty"),
        ({"train_size": 0.1}, "train set will be empty"),
    ],
)
def test_sizes_that_do_not_fit_five_rows_are_refused(how, message):
    with pytest.raises(ValueError, match=message):
        ShuffleSplit(**how).split(np.zeros(5))


@pytest.mark.parametrize("size", ["half", [0.5], True, 1j])
def test_sizes_that_are_no_numbers_are_refused(size):
    with pytest.raises(TypeError, match="test_size"):
        ShuffleSplit(test_size=size).split(np.zeros(5))


def test_a_class_with_one_row_cannot_be_split():
    with pytest.raises(ValueError, match=r"only 1 member.*\['b'\]"):
        StratifiedShuffleSplit().split(np.zeros(4), ["a", "a", "b", "a"])


def test_parts_smaller_than_the_number_of_classes_are_refused():
    y = [0, 0, 1, 1, 2, 2]
    with pytest.raises(ValueError, match="test_size = 2 should be greater or equal to the number of classes = 3"):
        StratifiedShuffleSplit(test_size=2).split(y, y)
    with pytest.raises(ValueError, match="train_size = 2 should be greater or equal to the number of classes = 3"):
        StratifiedShuffleSplit(train_size=2).split(y, y)


@pytest.mark.parametrize("y", [None, [0.0, np.nan, 0.0, 1.0]])
def test_missing_strata_are_refused(y):
    with pytest.raises(ValueError, match="y"):
        StratifiedShuffleSplit().split(np.zeros(4), y)


def test_too_few_groups_are_called_groups():
    with pytest.raises(ValueError, match="smaller than the number of groups 2"):
        GroupShuffleSplit(test_size=3).split(np.zeros(4), groups=[1, 1, 2, 2])
