"""Sorted columns, ranks and marks for ties: by hand, naive twin, outside reference, laws, edges."""

import mmap
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.tree.growth as naive
from scratchml.tree import DecisionTreeRegressor, by_column, presort
from scratchml.tree.columns import rank_rows
from scratchml.tree.growth import HUGE_BYTES, fill_columns, make_lazy, mark_ties
from tests.tree.same_tree import ARRAYS

seeds = st.integers(0, 2**32 - 1)


def marked(columns, rows):
    """Return a copy of rows with the ties marked."""
    found = rows.copy()
    mark_ties(np.take_along_axis(columns, rows, axis=1), found)
    return found


def random_columns(seed):
    """Return columns with ties, near ties and gaps of about 1e-7, and their rows sorted."""
    rng = np.random.default_rng(seed)
    d, n = int(rng.integers(1, 4)), int(rng.integers(1, 40))
    steps = rng.choice([0.0, 5e-8, 1e-7, 1.1e-7, 2e-7, 0.5], size=(d, n))
    columns = np.cumsum(steps, axis=1).astype(np.float32)[:, rng.permutation(n)].copy()
    return columns, presort(columns)


# ---- by hand


def test_ties_are_marked_on_the_row_before():
    # sorted: 1 (row 2), 1 (row 3), 4 (row 0), 9 (row 1): only the first may be equal to its next
    columns = np.array([[4.0, 9.0, 1.0, 1.0]], dtype=np.float32)
    assert marked(columns, presort(columns)).tolist() == [[~2, 3, 0, 1]]


def test_values_a_ten_millionth_apart_are_ties():
    columns = np.array([[0.0, 1e-7, 3e-7]], dtype=np.float32)
    assert marked(columns, presort(columns)).tolist() == [[~0, 1, 2]]


def test_a_mark_is_taken_off_by_one_exclusive_or():
    rows = np.array([~5, 5, ~0, 0], dtype=np.int32)
    assert (rows ^ (rows >> 31)).tolist() == [5, 5, 0, 0]


def test_rows_without_weight_are_left_out_of_sorted_columns():
    columns = np.array([[3.0, 1.0, 2.0]], dtype=np.float32)
    rows, values = np.empty((1, 2), dtype=np.int32), np.empty((2, 2), dtype=np.float32)
    fill_columns(presort(columns), columns, np.array([1.0, 0.0, 2.0]), rows, values)
    assert rows.tolist() == [[2, 0]]
    assert values[0].tolist() == [2.0, 3.0]


# ---- naive twin


@given(seeds)
def test_ties_are_those_of_the_naive_twin(seed):
    columns, order = random_columns(seed)
    assert marked(columns, order).tolist() == naive.mark_ties(columns, order.tolist())


# ---- outside reference


def test_columns_are_sorted_as_numpy_sorts_them(rng):
    columns = np.round(rng.normal(size=(3, 500)), 1).astype(np.float32)
    columns[1, ::7], columns[2, ::5] = np.nan, -0.0
    order = presort(columns)
    np.testing.assert_array_equal(order, np.argsort(columns, axis=1, kind="stable"))
    np.testing.assert_array_equal(rank_rows(order), np.argsort(order, axis=1))


# ---- laws


@given(seeds)
def test_rows_without_marks_are_the_sorted_rows_and_the_last_is_never_marked(seed):
    columns, order = random_columns(seed)
    found = marked(columns, order)
    np.testing.assert_array_equal(found ^ (found >> 31), order)
    assert (found[:, -1] >= 0).all()
    values = np.take_along_axis(columns, order, axis=1)
    assert (np.diff(values, axis=1)[found[:, :-1] >= 0] > 0).all()  # a row without a mark differs from its next


@given(seeds)
def test_ranks_undo_the_sorting(seed):
    _, order = random_columns(seed)
    expected = np.tile(np.arange(order.shape[1], dtype=np.int32), (len(order), 1))
    np.testing.assert_array_equal(np.take_along_axis(rank_rows(order), order, axis=1), expected)


@pytest.mark.parametrize("d", [1, 2, 5])
@pytest.mark.parametrize("n", [7, 50])
def test_columns_are_sorted_alike_with_lines_to_spare_and_stay_as_they_are(d, n, rng):
    X = np.round(rng.normal(size=(n, d)), 1)
    X[rng.random((n, d)) < 0.1] = np.nan
    before = X.copy()
    columns = by_column(X)
    order = presort(columns)
    assert presort(X.T, spare=3)[:d].tolist() == presort(columns, spare=3)[:d].tolist() == order.tolist()
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(columns, before.T.astype(np.float32))


@pytest.mark.parametrize("size", [HUGE_BYTES // 8 - 1, HUGE_BYTES // 8])
def test_a_lazy_array_is_an_array_like_others(size):
    found = make_lazy((size // 3, 3), np.float64)
    assert found.shape == (size // 3, 3)
    assert found.dtype == np.float64
    assert found.flags.carray
    found[-1] = [1.0, 2.0, 3.0]
    assert found[-1].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere NumPy's memory serves")
def test_memory_that_the_system_refuses_is_asked_of_numpy(monkeypatch):
    def refuse(*given, **named):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(mmap, "mmap", refuse)
    assert make_lazy((HUGE_BYTES // 8, 1), np.float64).shape == (HUGE_BYTES // 8, 1)


# ---- edges and errors


def test_a_weight_of_zero_between_two_equal_values_hides_no_tie():
    # rows 0 and 2 are equal, and row 1 between them counts nothing: marks are set after it was left out
    X, y, w = [[1.0], [1.0], [1.0], [2.0]], [0.0, 9.0, 4.0, 5.0], [1.0, 0.0, 1.0, 1.0]
    found = DecisionTreeRegressor(random_state=0).fit(X, y, w).tree_
    expected = DecisionTreeRegressor(random_state=0).fit(X[:1] + X[2:], [0.0, 4.0, 5.0]).tree_
    assert all(np.array_equal(getattr(found, name), getattr(expected, name)) for name in ARRAYS)
    assert found.threshold[0] == 1.5


@pytest.mark.parametrize("n", [0, 1])
def test_no_row_and_one_row_have_no_ties(n):
    columns = np.zeros((2, 1), dtype=np.float32)
    rows = np.zeros((2, n), dtype=np.int32)
    assert not marked(columns, rows).any()


def test_a_value_beyond_float32_is_an_error_that_names_its_place():
    with pytest.raises(ValueError, match="row 1, column 0"):
        by_column(np.array([[1.0], [1e39]]))
