"""`larger` in kernels: the same as in plain Python, and the largest of many wherever it stands."""

import numpy as np
import pytest

from scratchml.core.jit import kernel, larger


@kernel
def largest_of(values):
    """Return the largest of values (n,), -inf of none."""
    top = -np.inf
    for k in range(values.shape[0]):
        top = larger(values[k], top)
    return top


# ---- by hand


def test_the_larger_of_two_numbers():
    assert larger(2.0, 3.0) == larger(3.0, 2.0) == 3.0
    assert larger(-np.inf, -5.0) == -5.0
    assert larger(0.0, -0.0) == 0.0


# ---- naive twin


@pytest.mark.parametrize("n", [0, 1, 3, 16, 67])  # a remainder beside whole vectors, and without
def test_the_largest_of_many_is_found_at_every_place(rng, n):
    for place in range(n):
        values = np.where(np.arange(n) == place, 7.0, -np.abs(rng.normal(size=n)))
        assert largest_of(values) == 7.0
        values[:place] = -np.inf
        assert largest_of(values) == max(values)
    assert largest_of(np.full(n, -np.inf)) == -np.inf
