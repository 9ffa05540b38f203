"""inner_product: by hand, naive twin (exact fractions), laws, edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scratchml.maths.sums import inner_product
from tests.naive.maths import sums as naive

EPS = np.finfo(np.float64).eps


# ---- by hand


def test_five_products_on_paper():
    # lanes: 1*1 + 5*5, 2*2, 3*3, 4*4
    assert inner_product(np.arange(1.0, 6.0), np.arange(1.0, 6.0)) == 55.0


# ---- naive twin


@pytest.mark.parametrize("n", [0, 1, 3, 4, 5, 7, 8, 1000])
def test_it_is_the_exact_sum_up_to_rounding(rng, n):
    u, v = rng.normal(size=n), rng.normal(size=n)
    room = n * EPS * float(np.abs(u * v).sum())  # each of n roundings moves the sum by at most eps / 2 of what is there
    assert abs(inner_product(u, v) - naive.inner_product(u, v)) <= room


# ---- laws


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_the_factors_may_change_places(n, seed):
    rng = np.random.default_rng(seed)
    u, v = rng.normal(size=n), rng.normal(size=n)
    assert inner_product(u, v) == inner_product(v, u)
    assert inner_product(u, -v) == -inner_product(u, v)
    assert inner_product(4.0 * u, v) == 4.0 * inner_product(u, v)  # a power of two rounds nothing


# ---- edges


def test_what_is_not_finite_shows():
    assert np.isnan(inner_product(np.array([1.0, np.nan]), np.ones(2)))
    assert inner_product(np.full(5, 1e200), np.full(5, 1e200)) == np.inf
