"""Kernels: rows that stand upright, scaling."""

import numpy as np
import pytest

from scratchml.svm.kernels import (
    LINEAR,
    POLY,
    RBF,
    choose_scaling,
    prepare_rows,
    prepare_upright,
    prepared_blocks,
    stand_upright,
    variance_of,
)
from tests.problems import check_same_bits

# ---- laws


def test_each_feature_stands_at_the_beginning_of_a_line_of_memory(rng):
    X = rng.normal(size=(13, 5))
    columns = stand_upright(X)
    assert columns.shape == (8, 24)  # eight features at a time; an odd number of lines of eight
    check_same_bits(columns[:5, :13], X.T)
    assert not columns[5:].any()
    assert not columns[:, 13:].any()
    assert all(column.ctypes.data % 64 == 0 for column in columns)


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


@pytest.mark.parametrize("n", [3, 1000])  # one block, and several
def test_rows_are_prepared_some_at_a_time_to_the_same_bits(rng, n):
    X, rows = rng.normal(size=(n, 70)), rng.permutation(n)[: n // 2]
    scaling = choose_scaling(X, RBF)
    expected = prepare_rows(X, scaling)
    check_same_bits(expected, np.concatenate([some.copy() for some in prepared_blocks(X, scaling)]))
    check_same_bits(stand_upright(expected[rows]), prepare_upright(X, rows, scaling))


@pytest.mark.parametrize("code", [POLY, RBF])
def test_the_variance_is_that_of_all_values(rng, code):
    X = rng.normal(size=(1000, 20)) + 3.0 * rng.normal(size=20)
    scaling = choose_scaling(X, code)
    expected = np.var(np.ldexp(X, -scaling.exponent))
    assert variance_of(X, scaling, code) == pytest.approx(expected, rel=1e-13)  # 20 000 roundings, added up in blocks
