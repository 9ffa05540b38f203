"""ParameterGrid, ParameterSampler and the three distributions."""

import math

import numpy as np
import pytest
import scipy.stats
import sklearn.model_selection as reference
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.random import sample_without_replacement

from scratchml.model_selection import ParameterGrid, ParameterSampler, log_uniform, randint, uniform
from scratchml.model_selection.parameters import draw_without_replacement
from tests.naive.model_selection import parameters as naive

grids = st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(0, 9), min_size=1, max_size=4), max_size=4)

# ---- by hand


def test_the_last_name_turns_fastest():
    expected = [{"a": 1, "b": True}, {"a": 1, "b": False}, {"a": 2, "b": True}, {"a": 2, "b": False}]
    assert expected == list(ParameterGrid({"b": [True, False], "a": [1, 2]}))


def test_a_list_of_grids_is_one_after_the_other():
    grid = ParameterGrid([{"kernel": ["linear"]}, {}, {"kernel": ["rbf"], "gamma": [1, 10]}])
    expected = [{"kernel": "linear"}, {}, {"gamma": 1, "kernel": "rbf"}, {"gamma": 10, "kernel": "rbf"}]
    assert expected == list(grid)
    assert len(grid) == 4


def test_log_uniform_is_the_formula():
    u = np.random.RandomState(4).uniform()
    expected = math.exp(math.log(0.01) + (math.log(100) - math.log(0.01)) * u)
    assert log_uniform(0.01, 100).rvs(random_state=4) == pytest.approx(expected, rel=1e-15)  # one rounding of exp


# ---- naive twin


@given(values=grids)
def test_the_grid_is_the_nested_loops(values):
    assert naive.grid(values) == list(ParameterGrid(values))


@given(values=st.lists(grids, max_size=3))
def test_indexing_is_listing(values):
    grid = ParameterGrid(values)
    assert [grid[i] for i in range(len(grid))] == list(grid)


# ---- outside reference


@given(values=st.lists(grids, max_size=3))
def test_the_grid_is_scikit_learns(values):
    expected, found = reference.ParameterGrid(values), ParameterGrid(values)
    assert list(expected) == list(found)
    assert len(expected) == len(found)


@pytest.mark.parametrize(
    ("n", "size"),
    [(1, 1), (5, 5), (7, 3), (100, 1), (1000, 5), (1000, 10), (1000, 11), (200, 199), (300, 300), (500, 498)],
)
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_draws_without_replacement_are_scikit_learns(n, size, seed):
    expected = sample_without_replacement(n, size, random_state=seed)
    found = draw_without_replacement(n, size, np.random.RandomState(seed))
    np.testing.assert_array_equal(expected, found)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "values",
    [
        {"a": [1, 2, 3], "b": list("uvw")},
        {"a": list(range(50)), "b": list(range(40)), "c": [0, 1]},
        {"a": [1, 2, 3], "b": scipy.stats.uniform(0, 2), "c": scipy.stats.randint(3, 9)},
        [{"a": [1, 2]}, {"b": scipy.stats.expon()}, {}],
        [{"a": [1, 2]}, {"b": [3, 4, 5]}, {}],
    ],
    ids=["lists", "many", "distributions", "several with a distribution", "several lists"],
)
def test_the_sampler_draws_what_scikit_learns_draws(values, seed):
    expected = reference.ParameterSampler(values, 4, random_state=seed)
    found = ParameterSampler(values, 4, random_state=seed)
    assert list(expected) == list(found)
    assert len(expected) == len(found)


def test_a_random_state_moves_on_as_scikit_learns_does():
    values = {"a": list(range(9)), "b": scipy.stats.randint(0, 99)}
    theirs, ours = np.random.RandomState(2), np.random.RandomState(2)
    for _ in range(2):
        expected = list(reference.ParameterSampler(values, 3, random_state=theirs))
        assert expected == list(ParameterSampler(values, 3, random_state=ours))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (uniform(), scipy.stats.uniform()),
        (uniform(-2, 5), scipy.stats.uniform(-2, 7)),
        (randint(-3, 12), scipy.stats.randint(-3, 12)),
        (log_uniform(1e-4, 10), scipy.stats.loguniform(1e-4, 10)),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_distributions_draw_scipys_numbers(ours, theirs, seed):
    expected, found = theirs.rvs(random_state=seed), ours.rvs(random_state=seed)
    assert found == pytest.approx(expected, rel=1e-14)  # other releases of SciPy may round otherwise
    expected, found = theirs.rvs(size=20, random_state=seed), ours.rvs(size=20, random_state=seed)
    np.testing.assert_allclose(found, expected, rtol=1e-14)  # likewise
    assert np.ndim(ours.rvs(random_state=seed)) == 0


# ---- laws


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 400), data=st.data())
def test_draws_without_replacement_never_repeat(seed, n, data):
    size = data.draw(st.integers(1, n))
    found = draw_without_replacement(n, size, np.random.RandomState(seed))
    assert len(found) == len(set(found)) == size
    assert set(found) <= set(range(n))


@pytest.mark.parametrize(("n", "size"), [(6, 3), (1000, 5), (400, 399)], ids=["permutation", "refusing", "reservoir"])
def test_every_number_is_drawn_equally_often(n, size):
    rng = np.random.RandomState(0)
    counts = np.zeros(n)
    for _ in range(400):
        counts[draw_without_replacement(n, size, rng)] += 1
    mean = 400 * size / n
    halves = counts[: n // 2].sum(), counts[n // 2 :].sum()
    assert abs(halves[0] - halves[1]) < 6 * math.sqrt(400 * size)  # six standard deviations of a fair draw
    assert counts.max() < mean + 6 * math.sqrt(mean) + 6  # likewise


def test_a_sampler_gives_the_same_settings_each_time_it_is_asked():
    sampler = ParameterSampler({"a": uniform(), "b": [1, 2, 3]}, 5, random_state=3)
    assert list(sampler) == list(sampler)


@given(low=st.floats(1e-6, 1e3), width=st.floats(1e-3, 1e3), seed=st.integers(0, 99))
def test_numbers_lie_in_their_range(low, width, seed):
    high = low + width
    assert low <= uniform(low, high).rvs(random_state=seed) <= high
    drawn = log_uniform(low, high).rvs(random_state=seed)
    assert low * (1 - 1e-12) <= drawn <= high * (1 + 1e-12)  # room for the rounding of log and exp


def test_log_uniform_fills_each_decade_equally():
    drawn = log_uniform(1, 1000).rvs(size=9000, random_state=0)
    counts = np.histogram(np.log10(drawn), bins=[0, 1, 2, 3])[0]
    assert abs(counts - 3000).max() < 6 * math.sqrt(9000 * 2 / 9)  # six standard deviations of a fair draw


# ---- edges and errors


def test_an_empty_dict_is_one_setting_and_an_empty_list_none():
    assert list(ParameterGrid({})) == [{}]
    assert list(ParameterGrid([])) == []
    assert len(ParameterGrid([])) == 0


@pytest.mark.parametrize("index", [4, 99, -1])
def test_an_index_outside_the_grid_is_an_index_error(index):
    with pytest.raises(IndexError, match=str(index)):
        ParameterGrid({"a": [1, 2], "b": [3, 4]})[index]


@pytest.mark.parametrize(
    ("values", "error", "match"),
    [
        (0, TypeError, "dict or a list"),
        ("ab", TypeError, "dict or a list"),
        ([{"a": [1]}, 3], TypeError, "not a dict"),
        ({"a": 3}, TypeError, r"needs to be a list.*\[3\]"),
        ({"a": "word"}, TypeError, "wrap a single value"),
        ({"a": {1, 2}}, TypeError, "needs to be a list"),
        ({"a": []}, ValueError, "non-empty"),
        ({"a": np.ones((2, 2))}, ValueError, "one-dimensional"),
    ],
)
def test_a_wrong_grid_is_named(values, error, match):
    with pytest.raises(error, match=match):
        ParameterGrid(values)


@pytest.mark.parametrize(
    ("values", "error", "match"),
    [
        (0, TypeError, "dict or a list"),
        ([3], TypeError, "not a dict"),
        ({"a": 3}, TypeError, "not iterable or a distribution"),
        ({"a": "word"}, TypeError, "not iterable or a distribution"),
        ({"a": []}, ValueError, "empty"),
    ],
)
def test_a_wrong_distribution_is_named(values, error, match):
    with pytest.raises(error, match=match):
        ParameterSampler(values, 2)


def test_asking_for_more_settings_than_there_are_gives_all_with_a_warning():
    sampler = ParameterSampler({"a": [1, 2, 3]}, 10, random_state=0)
    assert len(sampler) == 3
    with pytest.warns(UserWarning, match=r"3 is smaller than n_iter=10"):
        found = list(sampler)
    assert sorted(setting["a"] for setting in found) == [1, 2, 3]


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: uniform(2, 2), "low must be below high"),
        (lambda: uniform(0, math.inf), "finite"),
        (lambda: uniform(math.nan, 1), "finite"),
        (lambda: log_uniform(0, 1), "above 0"),
        (lambda: log_uniform(3, 1), "low must be below high"),
        (lambda: randint(3, 3), "low must be below high"),
        (lambda: randint(0.5, 3), "whole numbers"),
    ],
)
def test_an_impossible_range_is_named(make, match):
    with pytest.raises(ValueError, match=match):
        make()
