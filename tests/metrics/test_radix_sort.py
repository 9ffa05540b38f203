"""Tests of metrics/radix_sort.py: by hand, naive twin, NumPy's sort, laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scratchml.core.jit import plain_python
from scratchml.metrics import roc_auc_score
from scratchml.metrics.radix_sort import MANY, count_digits, deal_out, radix_sort, sorted_numbers

NUMBERS = arrays(np.float64, st.integers(0, 40), elements=st.floats(allow_nan=False))


def bits(values):
    return np.asarray(values, dtype=np.float64).view(np.uint64)


# By hand


def test_keys_rise_with_the_values_and_digits_are_counted():
    keys, counts = bits([1.0, -1.0]).copy(), np.zeros((8, 256), dtype=np.int64)  # 0x3FF0... and 0xBFF0...
    count_digits(keys, counts)
    assert [hex(key) for key in keys] == ["0xbff0000000000000", "0x400fffffffffffff"]
    assert np.flatnonzero(counts[7]).tolist() == [0x40, 0xBF]
    assert np.flatnonzero(counts[0]).tolist() == [0x00, 0xFF]
    assert (counts.sum(axis=1) == 2).all()


def test_keys_with_equal_digits_keep_their_order():
    keys, dealt = np.array([0x201, 0x102, 0x101, 0x002], dtype=np.uint64), np.empty(4, dtype=np.uint64)
    deal_out(keys, 0, np.array([0, 0] + [2] * 254), dealt)
    assert dealt.tolist() == [0x201, 0x101, 0x102, 0x002]
    deal_out(dealt.copy(), 1, np.array([0, 1, 3] + [4] * 253), dealt)
    assert dealt.tolist() == [0x002, 0x101, 0x102, 0x201]


# Naive twin: insertion by comparing the numbers, and -0.0 before 0.0


def insertion_sort(values):
    found = []
    for value in values:
        place = len(found)
        while place and (found[place - 1], not np.signbit(found[place - 1])) > (value, not np.signbit(value)):
            place -= 1
        found.insert(place, value)
    return np.array(found, dtype=np.float64)


@given(NUMBERS)
def test_the_numbers_are_those_of_the_naive_twin_to_the_bit(values):
    assert bits(radix_sort(values)).tolist() == bits(insertion_sort(values)).tolist()


def test_the_kernels_say_the_same_in_plain_python(rng):
    values = np.concatenate([rng.normal(size=50), [np.inf, -np.inf, 0.0, -0.0, 5e-324, -5e-324]])
    with plain_python():
        found = radix_sort(values)
    assert bits(found).tolist() == bits(radix_sort(values)).tolist()


# The reference


@pytest.mark.parametrize("size", [MANY - 1, MANY, 3 * MANY])
@pytest.mark.parametrize(
    "draw",
    [
        lambda rng, n: rng.normal(size=n),
        lambda rng, n: rng.integers(7, size=n) / 10,
        lambda rng, n: rng.normal(size=n) * 10.0 ** rng.integers(-300, 300, size=n),
        lambda rng, n: np.full(n, -2.5),
    ],
)
def test_many_numbers_are_in_the_order_of_numpys_sort(draw, size, rng):
    values = draw(rng, size)
    before = values.copy()
    np.testing.assert_array_equal(sorted_numbers(values), np.sort(values))
    np.testing.assert_array_equal(values, before)


def test_the_area_under_the_curve_is_the_same_on_both_sides_of_many(rng, monkeypatch):
    y, scores = rng.integers(2, size=4 * MANY), rng.normal(size=4 * MANY).round(3)
    dealt = roc_auc_score(y, scores)
    monkeypatch.setattr("scratchml.metrics.radix_sort.MANY", len(y))
    assert roc_auc_score(y, scores) == dealt


# Edges


@pytest.mark.parametrize("values", [[], [3.0], [0.0, -0.0], [2.0, 2.0]])
def test_few_numbers_are_sorted(values):
    given_out = np.array(values)
    found = radix_sort(given_out)
    assert found.dtype == np.float64
    assert found.tolist() == sorted(values)


def test_strided_and_read_only_numbers_are_sorted():
    values = np.arange(10.0)[::-2]
    values.flags.writeable = False
    assert radix_sort(values).tolist() == [1.0, 3.0, 5.0, 7.0, 9.0]
