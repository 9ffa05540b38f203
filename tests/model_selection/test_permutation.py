"""The permutation test of a score."""

import numpy as np
import pytest
import sklearn.model_selection as reference

from scratchml.model_selection import GroupKFold, KFold, cross_val_score, permutation_test_score
from scratchml.model_selection.permutation import shuffle_within
from tests.model_selection.models import NearestMean


@pytest.fixture
def blobs(rng):
    y = rng.permutation(np.repeat([0, 1], 20))
    return rng.normal(size=(40, 2)) + y[:, None], y


# ---- by hand


def test_p_is_the_share_of_orders_that_do_as_well_counting_the_true_one(blobs):
    X, y = blobs
    score, shuffled, p = permutation_test_score(NearestMean(), X, y, n_permutations=19)
    assert p == (1 + sum(s >= score for s in shuffled)) / 20
    assert score == cross_val_score(NearestMean(), X, y).mean()


def test_shuffles_that_do_just_as_well_count_against_the_model(blobs):
    X, y = blobs
    assert permutation_test_score(NearestMean(), X, y, n_permutations=4, scoring=lambda model, X, y: 0.5)[2] == 1.0


def test_targets_are_shuffled_inside_their_groups_only(rng):
    groups = rng.integers(0, 4, size=40)
    order = shuffle_within(groups, 40, np.random.RandomState(0))
    np.testing.assert_array_equal(np.arange(40), np.sort(order))
    np.testing.assert_array_equal(groups, groups[order])
    assert not np.array_equal(np.arange(40), order)


# ---- outside reference


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize("grouped", [False, True])
def test_score_shuffles_and_p_are_scikit_learns_for_the_same_seed(blobs, rng, n_jobs, grouped):
    X, y = blobs
    how = {"n_permutations": 7, "random_state": 5}
    if grouped:
        how |= {"groups": rng.integers(0, 8, size=40), "cv": reference.GroupKFold(3)}
    expected = reference.permutation_test_score(NearestMean(), X, y, **how)
    found = permutation_test_score(NearestMean(), X, y, **how, n_jobs=n_jobs)
    assert expected[0] == found[0]
    np.testing.assert_array_equal(expected[1], found[1])
    assert expected[2] == found[2]


def test_a_splitter_with_a_moving_random_state_gives_scikit_learns_scores_on_any_threads(blobs):
    X, y = blobs
    expected = reference.permutation_test_score(
        NearestMean(), X, y, n_permutations=5, cv=KFold(3, shuffle=True, random_state=np.random.RandomState(2))
    )
    found = permutation_test_score(
        NearestMean(),
        X,
        y,
        n_permutations=5,
        cv=KFold(3, shuffle=True, random_state=np.random.RandomState(2)),
        n_jobs=2,
    )
    np.testing.assert_array_equal(expected[1], found[1])


# ---- laws


def test_something_to_learn_gives_a_small_p_and_nothing_a_large_one(rng):
    y = np.tile([0, 1], 30)
    clear = rng.normal(size=(60, 2)) + 3 * y[:, None]
    *_, small = permutation_test_score(NearestMean(), clear, y, n_permutations=39, cv=3)
    assert small == 1 / 40
    many = [
        permutation_test_score(NearestMean(), rng.normal(size=(60, 2)), y, n_permutations=19, cv=3)[2]
        for _ in range(10)
    ]
    assert np.median(many) > 0.15  # p is uniform where there is nothing to learn


# ---- edges and errors


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"n_permutations": 0}, ValueError),
        ({"n_permutations": 2.5}, TypeError),
        ({"random_state": "x"}, TypeError),
        ({"scoring": ["accuracy"]}, ValueError),
        ({"cv": GroupKFold(2)}, ValueError),
    ],
)
def test_impossible_arguments_are_refused(blobs, how, error):
    X, y = blobs
    with pytest.raises(error, match=next(iter(how)) if "cv" not in how else "groups"):
        permutation_test_score(NearestMean(), X, y, **how)


def test_no_targets_cannot_be_shuffled(blobs):
    with pytest.raises(TypeError, match="y"):
        permutation_test_score(NearestMean(), blobs[0], None)
