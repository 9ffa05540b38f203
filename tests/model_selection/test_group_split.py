"""Splits that keep groups whole."""

import itertools
import math

import numpy as np
import pytest
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.model_selection import GroupKFold, LeaveOneGroupOut, LeavePGroupsOut, StratifiedGroupKFold
from scratchml.model_selection.group_split import fill_lightest_fold, most_even_fold, unevenness
from tests.model_selection.same_splits import check_groups_whole, check_partition, check_same_splits, splits_of
from tests.naive.model_selection import group_split as naive

seeds = st.integers(0, 2**32 - 1)
rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 11)), min_size=4, max_size=50)
GROUP_SPLITTERS = ["GroupKFold", "StratifiedGroupKFold"]


# ---- by hand


def test_the_largest_group_goes_first_and_to_the_lightest_fold():
    # sizes 5 4 3 3: 5 to fold 0, 4 to fold 1, of the two threes the later to fold 1 (7), the earlier to fold 0 (8)
    np.testing.assert_array_equal([0, 1, 0, 1], fill_lightest_fold(np.array([5, 4, 3, 3]), 2))


def test_unevenness_is_the_mean_over_classes_of_the_spread_over_folds():
    # fold 0 holds 2 of 4 rows of class a; two rows of class b are to be added
    counts, totals, added = np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([4, 2]), np.array([0.0, 2.0])
    found = unevenness(counts, totals, added)
    # shares of a: 0.5 and 0, spread 0.25; shares of b: 1 and 0 wherever they go, spread 0.5
    np.testing.assert_allclose([(0.25 + 0.5) / 2] * 2, found, rtol=1e-15)  # round-off


def test_among_equally_even_folds_the_emptiest_is_chosen():
    assert most_even_fold(np.array([0.5, 0.3, 0.3]), np.array([0.0, 4.0, 2.0])) == 2
    assert most_even_fold(np.array([0.5, 0.3, 0.3]), np.array([0.0, 2.0, 2.0])) == 1


def test_each_group_is_left_out_once():
    tests = [test.tolist() for _, test in LeaveOneGroupOut().split(np.zeros(5), groups=list("babac"))]
    assert tests == [[1, 3], [0, 2], [4]]


# ---- naive twin


@given(rows=rows, k=st.integers(2, 5))
def test_group_folds_are_the_naive_ones(rows, k):
    groups = [group for _, group in rows]
    found = splits_of(GroupKFold(k), groups, None, groups)
    if not isinstance(found, type):
        check_same_splits(naive.group_k_fold(groups, k), found)


def test_stratified_group_folds_hold_the_naive_counts_wherever_no_tie_leaves_a_choice(rng):
    compared = 0
    for _ in range(150):
        n, k = rng.integers(20, 60), int(rng.integers(2, 5))
        y = (rng.random(n) < 0.4).astype(int).tolist()  # two classes: the deviations of the groups are exact
        groups = rng.integers(0, 9, size=n).tolist()
        expected = naive.stratified_group_k_fold(y, groups, k)
        if expected is None or len(set(groups)) < k:
            continue
        compared += 1
        found = [test for _, test in StratifiedGroupKFold(k).split(y, y, groups)]
        tables = [
            sorted(np.bincount(np.take(y, test), minlength=2).tolist() for test in part) for part in (expected, found)
        ]
        assert tables[0] == tables[1]  # which of two folds with the same counts is filled next is free
    assert compared > 50


# ---- outside reference


@pytest.mark.parametrize("name", GROUP_SPLITTERS)
@given(rows=rows, k=st.integers(2, 6), seed=seeds, shuffle=st.booleans(), text=st.booleans())
def test_folds_are_scikit_learns_for_the_same_seed(name, rows, k, seed, shuffle, text):
    y, groups = (np.array(column) for column in zip(*rows))
    groups = np.array([f"group {g}" for g in groups]) if text else groups
    how = {"n_splits": k, "shuffle": shuffle, "random_state": seed if shuffle else None}
    ours, theirs = globals()[name](**how), getattr(reference, name)(**how)
    assert repr(theirs) == repr(ours)
    check_same_splits(splits_of(theirs, y, y, groups), splits_of(ours, y, y, groups))


def test_stratified_group_folds_are_scikit_learns_on_many_groups_and_classes(rng):
    y, groups = rng.integers(0, 6, size=1500), rng.integers(0, 200, size=1500)
    for seed in range(5):
        how = {"n_splits": 7, "shuffle": True, "random_state": seed}
        check_same_splits(
            list(reference.StratifiedGroupKFold(**how).split(y, y, groups)),
            list(StratifiedGroupKFold(**how).split(y, y, groups)),
        )


def test_stratified_group_folds_of_one_class_are_scikit_learns(rng):
    y, groups = np.zeros(120, dtype=int), rng.integers(0, 30, size=120)
    for k in (2, 9, 12):
        check_same_splits(
            list(reference.StratifiedGroupKFold(k).split(y, y, groups)),
            list(StratifiedGroupKFold(k).split(y, y, groups)),
        )


@given(groups=st.lists(st.integers(0, 6), min_size=1, max_size=30), p=st.integers(1, 3))
def test_leaving_groups_out_is_scikit_learns(groups, p):
    for ours, theirs in (
        (LeaveOneGroupOut(), reference.LeaveOneGroupOut()),
        (LeavePGroupsOut(p), reference.LeavePGroupsOut(p)),
    ):
        assert repr(theirs) == repr(ours)
        assert theirs.get_n_splits(groups=groups) == ours.get_n_splits(groups=groups)
        check_same_splits(splits_of(theirs, groups, None, groups), splits_of(ours, groups, None, groups))


# ---- laws


@pytest.mark.parametrize("name", GROUP_SPLITTERS)
@given(rows=rows, k=st.integers(2, 6), seed=seeds, shuffle=st.booleans())
def test_folds_partition_the_rows_and_keep_groups_whole(name, rows, k, seed, shuffle):
    y, groups = zip(*rows)
    splitter = globals()[name](k, shuffle=shuffle, random_state=seed if shuffle else None)
    found = splits_of(splitter, y, y, groups)
    if not isinstance(found, type):
        check_partition(found, len(y))
        check_groups_whole(found, groups)


@given(sizes=st.lists(st.integers(1, 9), min_size=2, max_size=7), k=st.integers(2, 3))
def test_the_fullest_fold_is_within_grahams_bound_of_the_best_possible(sizes, k):
    fold_of = fill_lightest_fold(np.array(sizes), k)
    found = max(sum(s for s, f in zip(sizes, fold_of) if f == fold) for fold in range(k))
    best = min(
        max(sum(s for s, f in zip(sizes, choice) if f == fold) for fold in range(k))
        for choice in itertools.product(range(k), repeat=len(sizes))
    )
    assert found <= best * (4 / 3 - 1 / (3 * k)) + 1e-9  # round-off of the bound


@given(groups=st.lists(st.integers(0, 6), min_size=4, max_size=30), p=st.integers(1, 3))
def test_every_set_of_p_groups_is_left_out_exactly_once(groups, p):
    if p >= len(set(groups)):
        return
    found = list(LeavePGroupsOut(p).split(groups, groups=groups))
    left = {tuple(sorted(set(np.asarray(groups)[test].tolist()))) for _, test in found}
    assert len(found) == len(left) == math.comb(len(set(groups)), p)
    check_groups_whole(found, groups)


def test_even_groups_of_even_classes_are_stratified_exactly(rng):
    y = np.tile([0, 0, 1], 12)
    groups = np.repeat(np.arange(12), 3)
    for _, test in StratifiedGroupKFold(4, shuffle=True, random_state=1).split(y, y, groups):
        np.testing.assert_array_equal([6, 3], np.bincount(y[test]))


# ---- edges and errors


@pytest.mark.parametrize("splitter", [GroupKFold(2), StratifiedGroupKFold(2), LeaveOneGroupOut(), LeavePGroupsOut(1)])
def test_groups_must_be_given(splitter):
    with pytest.raises(ValueError, match="'groups' parameter should not be None"):
        splitter.split([1, 2, 3, 4], [0, 1, 0, 1])


@pytest.mark.parametrize("splitter", [GroupKFold(3), StratifiedGroupKFold(3)])
def test_more_folds_than_groups_are_refused(splitter):
    y = [0, 1] * 4
    with pytest.raises(ValueError, match="n_splits=3 greater than the number of groups: 2"):
        splitter.split(y, y, [1, 1, 1, 1, 2, 2, 2, 2])


def test_one_group_cannot_be_left_out():
    with pytest.raises(ValueError, match="fewer than 2 unique groups"):
        LeaveOneGroupOut().split([1, 2], groups=[5, 5])
    with pytest.raises(ValueError, match="at least 3"):
        LeavePGroupsOut(2).split([1, 2], groups=[5, 6])


def test_groups_needed_for_counting_must_be_given():
    with pytest.raises(ValueError, match="'groups'"):
        LeaveOneGroupOut().get_n_splits([1, 2])


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_missing_groups_are_refused(missing):
    groups = np.array(["a", "b", missing, "a"], dtype=object)
    with pytest.raises(ValueError, match="groups holds None or NaN"):
        GroupKFold(2).split(groups, groups=groups)


def test_groups_of_kinds_that_cannot_be_sorted_are_refused():
    groups = np.array(["a", 1, "b", 2], dtype=object)
    with pytest.raises(TypeError, match="groups mixes kinds that cannot be sorted together: int, str"):
        GroupKFold(2).split(groups, groups=groups)


def test_groups_may_be_days():
    days = np.array(["2024-01-02", "2024-01-01", "2024-01-02", "2024-01-03"], dtype="datetime64[D]")
    check_groups_whole(list(GroupKFold(2).split(days, groups=days)), days)
    with pytest.raises(ValueError, match="NaT"):
        GroupKFold(2).split(days, groups=np.append(days[:3], np.datetime64("NaT")))


def test_groups_with_more_than_one_column_are_refused():
    with pytest.raises(ValueError, match="1d array"):
        GroupKFold(2).split(np.zeros(4), groups=np.zeros((4, 2)))
