"""cv_results_: columns of parameters, means, deviations and ranks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata
from sklearn.model_selection._search import _yield_masked_array_for_each_param

from scratchml.model_selection.results import mean_and_std, parameter_columns, rank_scores, results_table
from tests.naive.model_selection import search as naive

scores = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0, -2.0, float("nan"), float("inf")]), min_size=1, max_size=9)


def fold(score, **more):
    return {"test_scores": {"score": score}, "train_scores": None, "fit_time": 1.0, "score_time": 2.0, **more}


# ---- by hand


def test_ranks_by_hand():
    assert rank_scores(np.array([0.5, 0.9, 0.5, 0.1])).tolist() == [2, 1, 2, 4]
    assert rank_scores(np.array([np.nan, 0.9, np.nan, 0.1])).tolist() == [3, 1, 3, 2]
    assert rank_scores(np.array([np.nan, np.nan])).tolist() == [1, 1]


def test_the_table_of_two_candidates_by_hand():
    table = results_table([{"a": 1}, {"b": "x"}], [fold(0.0), fold(1.0), fold(0.5), fold(1.0)], {"iter": [0, 1]})
    assert list(table) == [
        *["iter", "mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time", "param_a", "param_b", "params"],
        *["split0_test_score", "split1_test_score", "mean_test_score", "std_test_score", "rank_test_score"],
    ]
    np.testing.assert_array_equal([0.0, 0.5], table["split0_test_score"])
    np.testing.assert_array_equal([0.5, 0.75], table["mean_test_score"])
    np.testing.assert_array_equal([0.5, 0.25], table["std_test_score"])
    np.testing.assert_array_equal([2, 1], table["rank_test_score"])
    np.testing.assert_array_equal([2.0, 2.0], table["mean_score_time"])
    assert table["param_a"].tolist() == [1, None]
    assert table["param_b"].tolist() == [None, "x"]


# ---- naive twin


@given(values=scores)
def test_ranks_count_the_higher_scores(values):
    assert naive.ranks(values) == rank_scores(np.array(values)).tolist() or np.isnan(values).all()


# ---- outside reference


@given(values=st.lists(st.integers(-3, 3).map(float), min_size=1, max_size=9))
def test_ranks_are_scipys(values):
    expected = rankdata(-np.array(values), method="min").astype(np.int32)
    found = rank_scores(np.array(values))
    assert expected.dtype == found.dtype
    np.testing.assert_array_equal(expected, found)


@pytest.mark.parametrize(
    "candidates",
    [
        [{"a": 1}, {"a": 2}],
        [{"a": 1}, {"a": 2.5}],
        [{"a": True}, {"a": False}, {}],
        [{"a": 1}, {"b": 2.0}, {"a": 3, "b": 1.0}],
        [{"a": "x"}, {"a": "yy"}],
        [{"a": "x"}, {"a": 1}],
        [{"a": None}, {"a": 1}],
        [{"a": [1]}, {"a": [2, 3]}],
        [{"a": [1, 4]}, {"a": [2, 3]}],
        [{"a": (1, 4)}, {"a": None}],
        [{"a": {"k": 1}}, {"a": {}}],
        [{"a": np.float32(1)}, {"a": 2}],
        [{}, {}],
    ],
)
def test_parameter_columns_are_scikit_learns(candidates):
    expected = dict(_yield_masked_array_for_each_param(candidates))
    found = parameter_columns(candidates)
    assert list(expected) == list(found)
    for name, column in expected.items():
        assert column.dtype == found[name].dtype
        np.testing.assert_array_equal(column.mask, found[name].mask)
        assert column.tolist() == found[name].tolist()


# ---- laws


@given(values=scores, data=st.data())
def test_the_order_of_candidates_moves_ranks_along(values, data):
    order = data.draw(st.permutations(range(len(values))))
    np.testing.assert_array_equal(rank_scores(np.array(values))[order], rank_scores(np.array(values)[order]))


@given(rows=st.lists(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3), min_size=1, max_size=5))
def test_means_and_deviations_are_numpys(rows):
    mean, std = mean_and_std(np.array(rows))
    np.testing.assert_array_equal(np.mean(rows, axis=1), mean)
    np.testing.assert_allclose(std, np.std(rows, axis=1), rtol=1e-9, atol=1e-9)  # rounding of squares up to 1e6


# ---- edges and errors


def test_a_score_that_is_not_finite_is_told():
    with pytest.warns(UserWarning, match=r"test scores are non-finite: \[nan  1.\]"):
        table = results_table([{}, {}], [fold(np.nan), fold(1.0)])
    assert table["rank_test_score"].tolist() == [2, 1]


def test_nothing_to_tell_is_an_error():
    with pytest.raises(ValueError, match="No fits"):
        results_table([], [])
