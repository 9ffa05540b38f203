"""Neighbouring numbers changed at once: in machine code as in plain Python, to the last bit."""

import numpy as np
import pytest

from scratchml.core.jit import kernel, plain_python
from scratchml.core.lanes import (
    add_pair,
    add_triple,
    fetch_ahead,
    insert_sorted,
    not_above,
    place_of_least,
    sort_eight,
    squares_within,
)


@kernel
def add_pairs(rows, numbers, sums):
    for i in range(rows.shape[0]):
        add_pair(sums, rows[i], numbers[i, 0], numbers[i, 1])


@kernel
def add_triples(rows, numbers, sums):
    for i in range(rows.shape[0]):
        add_triple(sums, rows[i], numbers[i, 0], numbers[i, 1], numbers[i, 2])


@kernel
def measure_eights(x, columns, step, limit, values, first, within):
    for t in range(within.shape[0]):
        within[t] = squares_within(x, columns, 8 * t, step, limit, values[t], first)


@kernel
def find_least(row):
    return place_of_least(row)


@kernel
def insert_all(numbers, values, rows):
    for i in range(numbers.shape[0]):
        insert_sorted(values, rows, numbers[i], numbers.shape[0] - i)


@kernel
def sort_first_eights(values, rows):
    for i in range(values.shape[0]):
        sort_eight(values[i], rows[i])


@kernel
def find_not_above(row, bar, bits):
    for at in range(bits.shape[0]):
        bits[at] = not_above(row, at, bar[0])


@kernel
def fetch_all(array):
    for i in range(array.shape[0]):
        fetch_ahead(array, i)


# ---- by hand


def test_a_row_of_sums_grows_by_the_numbers_given():
    pairs, triples = np.zeros((3, 2)), np.ones((3, 4))
    add_pairs(np.array([1, 1]), np.array([[1.0, 2.0, 0.0], [10.0, 20.0, 0.0]]), pairs)
    add_triples(np.array([2, 0]), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), triples)
    assert pairs.tolist() == [[0, 0], [11, 22], [0, 0]]
    assert triples.tolist() == [[5, 6, 7, 1], [1, 1, 1, 1], [2, 3, 4, 1]]


def test_eight_points_are_measured_on_paper():
    columns = np.array([0.0, 1, 2, 3, 4, 5, 6, 7, 3, 3, 3, 3, 3, 3, 3, 3])
    for limit, expected in ((9.0, 0b100), (10.0, 0b1110), (8.9, 0)):
        values, within = np.zeros((1, 10)), np.zeros(1, dtype=np.int64)
        measure_eights(np.array([2.0, 0.0]), columns, 8, limit, values, 1, within)
        assert values[0].tolist() == [0, 13, 10, 9, 10, 13, 18, 25, 34, 0]
        assert within[0] == expected


def test_pairs_are_put_in_order_on_paper():
    values, rows = np.full(8, np.inf), np.full(8, 99)
    insert_all(np.array([5.0, 1.0, 5.0, 7.0]), values, rows)
    assert values[:5].tolist() == [1, 5, 5, 7, np.inf]
    assert rows[:5].tolist() == [3, 2, 4, 1, 99]


# ---- naive twin: the functions themselves, as plain Python


@pytest.mark.parametrize(("add", "lanes"), [(add_pairs, 2), (add_triples, 4)])
def test_machine_code_adds_what_plain_python_adds(rng, add, lanes):
    rows, numbers = rng.integers(0, 7, size=300), rng.normal(size=(300, 3)) * 10.0 ** rng.integers(-9, 9, size=(300, 3))
    found, expected = np.zeros((8, lanes))[1:], np.zeros((7, lanes))  # one that begins within memory, at any border
    add(rows, numbers, found)
    with plain_python():
        getattr(add, "py_func", add)(rows, numbers, expected)
    assert found.tobytes() == expected.tobytes()


def test_machine_code_measures_and_sorts_what_plain_python_does(rng):
    x, columns, numbers = np.full(3, 0.1), rng.normal(size=3 * 80), rng.permutation(200) // 3 / 7.0  # with ties

    def answers(measure, insert):
        values, within = np.zeros((9, 9)), np.zeros(9, dtype=np.int64)  # rows begin anywhere in memory
        kept, rows = np.full(24, np.inf), np.full(24, 10**6)
        measure(x, columns, 80, 0.4, values, 1, within)
        insert(numbers, kept, rows)
        return values, within, kept, rows

    expected = answers(measure_eights, insert_all)
    with plain_python():
        found = answers(*(getattr(function, "py_func", function) for function in (measure_eights, insert_all)))
    assert [part.tobytes() for part in expected] == [part.tobytes() for part in found]
    assert (found[1] == ((found[0][:, 1:] <= 0.4) << np.arange(8)).sum(axis=1)).all()
    assert 0 < np.count_nonzero(found[0][:, 1:] <= 0.4) < 72
    order = np.lexsort((200 - np.arange(200), numbers))[:24]
    assert (found[2] == numbers[order]).all()
    assert (found[3] == 200 - order).all()


def test_machine_code_sorts_eight_pairs_as_plain_python_and_numpy_do(rng):
    values = rng.permutation(9 * 300).reshape(300, 9) // 500 / 7.0  # with ties
    values[rng.random(values.shape) < 0.1] = np.inf
    rows = rng.permutation(9 * 300).reshape(300, 9)
    expected, found, by_numpy = ((values.copy(), rows.copy()) for _ in range(3))
    sort_first_eights(*found)
    with plain_python():
        getattr(sort_first_eights, "py_func", sort_first_eights)(*expected)
    order = np.lexsort((rows[:, :8], values[:, :8]))
    for part in by_numpy:
        part[:, :8] = np.take_along_axis(part[:, :8], order, axis=1)  # the ninth stays
    for one, other, third in zip(expected, found, by_numpy):
        assert one.tobytes() == other.tobytes() == third.tobytes()


@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_machine_code_marks_what_plain_python_marks(rng, precision):
    row, bar = rng.normal(size=99).astype(precision), np.array([0.5], dtype=precision)
    row[rng.integers(99, size=20)] = np.nan
    row[rng.integers(99, size=20)] = bar[0]
    found, expected = np.zeros(36, dtype=np.uint64), np.zeros(36, dtype=np.uint64)
    find_not_above(row, bar, found)
    with plain_python():
        getattr(find_not_above, "py_func", find_not_above)(row, bar, expected)
    assert found.tolist() == expected.tolist()
    for at in range(36):
        marked = [bool(int(found[at]) >> j & 1) for j in range(64)]
        assert marked == (~(row[at : at + 64] > bar[0])).tolist()


# ---- edges


def test_fetching_ahead_changes_nothing(rng):
    array = rng.normal(size=(5, 4, 3))
    before = array.copy()
    fetch_all(array)
    assert array.tobytes() == before.tobytes()


@pytest.mark.parametrize("m", [*range(42), 64, 95, 300])
def test_the_first_of_the_least_is_found_in_machine_code_as_in_plain_python(rng, m):
    for _ in range(20):
        row = rng.integers(0, m // 2 + 1, size=m).astype(float)  # many ties
        row[rng.random(m) < 0.2], row[rng.random(m) < 0.1] = np.inf, np.nan
        assert (
            find_least(row)
            == place_of_least(row)
            == next((k for k in np.argsort(row, kind="stable") if row[k] < np.inf), -1)
        )


@pytest.mark.parametrize("m", [8, 64, 100])
def test_the_least_is_found_in_every_place_and_nowhere_where_nothing_is_finite(m):
    for place in range(m):
        row = np.arange(m, dtype=float)
        row[place] = -1.0
        assert find_least(row) == place
    assert find_least(np.full(m, np.inf)) == find_least(np.full(m, np.nan)) == -1
