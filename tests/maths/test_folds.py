"""Folds: by hand, outside reference, laws."""

import numpy as np
import pytest
from sklearn.model_selection import KFold, StratifiedKFold

from scratchml.maths.folds import consecutive_folds, deal_classes, number_by_appearance
from scratchml.maths.shuffle import random_order

# ---- by hand


def test_seven_rows_are_cut_and_dealt_on_paper():
    assert [fold.tolist() for fold in consecutive_folds(np.arange(7), 3)] == [[0, 1, 2], [3, 4], [5, 6]]
    assert number_by_appearance(np.array([5, 2, 5, 9])).tolist() == [0, 1, 0, 2]
    # sorted by class: 0 0 0 0 1 1 1; dealt to three: folds 0 1 2 0 and 1 2 0; each class in order
    assert deal_classes(np.array([0, 1, 0, 1, 0, 1, 0]), 3, None).tolist() == [0, 0, 0, 1, 1, 2, 2]


# ---- outside reference


@pytest.mark.parametrize("k", [2, 5])
@pytest.mark.parametrize("seed", [0, 7, None])
def test_folds_are_scikit_learns(rng, k, seed):
    codes = rng.integers(0, 3, size=53)
    how = {"shuffle": seed is not None, "random_state": seed}
    draws = [None if seed is None else np.random.RandomState(seed) for _ in range(2)]
    rows = consecutive_folds(np.arange(53) if seed is None else random_order(53, draws[0]), k)
    classes = deal_classes(number_by_appearance(codes), k, draws[1])
    for j, (_, test) in enumerate(KFold(k, **how).split(codes)):
        assert np.sort(rows[j]).tolist() == test.tolist()
    for j, (_, test) in enumerate(StratifiedKFold(k, **how).split(codes, codes)):
        assert np.flatnonzero(classes == j).tolist() == test.tolist()


# ---- laws


def test_sizes_of_folds_and_of_classes_in_them_differ_by_one_at_most(rng):
    codes = rng.integers(0, 4, size=101)
    fold = deal_classes(number_by_appearance(codes), 7, np.random.RandomState(0))
    for rows in (np.ones(101, dtype=bool), *(codes == c for c in range(4))):
        assert np.ptp(np.bincount(fold[rows], minlength=7)) <= 1
