"""Checks shared by the tests of splitters."""

import warnings

import numpy as np


def splits_of(splitter, X, y=None, groups=None):
    """Return the list of splits, or the class of the error that `split` raises; warnings are not looked at."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return list(splitter.split(X, y, groups))
        except (ValueError, TypeError) as error:
            return type(error)


def check_same_splits(expected, found):
    """Assert that two lists of (train, test) hold the same positions in the same order, or are the same error."""
    if isinstance(expected, type) or isinstance(found, type):
        assert expected is found
        return
    assert len(expected) == len(found)
    for (train, test), (found_train, found_test) in zip(expected, found):
        np.testing.assert_array_equal(train, found_train)
        np.testing.assert_array_equal(test, found_test)


def check_partition(splits, n):
    """Assert that the test parts cover range(n) once and that each training part is all the rest."""
    np.testing.assert_array_equal(np.arange(n), np.sort(np.concatenate([test for _, test in splits])))
    for train, test in splits:
        np.testing.assert_array_equal(np.arange(n), np.sort(np.concatenate([train, test])))


def check_groups_whole(splits, groups):
    """Assert that no group is on both sides of a split."""
    groups = np.asarray(groups)
    for train, test in splits:
        assert not set(groups[train].tolist()) & set(groups[test].tolist())
