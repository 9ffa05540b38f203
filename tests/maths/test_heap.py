"""The bounded heap keeps the k smallest."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scratchml.core.jit import plain_python
from scratchml.maths import heap


def k_smallest(numbers, k):
    values, indices = np.full(k, np.inf), np.full(k, len(numbers), dtype=np.int64)
    for index, value in enumerate(numbers):
        heap.offer(values, indices, value, index)
    heap.sort_heap(values, indices)
    return values, indices


# ---- by hand


def test_three_smallest_of_six_by_hand():
    values, indices = k_smallest([5.0, 1.0, 4.0, 1.0, 9.0, 2.0], 3)
    assert values.tolist() == [1.0, 1.0, 2.0]
    assert indices.tolist() == [1, 3, 5]


def test_offer_says_whether_it_kept_the_newcomer():
    values, indices = np.full(2, np.inf), np.full(2, 9, dtype=np.int64)
    assert heap.offer(values, indices, 3.0, 0)
    assert heap.offer(values, indices, 2.0, 1)
    assert not heap.offer(values, indices, 4.0, 2)
    assert not heap.offer(values, indices, 3.0, 5)  # equal to the largest, higher index
    assert heap.offer(values, indices, 2.5, 6)
    assert sorted(zip(values.tolist(), indices.tolist())) == [(2.0, 1), (2.5, 6)]


# ---- naive twin and laws


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.data())
def test_it_agrees_with_sorting_whatever_the_ties(numbers, data):
    k = data.draw(st.integers(1, len(numbers)))
    expected = sorted((float(value), index) for index, value in enumerate(numbers))[:k]
    values, indices = k_smallest([float(value) for value in numbers], k)
    assert list(zip(values.tolist(), indices.tolist())) == expected


def test_the_order_of_offers_does_not_matter(rng):
    numbers = rng.integers(0, 8, size=50).astype(float)
    expected = k_smallest(numbers, 7)
    values, indices = np.full(7, np.inf), np.full(7, 50, dtype=np.int64)
    for index in rng.permutation(50):
        heap.offer(values, indices, numbers[index], index)
    heap.sort_heap(values, indices)
    assert values.tolist() == expected[0].tolist()
    assert indices.tolist() == expected[1].tolist()


def test_no_child_is_ever_larger_than_its_parent(rng):
    values, indices = np.full(20, np.inf), np.full(20, 200, dtype=np.int64)
    for index, value in enumerate(rng.normal(size=200)):
        heap.offer(values, indices, value, index)
        assert all(values[(i - 1) // 2] >= values[i] for i in range(1, 20))


# ---- edges


def test_plain_python_gives_the_same(rng):
    numbers = rng.normal(size=40)
    expected = k_smallest(numbers, 5)
    with plain_python():
        found = k_smallest(numbers, 5)
    assert expected[0].tolist() == found[0].tolist()
    assert expected[1].tolist() == found[1].tolist()


def test_a_heap_of_one_is_the_minimum():
    values, indices = k_smallest([3.0, 2.0, 2.0, 7.0], 1)
    assert (values[0], indices[0]) == (2.0, 1)
