"""Parting a node's rows: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.tree.partition as naive
from scratchml.core.jit import plain_python
from scratchml.tree.impurity import SAMPLES
from scratchml.tree.partition import gather_values, part_samples, partition_column, partition_rows, split_rows

seeds = st.integers(0, 2**32 - 1)
SIDES = [(True, True), (True, False), (False, True)]


def part(column, line, start, end, threshold):
    """Return (rows in their new order, split) of `part_samples`, the values gathered by `gather_values`."""
    rows, values = np.full((3, len(line)), -9, dtype=np.int32), np.empty(len(line), dtype=np.float32)
    rows[SAMPLES] = line
    gather_values(column, rows[SAMPLES], start, end, values)
    split = part_samples(values, rows, start, end, threshold)
    return rows[SAMPLES], split


def random_node(seed):
    """Return a column, rows, a stretch of them and a threshold that may part them anywhere, ends included."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 80))
    column = np.round(rng.normal(size=n), int(rng.integers(0, 4))).astype(np.float32)
    line = rng.permutation(n).astype(np.int32)[: int(rng.integers(1, n + 1))]
    start = int(rng.integers(0, len(line)))
    end = int(rng.integers(start + 1, len(line) + 1))
    return rng, column, line, start, end, float(rng.choice([-9.0, rng.normal(), column[line[start]], 9.0]))


# ---- by hand


def test_five_rows_on_paper():
    # values 9 1 8 2 3, threshold 5. 9 goes right, is swapped with 3 from the end; 3 and 1 stay; 8 is swapped with 2
    column = np.array([9.0, 1.0, 8.0, 2.0, 3.0], dtype=np.float32)
    rows, split = part(column, np.arange(5, dtype=np.int32), 0, 5, 5.0)
    assert (rows.tolist(), split) == ([4, 1, 3, 2, 0], 3)


def test_a_row_from_the_right_end_that_goes_right_is_swapped_on():
    # values 9 1 7 2: 9 is swapped with 2, which stays; 1 stays; 7 is now last and stays
    column = np.array([9.0, 1.0, 7.0, 2.0], dtype=np.float32)
    assert part(column, np.arange(4, dtype=np.int32), 0, 4, 5.0)[0].tolist() == [3, 1, 2, 0]
    # values 9 2 7 8: 9 is swapped with 8, 8 with 7, and 7, as it comes from place 2, goes right, too: 2 remains
    column = np.array([9.0, 2.0, 7.0, 8.0], dtype=np.float32)
    assert part(column, np.arange(4, dtype=np.int32), 0, 4, 5.0)[0].tolist() == [1, 2, 3, 0]


def test_marked_rows_keep_their_marks():
    rows, spare = np.array([~0, 3, ~2, 1], dtype=np.int32), np.empty(4, dtype=np.int32)
    partition_rows(rows, spare, (0, 2, 4), np.array([0, 1, 1, 0], dtype=np.uint8), True, True)
    assert rows.tolist() == [~2, 1, ~0, 3]


def test_the_least_and_the_largest_value_are_returned():
    values = np.zeros(4, dtype=np.float32)
    column = np.array([5.0, -2.0, 7.0, 1.0], dtype=np.float32)
    assert gather_values(column, np.array([3, 2, 0, 1]), 1, 4, values) == (-2.0, 7.0)
    assert values.tolist() == [0.0, 7.0, 5.0, -2.0]


# ---- naive twin


@given(seeds)
def test_samples_are_parted_as_by_the_swaps_of_the_naive_twin(seed):
    _, column, line, start, end, threshold = random_node(seed)
    expected = naive.part_samples(column[line].tolist(), line.tolist(), start, end, threshold)
    rows, split = part(column, line, start, end, threshold)
    assert (rows.tolist(), split) == expected


@given(seeds)
def test_the_way_without_jumps_leaves_the_order_of_the_plain_way(seed):
    _, column, line, start, end, threshold = random_node(seed)
    plain = np.full((3, len(line)), -9, dtype=np.int32)
    plain[SAMPLES] = line
    split = split_rows(column, plain, start, end, threshold, False)
    found, at = part(column, line, start, end, threshold)
    assert at == split
    np.testing.assert_array_equal(found, plain[SAMPLES])


@given(seeds, st.sampled_from(SIDES))
def test_sorted_columns_are_parted_as_by_the_naive_twin(seed, wanted):
    rng, _, line, start, end, _ = random_node(seed)
    goes_left = rng.integers(0, 2, size=line.max() + 1).astype(np.uint8)
    marked = np.where(rng.integers(0, 2, size=len(line)) == 1, ~line, line).astype(np.int32)
    expected = naive.partition_rows(marked.tolist(), start, end, goes_left.tolist())
    split = start + int(goes_left[line[start:end]].sum())
    partition_rows(marked, np.empty(len(line), dtype=np.int32), (start, split, end), goes_left, *wanted)
    kept = slice(0 if wanted[0] else split, len(line) if wanted[1] else split)
    assert marked[kept].tolist() == expected[kept]


@given(seeds, st.sampled_from(SIDES))
def test_values_move_with_their_rows(seed, wanted):
    rng, column, line, start, end, _ = random_node(seed)
    goes_left = rng.integers(0, 2, size=len(column)).astype(np.uint8)
    rows, values = np.zeros((4, len(line)), dtype=np.int32), np.zeros((4, len(line)), dtype=np.float32)
    rows[0], values[0] = line, column[line]
    expected = naive.partition_rows(line.tolist(), start, end, goes_left.tolist())
    split = start + int(goes_left[line[start:end]].sum())
    partition_column(values, rows, 0, (start, split, end), goes_left, *wanted)
    kept = slice(0 if wanted[0] else split, len(line) if wanted[1] else split)
    assert rows[0, kept].tolist() == expected[kept]
    np.testing.assert_array_equal(values[0, kept], column[expected[kept]])


def test_compiled_and_plain_agree(rng):
    column, line = rng.normal(size=200).astype(np.float32), rng.permutation(200).astype(np.int32)
    compiled = part(column, line, 20, 180, 0.1)
    with plain_python():
        found = part(column, line, 20, 180, 0.1)
    assert found[1] == compiled[1]
    np.testing.assert_array_equal(found[0], compiled[0])


# ---- outside reference


def test_a_sorted_column_is_parted_as_numpy_sorts_by_side(rng):
    line = rng.permutation(300).astype(np.int32)
    goes_left = rng.integers(0, 2, size=300).astype(np.uint8)
    expected = line[np.argsort(1 - goes_left[line], kind="stable")]
    split = int(goes_left.sum())
    partition_rows(line, np.empty(300, dtype=np.int32), (0, split, 300), goes_left, True, True)
    np.testing.assert_array_equal(line, expected)


# ---- laws


@given(seeds)
def test_parted_samples_are_the_same_rows_each_on_its_side(seed):
    _, column, line, start, end, threshold = random_node(seed)
    rows, split = part(column, line, start, end, threshold)
    assert (column[rows[start:split]] <= threshold).all()
    assert (column[rows[split:end]] > threshold).all()
    assert set(rows[start:end].tolist()) == set(line[start:end].tolist())
    np.testing.assert_array_equal(rows[:start], line[:start])
    np.testing.assert_array_equal(rows[end:], line[end:])


# ---- edges and errors


@pytest.mark.parametrize("threshold", [-1.0, 100.0])
def test_a_threshold_beyond_all_values_leaves_all_on_one_side(threshold):
    column, line = np.arange(6, dtype=np.float32), np.array([3, 1, 5, 0, 2, 4], dtype=np.int32)
    rows, split = part(column, line, 1, 5, threshold)
    assert split == (5 if threshold > 0 else 1)
    assert sorted(rows.tolist()) == list(range(6))
    expected, _ = naive.part_samples(column[line].tolist(), line.tolist(), 1, 5, threshold)
    assert rows.tolist() == expected


def test_one_row_and_equal_values_are_parted():
    column = np.full(3, 2.0, dtype=np.float32)
    assert part(column, np.arange(3, dtype=np.int32), 1, 2, 2.0)[1] == 2
    assert part(column, np.arange(3, dtype=np.int32), 0, 3, 1.9)[1] == 0
