"""Products in portions: outside reference, laws, edges."""

import numpy as np
import pytest

from scratchml.neural_network.products import FEWEST, SMALL, multiply, multiply_transposed, portion


@pytest.mark.parametrize("n", [0, 1, 99, 100, 101, 250])
def test_a_product_in_portions_is_the_product(n, rng, monkeypatch):
    monkeypatch.setattr("scratchml.neural_network.products.SMALL", 100 * 5 * 3)  # portions of 100 rows at most
    A, B, S = rng.normal(size=(n, 5)), rng.normal(size=(5, 3)), rng.normal(size=(n, 3))
    out, back = np.full((n, 3), np.nan), np.full((5, 3), np.nan)
    multiply(A, B, out)
    multiply_transposed(A, S, back)
    np.testing.assert_allclose(out, A @ B, rtol=1e-12, atol=1e-13)  # rounding
    np.testing.assert_allclose(back, A.T @ S, rtol=1e-12, atol=1e-12)  # sums in another order


def test_portions_are_small_alike_and_no_thin_slices():
    assert portion(10, 10, 10) == 10
    assert portion(200, 64, 100) == 100  # not 156 and 44
    assert portion(50_176, 144, 32) * 144 * 32 <= SMALL
    assert portion(10_000, 1000, 1000) == 10_000
    assert portion(10_000, 250, 125) >= FEWEST
