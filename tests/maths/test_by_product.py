"""Products finished block by block: the same numbers as in two passes."""

import numpy as np
import pytest

from scratchml.maths import all_distances, inner_products, prepare, squared_norms, unit_rows
from scratchml.maths.by_product import NEAR, ROWS


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("n", [5, 2 * ROWS + 3])
def test_a_block_that_is_finished_at_once_has_the_bits_of_two_passes(rng, same, n):
    X = rng.normal(size=(n, 20))
    reference = prepare(X, "sqeuclidean")

    def finish(block):
        block *= -0.5
        np.exp(block, out=block)

    expected = np.exp(-0.5 * all_distances(X, reference, same=same))
    assert expected.tobytes() == all_distances(X, reference, same=same, finish=finish).tobytes()
    expected = np.exp(-0.5 * inner_products(X, X, same=same))
    assert expected.tobytes() == inner_products(X, X, same=same, finish=finish).tobytes()


def test_a_distance_has_the_bits_of_the_root_of_its_square(rng):
    X, Y = rng.normal(size=(40, 20)) * 1e-3, rng.normal(size=(700, 20)) * 1e-3
    Y[::50] = X[:14]  # rows with and without a near one
    expected = np.sqrt(all_distances(X, prepare(Y, "sqeuclidean")))
    assert expected.tobytes() == all_distances(X, prepare(Y)).tobytes()


def test_near_rows_are_measured_directly(rng):
    X = rng.normal(size=(3, 20)) + 1e3
    Y = np.concatenate([X + 1e-6, -X])
    found, share = all_distances(X, prepare(Y, "sqeuclidean")), squared_norms(X - Y.mean(axis=0))
    expected = ((X[:, None] - Y[None, :]) ** 2).sum(axis=2)
    near = np.eye(3, 6, dtype=bool)
    assert (expected[near] < NEAR * share).all()
    assert np.allclose(expected[near], found[near], rtol=1e-14, atol=0)  # twenty squares of the very differences


def test_unit_rows_are_the_same_bits_whether_or_not_scaled_first(rng):
    X = rng.normal(size=(30, 20)) * 10.0 ** rng.integers(-3, 4, size=(30, 1))
    expected = unit_rows(np.vstack([X, np.zeros(20)]), 0)[:-1]  # a row of zeros asks for the careful way
    assert expected.tobytes() == unit_rows(X, 0).tobytes()
