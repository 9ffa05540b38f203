"""The plan of a halving search, and its small choices."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.model_selection._search_successive_halving import _SubsampleMetaSplitter, _top_k
from sklearn.model_selection._split import _yields_constant_splits

from scratchml.model_selection import KFold, LeaveOneOut, ShuffleSplit, StratifiedKFold
from scratchml.model_selection.schedule import best_indices, plan_rounds, thin_out, yields_the_same_splits
from tests.naive.model_selection import halving as naive

counts = {"n_candidates": st.integers(1, 200), "least": st.integers(1, 50), "most": st.integers(50, 2000)}

# ---- by hand


def test_nine_candidates_by_hand():
    plan = plan_rounds(9, 10, 90, 3)
    assert plan.n_candidates == [9, 3, 1]
    assert plan.n_resources == [10, 30, 90]
    assert (plan.n_required, plan.n_possible) == (3, 3)


def test_exhaust_makes_the_last_round_use_what_there_is():
    # six candidates, halved: 6, 3, 2 in 1 + floor(log2 6) = 3 rounds; the first uses 1000 // 2^2 = 250
    plan = plan_rounds(6, 20, 1000, 2, exhaust=True)
    assert plan.n_candidates == [6, 3, 2]
    assert plan.n_resources == [250, 500, 1000]
    assert plan.min_resources == 250


def test_aggressive_elimination_repeats_the_first_round():
    # 30 candidates need 1 + floor(log2 30) = 5 rounds; 20 -> 40 allows 2, so 20 is used 4 times
    plan = plan_rounds(30, 20, 40, 2, aggressive=True)
    assert plan.n_candidates == [30, 15, 8, 4, 2]
    assert plan.n_resources == [20, 20, 20, 20, 40]
    assert plan_rounds(30, 20, 40, 2).n_candidates == [30, 15]


def test_the_best_come_last_and_nan_is_worst():
    assert best_indices(np.array([0.3, np.nan, 0.9, 0.1]), 2).tolist() == [0, 2]
    assert best_indices(np.array([0.3, np.nan, 0.9, 0.1]), 4).tolist() == [1, 3, 0, 2]


# ---- naive twin


@given(**counts, factor=st.integers(2, 5))
def test_the_plan_is_the_loop_that_counts(n_candidates, least, most, factor):
    powers = {factor**i for i in range(1, 12)}
    assume(n_candidates not in powers and most // least not in powers)  # there log may round down, as scikit-learn's
    expected = naive.rounds(n_candidates, least, most, factor)
    plan = plan_rounds(n_candidates, least, most, factor)
    assert expected == list(zip(plan.n_candidates, plan.n_resources))


# ---- outside reference


@given(values=st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=1, max_size=12), data=st.data())
def test_the_best_are_scikit_learns(values, data):
    k = data.draw(st.integers(1, len(values)))
    results = {"iter": [0] * len(values), "mean_test_score": values, "params": list(range(len(values)))}
    np.testing.assert_array_equal(_top_k(results, k, 0), best_indices(np.array(values), k))


@given(n=st.integers(20, 60), fraction=st.floats(0.1, 1.0), seed=st.integers(0, 99))
def test_thinned_rows_are_scikit_learns(n, fraction, seed):
    reference = _SubsampleMetaSplitter(base_cv=KFold(2), fraction=fraction, subsample_test=True, random_state=seed)
    for expected, rows in zip(reference.split(np.zeros((n, 1)), None), KFold(2).split(np.zeros((n, 1)))):
        for theirs, ours in zip(expected, rows):
            np.testing.assert_array_equal(theirs, thin_out(ours, fraction, seed))


@pytest.mark.parametrize(
    "cv",
    [
        KFold(3),
        KFold(3, shuffle=True),
        KFold(3, shuffle=True, random_state=1),
        StratifiedKFold(3, shuffle=True, random_state=np.random.RandomState(0)),
        ShuffleSplit(3),
        ShuffleSplit(3, random_state=4),
        LeaveOneOut(),
    ],
)
def test_constant_splits_are_told_as_scikit_learn_tells_them(cv):
    assert bool(_yields_constant_splits(cv)) == yields_the_same_splits(cv)


# ---- laws


@given(**counts, factor=st.floats(1.1, 6), exhaust=st.booleans(), aggressive=st.booleans())
def test_candidates_fall_resources_rise_within_bounds(n_candidates, least, most, factor, exhaust, aggressive):
    plan = plan_rounds(n_candidates, least, most, factor, exhaust=exhaust, aggressive=aggressive)
    assert plan.n_candidates[0] == n_candidates
    assert plan.n_candidates == sorted(plan.n_candidates, reverse=True)
    assert plan.n_resources == sorted(plan.n_resources)
    assert least <= plan.min_resources == plan.n_resources[0] <= plan.n_resources[-1] <= most
    for now, later in zip(plan.n_candidates, plan.n_candidates[1:]):
        assert later == math.ceil(now / factor)


@given(rows=st.sets(st.integers(0, 999), min_size=5, max_size=40), fraction=st.floats(0.2, 1), seed=st.integers(0, 9))
def test_thinning_takes_different_rows_of_those_given(rows, fraction, seed):
    rows = np.array(sorted(rows))
    found = thin_out(rows, fraction, seed)
    assert len(found) == int(fraction * len(rows)) == len(set(found.tolist()))
    assert set(found.tolist()) <= set(rows.tolist())


# ---- edges and errors


def test_a_share_that_leaves_no_row_is_named():
    with pytest.raises(ValueError, match=r"leaves none of a fold's 3.*min_resources"):
        thin_out(np.arange(3), 0.3, 0)


def test_one_candidate_takes_one_round_with_all_there_is():
    plan = plan_rounds(1, 4, 100, 3, exhaust=True)
    assert plan.n_candidates == [1]
    assert plan.n_resources == [100]
