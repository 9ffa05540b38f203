"""One split into two or three parts, and the choice of a splitter."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st

from scratchml.model_selection import (
    KFold,
    LeaveOneOut,
    StratifiedKFold,
    check_cv,
    train_test_split,
    train_validation_test_split,
)
from scratchml.model_selection.split import three_sizes
from tests.model_selection.same_splits import check_same_splits

seeds = st.integers(0, 2**32 - 1)
sizes = st.none() | st.integers(1, 40) | st.floats(0.01, 0.99)


# ---- by hand


def test_the_order_kept_is_training_first():
    assert train_test_split([1, 2, 3, 4, 5], shuffle=False) == [[1, 2, 3], [4, 5]]


def test_a_quarter_is_tested_where_nothing_is_said():
    train, test = train_test_split(np.arange(101))
    assert (len(train), len(test)) == (75, 26)


def test_three_parts_in_order():
    found = train_validation_test_split(list("abcdefghij"), test_size=0.3, validation_size=1, shuffle=False)
    assert found == [list("abcdef"), ["g"], list("hij")]


def test_three_sizes_round_up_for_judging_and_leave_the_rest_for_training():
    assert three_sizes(11, 0.2, 0.2, None) == (5, 3, 3)
    assert three_sizes(11, 2, 0.2, 0.5) == (5, 2, 3)


# ---- outside reference


@given(n=st.integers(2, 60), seed=seeds, test_size=sizes, train_size=sizes)
def test_parts_are_scikit_learns_for_the_same_seed(n, seed, test_size, train_size):
    how = {"test_size": test_size, "train_size": train_size, "random_state": seed}
    X = np.arange(2 * n).reshape(n, 2)
    try:
        expected = reference.train_test_split(X, X[:, 0], **how)
    except ValueError:
        with pytest.raises(ValueError, match=r"_size"):
            train_test_split(X, X[:, 0], **how)
        return
    for one, other in zip(expected, train_test_split(X, X[:, 0], **how)):
        np.testing.assert_array_equal(one, other)


@given(y=st.lists(st.integers(0, 3), min_size=8, max_size=60), seed=seeds)
def test_stratified_parts_are_scikit_learns_for_the_same_seed(y, seed):
    how = {"test_size": 0.3, "random_state": seed, "stratify": y}
    try:
        expected = reference.train_test_split(y, **how)
    except ValueError:
        with pytest.raises(ValueError, match="class"):
            train_test_split(y, **how)
        return
    assert expected == train_test_split(y, **how)


def test_strata_given_as_a_data_frame_are_scikit_learns(rng):
    frame = pd.DataFrame({"a": rng.integers(0, 2, 80), "b": np.array(["x", "y"])[rng.integers(0, 2, 80)]})
    how = {"random_state": 0, "stratify": frame}
    for one, other in zip(reference.train_test_split(frame, **how), train_test_split(frame, **how)):
        pd.testing.assert_frame_equal(one, other)


# ---- laws


def test_each_thing_keeps_its_kind_and_its_rows_together():
    n = 20
    frame = pd.DataFrame({"a": np.arange(n), "b": list("abcdefghijklmnopqrst")}, index=np.arange(n) + 100)
    things = {
        "array": np.arange(n),
        "cube": np.arange(n * 4).reshape(n, 2, 2),
        "list": list(range(n)),
        "tuple": tuple(range(n)),
        "frame": frame,
        "series": frame["a"],
        "sparse": sp.csr_matrix(np.arange(n).reshape(-1, 1)),
        "text": frame["b"].tolist(),
    }
    parts = train_test_split(*things.values(), random_state=4)
    for position, (name, thing) in enumerate(things.items()):
        for part, expected in zip(parts[2 * position : 2 * position + 2], parts[:2]):
            assert type(part) is type(thing), name
            first = {
                "cube": lambda p: p[:, 0, 0] // 4,
                "frame": lambda p: p["a"],
                "sparse": lambda p: p.toarray().ravel(),
                "text": lambda p: [ord(letter) - ord("a") for letter in p],
            }.get(name, lambda p: p)(part)
            np.testing.assert_array_equal(expected, np.asarray(first), err_msg=name)
    assert parts[8].index.tolist() == [100 + i for i in parts[0]]


@given(n=st.integers(5, 60), seed=seeds)
def test_three_parts_partition_the_rows_and_the_test_part_is_that_of_two(n, seed):
    train, validation, test = train_validation_test_split(np.arange(n), random_state=seed)
    np.testing.assert_array_equal(np.arange(n), np.sort(np.concatenate([train, validation, test])))
    np.testing.assert_array_equal(train_test_split(np.arange(n), test_size=len(test), random_state=seed)[1], test)


@given(y=st.lists(st.sampled_from([0, 0, 0, 1]), min_size=20, max_size=80), seed=seeds)
def test_three_stratified_parts_have_every_class_in_proportion(y, seed):
    y = np.array(y)
    if not 4 <= y.sum() <= len(y) - 4:
        return
    parts = train_validation_test_split(y, stratify=y, random_state=seed)
    assert sum(map(len, parts)) == len(y)
    for part in parts:
        # each of the two draws is within one row of its share
        assert abs(part.sum() - y.mean() * len(part)) < 2


@given(groups=st.lists(st.integers(0, 12), min_size=10, max_size=60), seed=seeds)
def test_no_group_is_in_two_of_three_parts(groups, seed):
    if len(set(groups)) < 3:
        return
    parts = train_validation_test_split(np.array(groups), groups=groups, random_state=seed)
    kinds = [set(part.tolist()) for part in parts]
    assert sum(map(len, parts)) == len(groups)
    assert all(kinds)
    assert sum(map(len, kinds)) == len(set(groups))


def test_the_same_seed_gives_the_same_three_parts_and_another_others():
    once = train_validation_test_split(np.arange(50), random_state=1)
    again = train_validation_test_split(np.arange(50), random_state=1)
    other = train_validation_test_split(np.arange(50), random_state=2)
    assert all(np.array_equal(a, b) for a, b in zip(once, again))
    assert not any(np.array_equal(a, b) for a, b in zip(once, other))


# ---- edges and errors


def test_nothing_to_split_is_an_error():
    with pytest.raises(ValueError, match="At least one array required"):
        train_test_split()
    with pytest.raises(ValueError, match="At least one array required"):
        train_validation_test_split(test_size=0.2)


@pytest.mark.parametrize("split", [train_test_split, train_validation_test_split])
def test_lengths_that_differ_are_refused(split):
    with pytest.raises(ValueError, match="array 0 has 3, array 1 has 4"):
        split([1, 2, 3], [1, 2, 3, 4])


@pytest.mark.parametrize("thing", [None, 5, "text", {"a": 1}, (i for i in range(4))])
def test_things_without_rows_are_refused(thing):
    with pytest.raises(TypeError, match="array 0"):
        train_test_split(thing)


@pytest.mark.parametrize("split", [train_test_split, train_validation_test_split])
def test_strata_without_shuffling_are_refused(split):
    with pytest.raises(ValueError, match="shuffle=False"):
        split([1, 2, 3, 4, 5], shuffle=False, stratify=[1, 1, 2, 2, 2])


@pytest.mark.parametrize("how", [{"shuffle": "no"}, {"random_state": "seed"}, {"test_size": "half"}])
def test_arguments_of_a_wrong_kind_are_refused(how):
    with pytest.raises(TypeError, match=next(iter(how))):
        train_test_split([1, 2, 3], **how)


def test_groups_and_strata_together_are_refused():
    with pytest.raises(ValueError, match="StratifiedGroupKFold"):
        train_validation_test_split([1, 2, 3], groups=[1, 2, 3], stratify=[1, 2, 3])


@pytest.mark.parametrize(
    "how", [{"test_size": 0.5, "validation_size": 0.5}, {"test_size": 9}, {"test_size": None}, {"train_size": 0.9}]
)
def test_three_sizes_that_do_not_fit_are_refused(how):
    with pytest.raises(ValueError, match="test_size"):
        train_validation_test_split(np.arange(10), **how)


def test_a_split_copies_and_never_changes_what_it_is_given(rng):
    X = rng.normal(size=(10, 2))
    before = X.copy()
    train, test = train_test_split(X, random_state=0)
    train[:], test[:] = 0, 0
    np.testing.assert_array_equal(before, X)


# ---- check_cv


@pytest.mark.parametrize(
    ("y", "classifier", "expected"),
    [
        ([0, 1, 1, 0], True, StratifiedKFold),
        (["a", "b", "c", "a"], True, StratifiedKFold),
        ([0, 1, 1, 0], False, KFold),
        ([0.5, 1.2, 3.3, 1.0], True, KFold),
        ([[0, 1], [1, 1], [0, 0], [1, 0]], True, KFold),
        (None, True, KFold),
    ],
)
def test_a_number_of_folds_is_stratified_for_a_classifier_with_labels(y, classifier, expected):
    found = check_cv(3, y, classifier=classifier)
    assert type(found) is expected
    assert found.n_splits == 3
    assert repr(found) == repr(reference.check_cv(3, y, classifier=classifier))


def test_none_is_five_folds_and_shuffling_is_passed_on():
    assert check_cv(None).n_splits == 5
    assert repr(check_cv(4, shuffle=True, random_state=7)) == "KFold(n_splits=4, random_state=7, shuffle=True)"


def test_a_splitter_of_anyone_is_taken_as_it_is():
    for splitter in (LeaveOneOut(), reference.KFold(3)):
        assert check_cv(splitter) is splitter


def test_listed_splits_may_be_positions_masks_and_slices():
    mask = np.array([True, False, False, True])
    listed = iter([([0, 1], [2, -1]), (mask, ~mask), (slice(2), slice(2, None))])
    found = check_cv(listed)
    assert found.get_n_splits() == 3
    expected = [([0, 1], [2, 3]), ([0, 3], [1, 2]), ([0, 1], [2, 3])]
    check_same_splits(expected, list(found.split(np.zeros(4))))
    check_same_splits(expected, list(found.split(np.zeros(4))))


def test_listed_positions_past_the_end_are_refused():
    with pytest.raises(IndexError, match="out of bounds"):
        list(check_cv([([0, 1], [2, 9])]).split(np.zeros(4)))


@pytest.mark.parametrize("cv", ["five", 2.5, object(), KFold, [], [1, 2, 3], [([0], [1], [2])]])
def test_what_is_no_way_to_split_is_refused(cv):
    with pytest.raises(ValueError, match="cv"):
        check_cv(cv)


def test_listed_rows_that_are_no_positions_are_refused():
    with pytest.raises(TypeError, match="integer positions"):
        list(check_cv([(["a"], [0.5])]).split(np.zeros(4)))
