"""Neighbouring numbers changed at once: in machine code as in plain Python, to the last bit."""

import numpy as np
import pytest

from scratchml.core.jit import kernel, plain_python
from scratchml.core.lanes import add_pair, add_triple, fetch_ahead


@kernel
def add_pairs(rows, numbers, sums):
    for i in range(rows.shape[0]):
        add_pair(sums, rows[i], numbers[i, 0], numbers[i, 1])


@kernel
def add_triples(rows, numbers, sums):
    for i in range(rows.shape[0]):
        add_triple(sums, rows[i], numbers[i, 0], numbers[i, 1], numbers[i, 2])


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


# ---- naive twin: the functions themselves, as plain Python


@pytest.mark.parametrize(("add", "lanes"), [(add_pairs, 2), (add_triples, 4)])
def test_machine_code_adds_what_plain_python_adds(rng, add, lanes):
    rows, numbers = rng.integers(0, 7, size=300), rng.normal(size=(300, 3)) * 10.0 ** rng.integers(-9, 9, size=(300, 3))
    found, expected = np.zeros((8, lanes))[1:], np.zeros((7, lanes))  # one that begins within memory, at any border
    add(rows, numbers, found)
    with plain_python():
        getattr(add, "py_func", add)(rows, numbers, expected)
    assert found.tobytes() == expected.tobytes()


# ---- edges


def test_fetching_ahead_changes_nothing(rng):
    array = rng.normal(size=(5, 4, 3))
    before = array.copy()
    fetch_all(array)
    assert array.tobytes() == before.tobytes()
