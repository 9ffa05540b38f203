"""Inverses of triangles: by hand, naive twin, edges."""

import numpy as np
import pytest

from scratchml.linear_model.factorisations import SMALL, invert_by_halves, invert_triangle, invert_upwards

EPS = np.finfo(np.float64).eps


def triangle(rng, d):
    """Return an upper triangle R (d, d) as Cholesky's factorisation gives it."""
    A = rng.normal(size=(2 * d, d))
    return np.linalg.cholesky(A.T @ A).T


def test_two_rows_by_hand():
    inverse = np.zeros((2, 2))
    invert_upwards(np.array([[2.0, 3.0], [0.0, 4.0]]), inverse)
    assert inverse.tolist() == [[0.5, -0.375], [0.0, 0.25]]


@pytest.mark.parametrize("d", [1, 2, 7, SMALL, SMALL + 1, 3 * SMALL])
def test_an_inverse_is_that_of_lapack(rng, d):
    R = triangle(rng, d)
    inverse = invert_by_halves(R)
    assert np.array_equal(np.triu(inverse), inverse)
    # what d roundings of each entry's terms may make, R's condition (below 100 here) times
    np.testing.assert_allclose(inverse, np.linalg.inv(R), rtol=0, atol=100 * d * EPS * np.abs(inverse).max())


def test_a_triangle_without_an_inverse_has_none(rng):
    R = triangle(rng, 4)
    R[2, 2] = 0.0
    assert invert_triangle(R) is None
    R[2, 2] = 1e-310  # an inverse beyond float64's range
    assert invert_triangle(R) is None
    assert invert_triangle(R[:3]) is None
