"""The Mersenne Twister and the polar method: by hand, compiled and plain, and a RandomState's bits and state."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import datasets as reference

from scratchml import datasets
from scratchml.core.jit import jit_enabled, plain_python
from scratchml.datasets import make_blobs, shared
from scratchml.maths import mersenne
from scratchml.maths.mersenne import can_draw, draw_normal, draw_uniform, is_exact, join, temper, twist

compiled_only = pytest.mark.skipif(not jit_enabled(), reason="without machine code the RandomState draws itself")
seeds = st.integers(0, 2**32 - 1)
DRAWS = {"uniform": draw_uniform, "normal": draw_normal}


def check_equal(rng, other):
    for a, b in zip(rng.get_state(), other.get_state()):
        np.testing.assert_array_equal(a, b)


# by hand


def test_two_words_are_one_number():
    top = np.uint32(2**32 - 1)
    assert join(np.uint32(0), np.uint32(0)) == 0.0
    assert join(np.uint32(2**31), np.uint32(0)) == 0.5
    assert join(np.uint32(31), np.uint32(63)) == 0.0  # the low bits are left out
    assert join(top, top) == 1 - 2**-53


def test_the_first_words_are_those_of_the_authors():
    # the first outputs for the key of init_genrand(5489), the default of the authors' mt19937ar.c
    rng = np.random.RandomState(5489)
    key, words = rng.get_state()[1].copy(), np.empty(624, dtype=np.uint32)
    twist(key)
    temper(key, words)
    assert words[:3].tolist() == [3499211612, 581869302, 3890346734]


# naive twin: plain Python


def test_compiled_and_plain_draws_are_the_same():
    for draw in DRAWS.values():
        compiled = draw(np.random.RandomState(3), 701)
        with plain_python():
            plain = draw(np.random.RandomState(3), 701)
        np.testing.assert_array_equal(plain, compiled)


# outside reference


@pytest.mark.parametrize("name", DRAWS)
@given(
    seed=seeds, words=st.integers(0, 3), numbers=st.integers(0, 1), n=st.sampled_from([0, 1, 2, 311, 312, 625, 5000])
)
def test_draws_and_the_state_after_them_are_a_random_states(name, seed, words, numbers, n):
    rng, other = np.random.RandomState(seed), np.random.RandomState(seed)
    for r in (rng, other):
        r.bytes(4 * words)  # so that a number may begin in the middle of two, or at the last word of a state
        r.standard_normal(numbers)  # so that one of a pair may be left
    for _ in range(2):
        np.testing.assert_array_equal(DRAWS[name](other, n), getattr(rng, name)(size=n))
        check_equal(rng, other)


@compiled_only
def test_threads_that_share_a_random_state_never_get_the_same_numbers():
    rng = np.random.RandomState(0)
    with ThreadPoolExecutor(4) as pool:
        found = np.concatenate(list(pool.map(lambda draw: draw(rng, 20_000), [draw_uniform, draw_normal] * 8)))
    assert len(np.unique(found)) == len(found)  # of independent ones a pair agrees for one seed in 100 000


@pytest.mark.parametrize("size", [shared.MANY + 1, (2, shared.MANY)])
def test_many_numbers_have_the_shape_and_the_bits_of_few(size):
    assert is_exact()
    rng, other = np.random.RandomState(8), np.random.RandomState(8)
    np.testing.assert_array_equal(shared.uniform(other, size), rng.uniform(size=size))
    np.testing.assert_array_equal(shared.normal(other, size), rng.normal(size=size))
    np.testing.assert_array_equal(shared.normal(other, size, 3.0, 0.7), rng.normal(3.0, 0.7, size))
    loc = np.arange(np.zeros(size).shape[-1])
    np.testing.assert_array_equal(shared.normal(other, size, loc, 0.7), rng.normal(loc, 0.7, size))
    check_equal(rng, other)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("make_blobs", {"cluster_std": 0.7}),
        ("make_circles", {"noise": 0.1}),
        ("make_classification", {}),
        ("make_friedman1", {"noise": 0.5}),
        ("make_gaussian_quantiles", {"cov": 3.0, "n_features": 3}),
        ("make_moons", {"noise": 0.1}),
        ("make_regression", {"n_features": 3, "noise": 0.5}),
        ("make_s_curve", {"noise": 0.1}),
        ("make_sparse_uncorrelated", {}),
        ("make_swiss_roll", {"noise": 0.1, "hole": True}),
    ],
)
def test_large_sets_are_the_references(name, how):
    n = shared.MANY // 2
    ours = getattr(datasets, name)(n_samples=n, random_state=3, **how)
    theirs = getattr(reference, name)(n_samples=n, random_state=3, **how)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


# edges


@compiled_only
def test_other_generators_and_the_common_one_draw_themselves():
    assert can_draw(np.random.RandomState(0))
    assert not can_draw(np.random.mtrand._rand)
    assert not can_draw(np.random.RandomState(np.random.PCG64(0)))
    X, _ = make_blobs(shared.MANY, random_state=np.random.default_rng(1))
    expected, _ = make_blobs(shared.MANY, random_state=np.random.RandomState(np.random.PCG64(1)))
    np.testing.assert_array_equal(X, expected)


def test_where_a_compiler_rounds_otherwise_the_random_state_draws_itself(monkeypatch):
    expected, _ = make_blobs(shared.MANY, random_state=1)
    monkeypatch.setattr(mersenne, "is_exact", lambda: False)
    monkeypatch.setattr(mersenne, "draw_normal", pytest.fail)
    X, _ = make_blobs(shared.MANY, random_state=1)
    np.testing.assert_array_equal(X, expected)


def test_without_machine_code_nothing_is_drawn_here(monkeypatch):
    monkeypatch.setattr(mersenne, "jit_enabled", lambda: False)
    assert not is_exact.__wrapped__()
