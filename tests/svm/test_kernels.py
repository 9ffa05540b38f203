"""Kernels: rows that stand upright, memory, scaling."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from scratchml.svm.kernels import LINEAR, OWN, RBF, choose_scaling, own_memory, prepare_rows, room_upright
from tests.problems import check_same_bits

# ---- laws


def test_each_class_stands_upright_at_the_beginning_of_a_line_of_memory():
    columns, begins = room_upright([13, 17], 5)
    assert begins == [0, 16]
    assert columns.shape[0] == 8
    assert columns.shape[1] >= 16 + 17
    assert not columns.any()
    assert all(columns[f, begin:].ctypes.data % 64 == 0 for f in range(8) for begin in begins)


@pytest.mark.parametrize("code", [LINEAR, RBF])
@pytest.mark.parametrize("size", [1e-200, 1.0, 3e155])
def test_the_scale_is_that_of_the_largest_value(rng, code, size):
    X = size * rng.normal(size=(50, 4)) - 2.0 * size
    scaling = choose_scaling(X, code)
    largest = np.abs(X - scaling.shift).max()  # as it says plainly
    assert scaling.exponent == np.frexp(largest)[1]
    assert scaling.shift.any() == (code == RBF)


def test_rows_are_prepared_where_they_stand_to_the_same_bits(rng):
    X = rng.normal(size=(30, 5))
    scaling = choose_scaling(X, RBF)
    expected, room = prepare_rows(X, scaling), np.empty((30, 5))
    assert prepare_rows(X, scaling, room) is room
    check_same_bits(expected, room)
    assert prepare_rows(X, scaling, X) is X
    check_same_bits(expected, X)


# ---- edges


def resident():
    """Return the bytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("numbers", [3, OWN, 8 * OWN])
def test_own_memory_is_zero_and_can_be_written(numbers):
    found = own_memory(numbers)
    assert found.shape == (numbers,)
    assert found.dtype == np.float64
    assert not found.any()
    found += 1.0
    assert found.sum() == numbers


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the C library is left to it")
def test_own_memory_goes_back_to_the_system_at_once():
    own_memory(4 * OWN)  # loads mmap
    before = resident()
    found = own_memory(64 * OWN)  # 32 MB
    during = resident()
    del found
    after = resident()
    assert during - before > 30 * 2**20  # the rest, and below: pages that others take or leave meanwhile
    assert after - before < 2 * 2**20
