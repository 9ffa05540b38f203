"""K-fold splits: plain, stratified, repeated."""

import warnings

import numpy as np
import pytest
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.model_selection import KFold, RepeatedKFold, RepeatedStratifiedKFold, StratifiedKFold
from scratchml.model_selection.kfold import deal_classes, number_by_appearance
from tests.model_selection.same_splits import check_partition, check_same_splits, splits_of
from tests.naive.model_selection import kfold as naive

seeds = st.integers(0, 2**32 - 1)
labels = st.lists(st.integers(0, 4), min_size=2, max_size=60)


# ---- by hand


def test_seven_rows_in_three_folds_are_cut_three_two_two():
    tests = [test.tolist() for _, test in KFold(3).split(np.zeros(7))]
    assert tests == [[0, 1, 2], [3, 4], [5, 6]]


def test_the_sizes_of_the_docstring_formula_hold():
    n, k = 23, 5
    sizes = [len(test) for _, test in KFold(k).split(np.zeros(n))]
    assert sizes == [n // k + 1] * (n % k) + [n // k] * (k - n % k)


def test_classes_are_numbered_as_they_appear():
    np.testing.assert_array_equal([0, 1, 0, 2, 1], number_by_appearance(np.array([7, 3, 7, 5, 3])))


def test_rows_sorted_by_class_are_dealt_like_cards():
    # four of class 0 go to folds 0 1 2 0; three of class 1 are cards 4 5 6 and go to folds 1 2 0
    fold_of = deal_classes(np.array([0, 0, 0, 0, 1, 1, 1]), 3, None)
    np.testing.assert_array_equal([0, 0, 1, 2, 0, 1, 2], fold_of)


# ---- naive twin


@given(n=st.integers(2, 80), k=st.integers(2, 10))
def test_plain_folds_are_the_naive_ones(n, k):
    if k <= n:
        check_same_splits(naive.k_fold(n, k), list(KFold(k).split(np.zeros(n))))


@given(y=labels, k=st.integers(2, 8))
def test_stratified_folds_are_the_naive_ones(y, k):
    found = splits_of(StratifiedKFold(k), y, y)
    if not isinstance(found, type):
        check_same_splits(naive.stratified_k_fold(y, k), found)


# ---- outside reference


@pytest.mark.parametrize("name", ["KFold", "StratifiedKFold"])
@given(y=labels, k=st.integers(2, 8), seed=seeds, shuffle=st.booleans())
def test_folds_are_scikit_learns_for_the_same_seed(name, y, k, seed, shuffle):
    how = {"n_splits": k, "shuffle": shuffle, "random_state": seed if shuffle else None}
    ours, theirs = globals()[name](**how), getattr(reference, name)(**how)
    assert repr(theirs) == repr(ours)
    check_same_splits(splits_of(theirs, y, y), splits_of(ours, y, y))


@pytest.mark.parametrize("name", ["RepeatedKFold", "RepeatedStratifiedKFold"])
@given(y=labels, k=st.integers(2, 5), seed=seeds, repeats=st.integers(1, 4))
def test_repeated_folds_are_scikit_learns_for_the_same_seed(name, y, k, seed, repeats):
    how = {"n_splits": k, "n_repeats": repeats, "random_state": seed}
    ours, theirs = globals()[name](**how), getattr(reference, name)(**how)
    assert repr(theirs) == repr(ours)
    assert theirs.get_n_splits() == ours.get_n_splits() == k * repeats
    check_same_splits(splits_of(theirs, y, y), splits_of(ours, y, y))


@pytest.mark.parametrize("kind", [str, float, bool, np.int8])
def test_labels_of_any_kind_are_split_as_scikit_learn_does(rng, kind):
    y = rng.integers(0, 3, size=50).astype(kind)
    how = {"n_splits": 4, "shuffle": True, "random_state": 5}
    check_same_splits(
        splits_of(reference.StratifiedKFold(**how), y, y), list(StratifiedKFold(**how).split(y, y.tolist()))
    )


def test_a_random_state_moves_on_from_split_to_split_as_in_scikit_learn():
    ours = KFold(3, shuffle=True, random_state=np.random.RandomState(1))
    theirs = reference.KFold(3, shuffle=True, random_state=np.random.RandomState(1))
    X = np.zeros(20)
    first, second = list(ours.split(X)), list(ours.split(X))
    check_same_splits(list(theirs.split(X)), first)
    check_same_splits(list(theirs.split(X)), second)
    assert not np.array_equal(first[0][1], second[0][1])


# ---- laws


@given(y=labels, k=st.integers(2, 8), seed=seeds)
def test_folds_partition_the_rows(y, k, seed):
    for splitter in (KFold(k), KFold(k, shuffle=True, random_state=seed), StratifiedKFold(k)):
        found = splits_of(splitter, y, y)
        if not isinstance(found, type):
            assert len(found) == splitter.get_n_splits() == k
            check_partition(found, len(y))


@given(y=labels, k=st.integers(2, 8), seed=seeds)
def test_every_class_and_every_fold_is_even_to_within_one_row(y, k, seed):
    found = splits_of(StratifiedKFold(k, shuffle=True, random_state=seed), y, y)
    if isinstance(found, type):
        return
    counts = np.array([np.bincount(np.asarray(y)[test], minlength=5) for _, test in found])
    assert np.ptp(counts, axis=0).max() <= 1
    assert np.ptp(counts.sum(axis=1)) <= 1


@given(y=labels, seed=seeds)
def test_the_names_of_the_classes_do_not_matter(y, seed):
    names = np.array(["zebra", "ant", "cow", "Bee", "1"])[y]
    how = {"n_splits": 2, "shuffle": True, "random_state": seed}
    check_same_splits(splits_of(StratifiedKFold(**how), y, y), splits_of(StratifiedKFold(**how), y, names))


def test_repetitions_differ_and_each_partitions_the_rows():
    found = list(RepeatedKFold(n_splits=4, n_repeats=3, random_state=0).split(np.zeros(22)))
    for repeat in range(3):
        check_partition(found[4 * repeat : 4 * repeat + 4], 22)
    assert len({tuple(test.tolist()) for _, test in found}) == 12


def test_the_same_seed_gives_the_same_folds_again():
    splitter = RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=3)
    y = [0, 1] * 10
    check_same_splits(list(splitter.split(y, y)), list(splitter.split(y, y)))


# ---- edges and errors


@pytest.mark.parametrize("splitter", [KFold(4), StratifiedKFold(4), RepeatedKFold(n_splits=4)])
def test_more_folds_than_rows_are_refused_when_split_is_called(splitter):
    with pytest.raises(ValueError, match="n_splits=4 greater than the number of samples: n_samples=3"):
        splitter.split([1, 2, 3], [0, 1, 0])


def test_as_many_folds_as_rows_leave_one_out():
    assert [test.tolist() for _, test in KFold(3).split(["abc"] * 3)] == [[0], [1], [2]]


@pytest.mark.parametrize("n_splits", [0, 1, -3])
def test_fewer_than_two_folds_are_refused(n_splits):
    with pytest.raises(ValueError, match=f"n_splits={n_splits}"):
        KFold(n_splits)


@pytest.mark.parametrize("n_splits", [2.5, "3", None, True])
def test_folds_that_are_no_integer_are_refused(n_splits):
    with pytest.raises(TypeError, match="n_splits"):
        StratifiedKFold(n_splits)


def test_a_seed_without_shuffling_is_refused():
    with pytest.raises(ValueError, match="no effect since shuffle is False"):
        KFold(3, random_state=0)


def test_shuffle_must_be_a_truth_value():
    with pytest.raises(TypeError, match="shuffle='yes'"):
        KFold(3, shuffle="yes")


@pytest.mark.parametrize("n_repeats", [0, -1])
def test_repeating_less_than_once_is_refused(n_repeats):
    with pytest.raises(ValueError, match="n_repeats"):
        RepeatedKFold(n_repeats=n_repeats)


def test_a_class_rarer_than_the_folds_warns():
    with pytest.warns(
        UserWarning, match="least populated class in y has only 1 members, which is less than n_splits=3"
    ):
        StratifiedKFold(3).split(np.zeros(7), [0, 0, 0, 1, 1, 1, 2])


def test_no_class_with_enough_rows_is_an_error():
    with pytest.raises(ValueError, match="n_splits=3 cannot be greater than the number of members in each class"):
        StratifiedKFold(3).split(np.zeros(4), [0, 0, 1, 1])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0.5, 1.5, 2.0, 1.0], "'continuous'"),
        ([[0, 1], [1, 0], [1, 1], [0, 0]], "'multioutput'"),
        (None, "needs y"),
        ([0.0, 1.0, np.nan, 1.0], "NaN"),
    ],
)
def test_targets_that_are_no_labels_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        StratifiedKFold(2).split(np.zeros(4), y)


def test_a_column_of_labels_is_one_label_for_each_row():
    y = np.array([0, 1, 0, 1, 1, 0])
    check_same_splits(list(StratifiedKFold(2).split(y, y)), list(StratifiedKFold(2).split(y, y.reshape(-1, 1))))


def test_groups_are_passed_over_with_a_warning():
    with pytest.warns(UserWarning, match="The groups parameter is ignored by KFold"):
        KFold(2).split([1, 2, 3], groups=[1, 1, 2])


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="X has 3, y has 2"):
        KFold(2).split([1, 2, 3], [1, 2])


def test_x_without_rows_is_refused():
    with pytest.raises(TypeError, match="no rows"):
        KFold(2).split(5)


def test_a_split_changes_nothing_it_is_given(rng):
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
    X_before, y_before = X.copy(), y.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        list(StratifiedKFold(3, shuffle=True, random_state=0).split(X, y))
    np.testing.assert_array_equal(X_before, X)
    np.testing.assert_array_equal(y_before, y)
