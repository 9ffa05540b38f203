"""A row added up in lanes: in machine code as in plain Python, to the last bit, and no less exact than one sum."""

import math

import numpy as np
import pytest

from scratchml.core.jit import lean_kernel
from scratchml.core.row_sums import add_up


@lean_kernel
def add_rows_up(rows, sums):
    for i in range(rows.shape[0]):
        sums[i] = add_up(rows[i])


def test_whole_numbers_are_added_exactly():
    assert add_up(np.arange(100.0)) == 4950.0
    assert add_up(np.zeros(0)) == 0.0


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_machine_code_adds_as_plain_python_does(dtype, rng):
    for m in (*range(20), 31, 32, 33, 40, 41, 64, 71, 256, 999):
        rows = rng.normal(size=(3, m + 1)).astype(dtype)[:, :m].copy()
        sums = np.empty(3, dtype)
        add_rows_up(rows, sums)
        found = [add_up(row) for row in rows]
        assert sums.tolist() == [float(number) for number in found], m
        assert {np.asarray(number).dtype for number in found} == {np.dtype(dtype)}


def test_lanes_are_more_exact_than_one_sum(rng):
    row = rng.random(100_000).astype(np.float32)
    exact = math.fsum(row.tolist())
    assert abs(float(add_up(row)) - exact) < 5e-7 * exact  # 3000 numbers in a lane: 2e-8 found; one sum is 4e-6 off


def test_nan_and_infinity_are_in_the_sum():
    for number in (np.nan, np.inf):
        for place in (0, 33, 41):
            row = np.zeros(42)
            row[place] = number
            assert not math.isfinite(add_up(row))
