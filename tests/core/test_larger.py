"""`larger` and `count_bits` in kernels: the same as in plain Python, and the largest of many wherever it stands."""

import numpy as np
import pytest

from scratchml.core.jit import count_bits, kernel, larger


@kernel
def largest_of(values):
    """Return the largest of values (n,), -inf of none."""
    top = -np.inf
    for k in range(values.shape[0]):
        top = larger(values[k], top)
    return top


@kernel
def count_all_bits(words, counts):
    """Count the bits of each word. words (n,) uint64: read. counts (n,): overwritten."""
    for i in range(words.shape[0]):
        counts[i] = count_bits(words[i])


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


def test_bits_are_counted_compiled_and_plain(rng):
    words = np.concatenate([rng.integers(0, 2**64, size=50, dtype=np.uint64), np.array([0, 1, 2**64 - 1], np.uint64)])
    expected = [bin(int(word)).count("1") for word in words]
    counts = np.empty(len(words), dtype=np.int64)
    count_all_bits(words, counts)
    assert counts.tolist() == [count_bits(word) for word in words] == expected
