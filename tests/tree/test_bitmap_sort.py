"""Sorting rows by rank with rows of bits: by hand, naive twin, outside reference, laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.naive.tree.bitmap_sort as naive
from scratchml.core.jit import kernel, lowest_bit, plain_python
from scratchml.tree.bitmap_sort import make_bits, rank_span, read_bits, sort_by_rank, sort_few
from scratchml.tree.columns import presort, rank_rows

seeds = st.integers(0, 2**32 - 1)


def shuffled(rng, n, m, dtype=np.int32):
    """Return (rank, order) of n rows in a random order, and m of the rows."""
    order = rng.permutation(n).astype(dtype)
    return rank_rows(order[None])[0], order, rng.choice(n, size=m, replace=False).astype(np.int32)


def sort(rank, order, rows, start, end):
    """Sort a copy of rows by `sort_by_rank`; assert that the bits are zeros again; return it."""
    found, ranks, bits = rows.copy(), np.empty_like(rows), make_bits(len(rank))
    sort_by_rank(ranks, order, found, (start, end), rank_span(rank, found, start, end, ranks), bits)
    assert not bits.any()
    return found


# ---- by hand


@kernel
def lowest_of(words, found):
    """Write the lowest bit of each word to found: `lowest_bit` as kernels compile it."""
    for i in range(words.shape[0]):
        found[i] = lowest_bit(words[i])


def test_the_lowest_bit_of_a_word_is_found_compiled_and_plain():
    # 12 = 0b1100: bit 2; each bit alone, and with all bits above it
    assert lowest_bit(np.uint64(12)) == 2
    words = np.array([1 << k for k in range(64)] + [2**64 - (1 << k) for k in range(64)], dtype=np.uint64)
    found = np.empty(128, dtype=np.int64)
    lowest_of(words, found)
    assert found.tolist() == [lowest_bit(word) for word in words] == [*range(64), *range(64)]


def test_a_rank_is_a_bit_of_a_word_and_the_word_a_bit_of_the_summary():
    # ranks 3, 80 and 5000: bit 3 of word 0, bit 16 of word 1, bit 8 of word 78 (5000 = 78 * 64 + 8);
    # in the summary, word 0 and word 1 are bits 0 and 1 of word 0, and word 78 is bit 14 of word 1 (78 = 64 + 14)
    order, bits = np.arange(6000, dtype=np.int32)[::-1].copy(), make_bits(6000)
    bits[0, 0], bits[0, 1], bits[0, 78] = 1 << 3, 1 << 16, 1 << 8
    bits[1, 0], bits[1, 1] = 0b11, 1 << 14
    rows = np.full(5, -7, dtype=np.int32)
    read_bits(order, rows, 1, (3, 5000), bits)
    assert rows.tolist() == [-7, 5999 - 3, 5999 - 80, 5999 - 5000, -7]
    assert not bits.any()


def test_four_rows_on_paper():
    rank, order = np.array([2, 0, 3, 1], dtype=np.int32), np.array([1, 3, 0, 2], dtype=np.int32)
    assert sort(rank, order, np.array([2, 0, 1, 3], dtype=np.int32), 0, 4).tolist() == [1, 3, 0, 2]
    assert sort(rank, order, np.array([2, 0, 1, 3], dtype=np.int32), 1, 3).tolist() == [2, 1, 0, 3]
    ranks = np.full(4, -7, dtype=np.int32)
    assert rank_span(rank, np.array([2, 0, 1, 3], dtype=np.int32), 0, 2, ranks) == (2, 3)
    assert ranks.tolist() == [3, 2, -7, -7]


# ---- naive twin


@given(seeds)
def test_any_stretch_is_sorted_as_by_the_naive_twin(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 5000))
    rank, order, rows = shuffled(rng, n, int(rng.integers(1, min(n, 300) + 1)))
    start = int(rng.integers(0, len(rows)))
    end = int(rng.integers(start + 1, len(rows) + 1))
    expected = naive.sort_by_rank(rank.tolist(), order.tolist(), rows.tolist(), start, end)
    assert sort(rank, order, rows, start, end).tolist() == expected
    ranks = np.empty_like(rows)
    assert rank_span(rank, rows, start, end, ranks) == naive.rank_span(rank.tolist(), rows.tolist(), start, end)


@pytest.mark.parametrize("dtype", [np.int16, np.int32])  # of the order and the ranks, which forests share
def test_compiled_and_plain_agree(rng, dtype):
    rank, order, rows = shuffled(rng, 3000, 200, dtype)
    assert rank.dtype == dtype
    compiled = sort(rank, order, rows, 10, 190)
    with plain_python():
        np.testing.assert_array_equal(sort(rank, order, rows, 10, 190), compiled)


# ---- outside reference


@pytest.mark.parametrize("dtype", [np.int16, np.int32])
@pytest.mark.parametrize("m", [2, 11, 12, 40, 1000])  # on both sides of where insertion gives way to bits
def test_a_columns_rows_are_in_numpys_stable_order(rng, m, dtype):
    column = np.round(rng.normal(size=4000), 1).astype(np.float32)  # many equal values: the order of rows decides
    order = presort(column[None], dtype=dtype)[0]
    rows = rng.choice(4000, size=m, replace=False).astype(np.int32)
    expected = np.sort(rows)[np.argsort(column[np.sort(rows)], kind="stable")]
    np.testing.assert_array_equal(sort(rank_rows(order[None])[0], order, rows, 0, m), expected)


# ---- laws


@given(seeds)
def test_bits_and_insertions_sort_alike_and_twice_is_once(seed):
    rng = np.random.default_rng(seed)
    rank, order, rows = shuffled(rng, int(rng.integers(200, 3000)), int(rng.integers(30, 100)))
    by_bits, by_insertion = sort(rank, order, rows, 0, len(rows)), rows.copy()
    sort_few(rank[rows], order, by_insertion, 0, len(rows))
    np.testing.assert_array_equal(by_bits, by_insertion)
    np.testing.assert_array_equal(sort(rank, order, by_bits, 0, len(rows)), by_bits)
    assert (np.diff(rank[by_bits]) > 0).all()
    assert set(by_bits.tolist()) == set(rows.tolist())


# ---- edges and errors


@pytest.mark.parametrize("n", [1, 63, 64, 65, 4095, 4096, 4097, 64 * 1024 + 1])
def test_all_rows_fit_into_the_bits_at_the_borders_of_words(rng, n):
    rank, order, rows = shuffled(rng, n, n)
    np.testing.assert_array_equal(sort(rank, order, rows, 0, n), order)


def test_the_first_and_the_last_rank_of_a_wide_span_are_kept(rng):
    n = 200_000
    rank, order, rows = shuffled(rng, n, 100)
    rows[:2] = order[-1], order[0]
    rows = np.unique(rows)[::-1].copy()
    found = sort(rank, order, rows, 0, len(rows))
    assert (found[0], found[-1]) == (order[0], order[-1])


def test_rows_outside_the_stretch_stay(rng):
    rank, order, rows = shuffled(rng, 500, 300)
    found = sort(rank, order, rows, 100, 200)
    np.testing.assert_array_equal(found[:100], rows[:100])
    np.testing.assert_array_equal(found[200:], rows[200:])
